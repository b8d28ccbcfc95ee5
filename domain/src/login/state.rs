//! A login and the states it goes through.

use crate::device::Device;
use crate::ids::{AccountId, LoginId, Owner};
use crate::time::{Timestamp, lies_ahead};

use super::asking::{Asking, QrAsking};
use super::failure::Failure;
use super::finishing::Finishing;
use super::method::Method;
use super::policy::Policy;
use super::proving::{Number, Proving, Question};
use super::status::Status;

/// A run of failures to reach Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How many in a row.
    pub count: u32,
    /// When to try again.
    pub retry_at: Timestamp,
    /// The data centre that does not answer and is left alone until then;
    /// `None`: it is not, or not for that.
    pub dc: Option<i32>,
}

/// How a login ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The account is linked.
    Authorized {
        /// The account.
        account: AccountId,
    },
    /// Time ran out.
    Expired,
    /// The person cancelled it.
    Cancelled,
    /// The person began a newer one.
    Superseded,
    /// It failed.
    Failed(Failure),
}

/// Where a login stands. Each state carries its own data; the groups are the
/// same by whichever way a person signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Telegram is asked to let the session in, by the login's way.
    Asking(Asking),
    /// Telegram wants a proof that only the person can give.
    Proving(Proving),
    /// Telegram let the session in; the account is being linked.
    Finishing(Finishing),
    /// Over.
    Ended {
        /// How.
        ending: Ending,
        /// When.
        at: Timestamp,
    },
}

impl From<Asking> for State {
    fn from(asking: Asking) -> Self {
        Self::Asking(asking)
    }
}

impl From<QrAsking> for State {
    fn from(asking: QrAsking) -> Self {
        Self::Asking(Asking::Qr(asking))
    }
}

impl From<Proving> for State {
    fn from(proving: Proving) -> Self {
        Self::Proving(proving)
    }
}

impl From<Finishing> for State {
    fn from(finishing: Finishing) -> Self {
        Self::Finishing(finishing)
    }
}

impl State {
    /// Nothing was asked yet.
    pub fn begin(method: Method, policy: &Policy) -> Self {
        match method {
            Method::Qr => QrAsking::Starting.into(),
            Method::Phone => Proving::Required(Question::Number(Number::first(policy))).into(),
        }
    }

    /// The public name.
    pub fn status(&self) -> Status {
        match self {
            Self::Asking(asking) => asking.status(),
            Self::Proving(proving) => proving.status(),
            Self::Finishing(finishing) => finishing.status(),
            Self::Ended { ending, .. } => match ending {
                Ending::Authorized { .. } => Status::Authorized,
                Ending::Expired => Status::Expired,
                Ending::Cancelled => Status::Cancelled,
                Ending::Superseded => Status::Superseded,
                Ending::Failed(_) => Status::Failed,
            },
        }
    }

    /// How Telegram is asked, while it is.
    pub fn asking(&self) -> Option<&Asking> {
        match self {
            Self::Asking(asking) => Some(asking),
            Self::Proving(_) | Self::Finishing(_) | Self::Ended { .. } => None,
        }
    }

    /// What the person is asked, also while their answer is checked.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Self::Proving(proving) => Some(proving.question()),
            Self::Asking(_) | Self::Finishing(_) | Self::Ended { .. } => None,
        }
    }

    /// Whether an answer is being checked.
    pub fn is_checking(&self) -> bool {
        match self {
            Self::Proving(proving) => proving.is_checking(),
            Self::Asking(_) | Self::Finishing(_) | Self::Ended { .. } => false,
        }
    }
}

/// One attempt to link an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its id.
    pub id: LoginId,
    /// Who began it; only their own account can be linked.
    pub owner: Owner,
    /// By which way.
    pub method: Method,
    /// The name under which it shows up at Telegram.
    pub device: Device,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// The current run of failures to reach Telegram.
    pub retry: Option<Retry>,
    /// When the token was accepted on the phone: counts against the account's
    /// daily budget.
    pub scanned_at: Option<Timestamp>,
    /// When what is left of it at Telegram must be logged out; `None`: nothing
    /// is left, or it is not over.
    pub cleanup_at: Option<Timestamp>,
}

impl Login {
    /// A login that begins now.
    pub fn begin(
        id: LoginId,
        owner: Owner,
        method: Method,
        device: Device,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            owner,
            method,
            device,
            created_at: now,
            expires_at: now + policy.ttl,
            version: 1,
            state: State::begin(method, policy),
            retry: None,
            scanned_at: None,
            cleanup_at: None,
        }
    }

    /// A login that is over before it began, for example because the account
    /// is linked already or has had its logins for today.
    #[must_use]
    pub fn ended(mut self, ending: Ending) -> Self {
        self.state = State::Ended {
            ending,
            at: self.created_at,
        };
        self
    }

    /// How it ended, if it did.
    pub fn ending(&self) -> Option<Ending> {
        match &self.state {
            State::Ended { ending, .. } => Some(*ending),
            State::Asking(_) | State::Proving(_) | State::Finishing(_) => None,
        }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.ending().is_some()
    }

    /// Whether it was begun by a clock that was ahead. Its deadlines are as far
    /// off, so it ends with the next [`Event::Tick`](super::Event::Tick), which
    /// is due at once.
    pub fn is_dated_ahead(&self, now: Timestamp) -> bool {
        !self.is_over() && lies_ahead(self.created_at, now)
    }

    /// The last moment at which a scan still counts.
    pub fn scan_until(&self) -> Timestamp {
        self.expires_at - Policy::reserve()
    }
}
