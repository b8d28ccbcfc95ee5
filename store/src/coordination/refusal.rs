//! Why Redis cannot be worked with.

use std::fmt;
use std::io;
use std::sync::Arc;

use deadpool_redis::PoolError;
use deadpool_redis::redis::{ErrorKind, RedisError};
use sesame_domain::ports::StoreError;

/// What Redis is asked to do, with the names that its access lists have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RedisStep {
    /// Connecting.
    Connect,
    /// Taking a lease.
    Take,
    /// Prolonging a lease.
    Prolong,
    /// Looking whether a lease is held.
    Look,
    /// Giving a lease back.
    GiveBack,
    /// Counting what is limited.
    Count,
    /// Listening to a channel.
    Listen,
    /// Waking those who listen.
    Wake,
    /// Receiving a wake-up.
    Receive,
}

impl RedisStep {
    /// The commands that it takes, as `ACL SETUSER` names them.
    pub fn commands(self) -> &'static str {
        match self {
            Self::Connect => "+ping +unwatch",
            Self::Take | Self::Prolong => "+evalsha +script|load +time +get +set +pexpire",
            Self::Look => "+evalsha +script|load +time +get +pexpire",
            Self::GiveBack => "+evalsha +script|load +time +get +pexpire +del",
            Self::Count => "+evalsha +script|load +time +lindex +llen +lpop +rpop +rpush +pexpire",
            Self::Listen => "+subscribe +unsubscribe",
            Self::Wake => "+publish",
            Self::Receive => "+subscribe +publish",
        }
    }

    /// What it works on.
    fn works_on(self) -> Place {
        match self {
            Self::Connect => Place::Nothing,
            Self::Take | Self::Prolong | Self::Look | Self::GiveBack | Self::Count => Place::Keys,
            Self::Listen | Self::Wake | Self::Receive => Place::Channels,
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Take => "taking a lease",
            Self::Prolong => "prolonging a lease",
            Self::Look => "looking at a lease",
            Self::GiveBack => "giving a lease back",
            Self::Count => "counting what is limited",
            Self::Listen => "listening to a channel",
            Self::Wake => "publishing to a channel",
            Self::Receive => "receiving what was published",
        }
    }
}

enum Place {
    Nothing,
    Keys,
    Channels,
}

/// Why Redis cannot be worked with, by what someone can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RedisRefusal {
    /// The host's name leads nowhere.
    #[error("there is no host of this name")]
    NoSuchHost,
    /// Nothing listens there, or there is no way to it.
    #[error("nothing answers at this address")]
    Unreachable,
    /// No answer in time.
    #[error("Redis does not answer in time")]
    Silent,
    /// What answers is not Redis, or hung up.
    #[error("what answers there does not speak as Redis does")]
    NotRedis,
    /// The connection ended.
    #[error("the connection to Redis was lost")]
    Lost,
    /// TLS was not agreed on, or what answers has none.
    #[error("TLS cannot be agreed on with Redis")]
    Tls,
    /// A password is demanded, and there is none (NOAUTH).
    #[error("Redis demands a password")]
    PasswordRequired,
    /// The name or the password is wrong (WRONGPASS), or none is set there.
    #[error("Redis does not accept the user's name or password")]
    Credentials,
    /// It takes no connections from other machines (DENIED).
    #[error("Redis lets no one in from here")]
    NotAdmitted,
    /// The database's number is out of range.
    #[error("Redis has no database of this number")]
    NoSuchDatabase,
    /// The user lacks a right (NOPERM).
    #[error("the Redis user lacks a right")]
    NoRight,
    /// It is a replica (READONLY).
    #[error("this Redis is a replica and takes no writes")]
    ReadOnly,
    /// Its memory is full, and nothing may be evicted (OOM).
    #[error("the memory of Redis is full")]
    Full,
    /// It refuses writes, since it cannot save them (MISCONF).
    #[error("Redis takes no writes, since it cannot save them")]
    NotSaved,
    /// It refuses writes, since it has too few replicas (NOREPLICAS).
    #[error("Redis takes no writes, since it has too few replicas")]
    TooFewReplicas,
    /// It is reading its data, or has lost the server that it copies.
    #[error("Redis is not ready yet")]
    Loading,
    /// Keys are spread over several servers (MOVED, CLUSTERDOWN).
    #[error("this is a Redis Cluster, whose keys are spread over several servers")]
    Cluster,
    /// No connections are left.
    #[error("Redis has no connections left")]
    TooManyConnections,
    /// What was published did not come back.
    #[error("what is published does not come back")]
    NotDelivered,
    /// What was written is not there.
    #[error("what is written to Redis is not there afterwards")]
    Forgets,
    /// Something else.
    #[error("Redis refuses")]
    Other,
}

/// A Redis that cannot be worked with: what was asked of it, and what it said.
/// Quotes no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisRefused {
    /// Why.
    pub refusal: RedisRefusal,
    /// What was asked of it.
    pub step: RedisStep,
    /// Which keys or channels a right is needed for, as access lists write it.
    pattern: Option<String>,
    said: Option<String>,
}

impl RedisRefused {
    /// Without words of its own.
    pub(super) fn silently(refusal: RedisRefusal, step: RedisStep) -> Self {
        Self {
            refusal,
            step,
            pattern: None,
            said: None,
        }
    }

    /// What the driver's error means.
    pub(super) fn from_driver(error: &RedisError, step: RedisStep, granted: &str) -> Self {
        let refusal = refusal(error, step);
        let pattern = match (refusal, step.works_on()) {
            (RedisRefusal::NoRight, Place::Keys) => Some(format!("~{granted}*")),
            (RedisRefusal::NoRight, Place::Channels) => Some(format!("&{granted}*")),
            _ => None,
        };
        Self {
            refusal,
            step,
            pattern,
            said: in_words(error),
        }
    }

    /// What keeps connections from being made or handed out.
    pub(super) fn from_pool(error: &PoolError, granted: &str) -> Self {
        match error {
            PoolError::Backend(error) => Self::from_driver(error, RedisStep::Connect, granted),
            _ => Self::silently(RedisRefusal::Silent, RedisStep::Connect),
        }
    }

    /// The rights to give to the user for what was refused, as `ACL SETUSER`
    /// takes them; `None`: no right is missing.
    pub fn missing_rights(&self) -> Option<String> {
        let commands = self.step.commands();
        (self.refusal == RedisRefusal::NoRight).then(|| match &self.pattern {
            Some(pattern) => format!("{pattern} {commands}"),
            None => commands.to_owned(),
        })
    }

    /// Whether it may be otherwise in a moment.
    pub(super) fn is_passing(&self) -> bool {
        self.refusal == RedisRefusal::Loading
    }
}

impl fmt::Display for RedisRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (while {}", self.refusal, self.step.in_words())?;
        if let Some(said) = &self.said {
            write!(f, ": {said}")?;
        }
        f.write_str(")")?;
        match self.missing_rights() {
            Some(rights) => write!(f, "; it needs {rights}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RedisRefused {}

impl From<RedisRefused> for StoreError {
    fn from(refused: RedisRefused) -> Self {
        Self::unavailable(refused)
    }
}

/// The code and the words of Redis, or what the system says.
fn in_words(error: &RedisError) -> Option<String> {
    match (error.code(), error.detail()) {
        (Some(code), Some(detail)) => Some(format!("{code} {detail}")),
        (Some(code), None) => Some(code.to_owned()),
        _ if error.kind() == ErrorKind::Io => Some(error.to_string()),
        _ => None,
    }
}

/// By the code in front of what Redis says.
fn refusal(error: &RedisError, step: RedisStep) -> RedisRefusal {
    match error.code() {
        Some("NOAUTH") => RedisRefusal::PasswordRequired,
        Some("WRONGPASS") => RedisRefusal::Credentials,
        Some("DENIED") => RedisRefusal::NotAdmitted,
        Some("NOPERM") => RedisRefusal::NoRight,
        Some("READONLY") => RedisRefusal::ReadOnly,
        Some("OOM") => RedisRefusal::Full,
        Some("MISCONF") => RedisRefusal::NotSaved,
        Some("NOREPLICAS" | "NOREPL") => RedisRefusal::TooFewReplicas,
        Some("LOADING" | "MASTERDOWN" | "BUSY" | "TRYAGAIN") => RedisRefusal::Loading,
        Some("MOVED" | "ASK" | "CLUSTERDOWN" | "CROSSSLOT") => RedisRefusal::Cluster,
        Some(_) => by_words(error.detail().unwrap_or_default()),
        None => of_connection(error, step),
    }
}

/// What has no code of its own (`ERR`), or lost it on the way out of a script.
fn by_words(said: &str) -> RedisRefusal {
    const WORDS: [(&str, RedisRefusal); 5] = [
        ("The user executing the script can't", RedisRefusal::NoRight),
        ("DB index is out of range", RedisRefusal::NoSuchDatabase),
        (
            "SELECT is not allowed in cluster mode",
            RedisRefusal::Cluster,
        ),
        ("max number of clients", RedisRefusal::TooManyConnections),
        ("unknown command", RedisRefusal::NotRedis),
    ];
    WORDS
        .into_iter()
        .find(|(words, _)| said.contains(words))
        .map_or(RedisRefusal::Other, |(_, refusal)| refusal)
}

fn of_connection(error: &RedisError, step: RedisStep) -> RedisRefusal {
    if error.is_timeout() {
        return RedisRefusal::Silent;
    }
    match error.kind() {
        ErrorKind::AuthenticationFailed => RedisRefusal::Credentials,
        ErrorKind::Parse => RedisRefusal::NotRedis,
        ErrorKind::Io => of_io(error, step),
        _ => RedisRefusal::Other,
    }
}

fn of_io(error: &RedisError, step: RedisStep) -> RedisRefusal {
    match io_kind(error) {
        Some(
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable,
        ) => RedisRefusal::Unreachable,
        Some(io::ErrorKind::InvalidData) => RedisRefusal::Tls,
        Some(
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe,
        ) if step == RedisStep::Connect => RedisRefusal::NotRedis,
        Some(
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe,
        ) => RedisRefusal::Lost,
        _ => RedisRefusal::Other,
    }
}

/// What the system said; the driver shares it.
fn io_kind(error: &RedisError) -> Option<io::ErrorKind> {
    type Shared = Arc<dyn std::error::Error + Send + Sync>;
    let cause = std::error::Error::source(error)?.downcast_ref::<Shared>()?;
    cause.downcast_ref::<io::Error>().map(io::Error::kind)
}
