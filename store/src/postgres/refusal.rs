//! Why a server cannot be worked with.

use std::fmt;
use std::io;

use sea_orm::sqlx;
use sea_orm::sqlx::error::DatabaseError;

/// Why a server cannot be worked with, by what someone can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ServerRefusal {
    /// The host's name leads nowhere.
    #[error("there is no host of this name")]
    NoSuchHost,
    /// Nothing listens there, or there is no way to it.
    #[error("nothing answers at this address")]
    Unreachable,
    /// Something takes the connection, and says nothing in time.
    #[error("the server does not answer in time")]
    Silent,
    /// What answers is not PostgreSQL, or hung up.
    #[error("what answers there does not speak as PostgreSQL does")]
    NotPostgres,
    /// The server has no TLS, and the URL demands it.
    #[error("the server has no TLS")]
    NoTls,
    /// The server demands TLS, and the URL forbids it.
    #[error("the server demands TLS")]
    TlsRequired,
    /// TLS was begun, and not agreed on.
    #[error("TLS cannot be agreed on with the server")]
    Tls,
    /// The name or the password is wrong.
    #[error("the server does not accept the user's name or password")]
    Credentials,
    /// The server lets no one in from here, as this user, into this database.
    #[error("the server does not let this user in from here")]
    NotAdmitted,
    /// There is no such database.
    #[error("there is no such database")]
    NoSuchDatabase,
    /// The user may not connect to it.
    #[error("the user has no right to this database")]
    NoRight,
    /// The server or the pooler does not take a parameter of the connection.
    #[error("a parameter of the connection is not taken")]
    Parameter,
    /// No connections are left.
    #[error("the server has no connections left")]
    TooManyConnections,
    /// It is starting up, or going down.
    #[error("the server is starting or stopping")]
    Starting,
    /// A pooler in front of it does not reach it.
    #[error("the pooler does not reach its server")]
    BehindPooler,
    /// A pooler gives each transaction or statement another connection.
    #[error("a pooler shares one connection among several (transaction or statement pooling)")]
    Pooled,
    /// A pooler has no second connection.
    #[error("a second connection waits for the first one to end")]
    OneConnection,
    /// Something else.
    #[error("the server refuses")]
    Other,
}

/// A server that cannot be worked with, and what it said. Quotes no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRefused {
    /// Why.
    pub refusal: ServerRefusal,
    said: Option<String>,
}

impl ServerRefused {
    /// Without words of the server's own.
    pub(super) fn silently(refusal: ServerRefusal) -> Self {
        Self {
            refusal,
            said: None,
        }
    }

    /// What the driver's error means.
    pub(super) fn from_driver(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(said) => Self {
                refusal: said_by_server(&**said),
                // The message alone: details may quote what was sent.
                said: Some(in_words(&**said)),
            },
            sqlx::Error::Io(error) => Self {
                refusal: of_io(error),
                said: Some(error.to_string()),
            },
            sqlx::Error::Tls(error) => {
                let said = error.to_string();
                // The driver's own words: it was never begun.
                if said == "server does not support TLS" {
                    Self::silently(ServerRefusal::NoTls)
                } else {
                    Self {
                        refusal: ServerRefusal::Tls,
                        said: Some(said),
                    }
                }
            }
            sqlx::Error::Protocol(_) => Self::silently(ServerRefusal::NotPostgres),
            sqlx::Error::PoolTimedOut => Self::silently(ServerRefusal::Silent),
            other => Self {
                refusal: ServerRefusal::Other,
                said: Some(other.to_string()),
            },
        }
    }

    /// Whether it may be otherwise in a moment.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self.refusal,
            ServerRefusal::Unreachable
                | ServerRefusal::Starting
                | ServerRefusal::TooManyConnections
                | ServerRefusal::BehindPooler
        )
    }
}

impl fmt::Display for ServerRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)?;
        match &self.said {
            Some(said) => write!(f, " ({said})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ServerRefused {}

fn in_words(said: &dyn DatabaseError) -> String {
    match said.code() {
        Some(code) => format!("{}, SQLSTATE {code}", said.message()),
        None => said.message().to_owned(),
    }
}

fn of_io(error: &io::Error) -> ServerRefusal {
    match error.kind() {
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable
        // A socket that is not there, or that others may not use.
        | io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied => ServerRefusal::Unreachable,
        io::ErrorKind::TimedOut => ServerRefusal::Silent,
        io::ErrorKind::InvalidData => ServerRefusal::Tls,
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => ServerRefusal::NotPostgres,
        _ => ServerRefusal::Other,
    }
}

/// By its SQLSTATE (appendix A of PostgreSQL's manual).
fn said_by_server(said: &dyn DatabaseError) -> ServerRefusal {
    match said.code().as_deref() {
        Some("28P01") => ServerRefusal::Credentials,
        Some("28000") => ServerRefusal::NotAdmitted,
        Some("3D000") => ServerRefusal::NoSuchDatabase,
        Some("42501") => ServerRefusal::NoRight,
        Some("42704" | "22023") => ServerRefusal::Parameter,
        Some("53300") => ServerRefusal::TooManyConnections,
        Some("57P01" | "57P02" | "57P03") => ServerRefusal::Starting,
        // A violation of the protocol: what pgbouncer calls most of its own
        // refusals.
        Some("08P01" | "08000" | "08003" | "08004" | "08006") | None => {
            said_by_pooler(said.message())
        }
        Some(_) => ServerRefusal::Other,
    }
}

/// By its words, since poolers have one code for all.
fn said_by_pooler(message: &str) -> ServerRefusal {
    const WORDS: [(&str, ServerRefusal); 18] = [
        ("server login has been failing", ServerRefusal::BehindPooler),
        ("server login failed", ServerRefusal::BehindPooler),
        ("cannot connect to server", ServerRefusal::BehindPooler),
        ("server_login_retry", ServerRefusal::BehindPooler),
        ("authentication failed", ServerRefusal::Credentials),
        ("no such user", ServerRefusal::Credentials),
        ("no such database", ServerRefusal::NoSuchDatabase),
        ("SSL required", ServerRefusal::TlsRequired),
        ("startup parameter", ServerRefusal::Parameter),
        ("no more connections", ServerRefusal::TooManyConnections),
        ("pooling mode", ServerRefusal::Pooled),
        ("shutting down", ServerRefusal::Starting),
        ("login rejected", ServerRefusal::NotAdmitted),
        // What its own server told it.
        ("too many connections", ServerRefusal::TooManyConnections),
        ("connection slots", ServerRefusal::TooManyConnections),
        ("starting up", ServerRefusal::Starting),
        ("pg_hba.conf", ServerRefusal::BehindPooler),
        ("does not exist", ServerRefusal::BehindPooler),
    ];
    WORDS
        .into_iter()
        .find(|(words, _)| message.contains(words))
        .map_or(ServerRefusal::Other, |(_, refusal)| refusal)
}
