//! A login and the states it goes through.

use crate::device::Device;
use crate::ids::{AccountId, LoginId, Owner};
use crate::sealed::Sealed;
use crate::time::{Timestamp, lies_ahead};

use super::failure::Failure;
use super::policy::Policy;

/// By which way the person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By scanning a QR code.
    Qr,
}

impl Method {
    /// The name in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qr => "qr",
        }
    }
}

/// The token that is on show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// The token, sealed ([`crate::sealed::Purpose::QrToken`]): the raw bytes
    /// that Telegram gave. The code shows `tg://login?token=` and their
    /// base64url without padding.
    pub token: Sealed,
    /// When Telegram forgets it.
    pub expires_at: Timestamp,
    /// When the next one is asked for.
    pub renew_at: Timestamp,
}

/// The question for the cloud password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password {
    /// The hint the person once chose, as UTF-8, sealed ([`crate::sealed::Purpose::PasswordHint`]).
    pub hint: Option<Sealed>,
    /// How many more passwords may be tried.
    pub attempts_left: u8,
    /// Whether the last one was wrong.
    pub rejected: bool,
}

/// A run of failures to reach Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How many in a row.
    pub count: u32,
    /// When to try again.
    pub retry_at: Timestamp,
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

/// Where a login stands. Each state carries its own data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// No token yet.
    Starting,
    /// A token is on show and waits to be scanned.
    Pending(Qr),
    /// The token was accepted on the phone; Telegram is asked for the outcome.
    Scanned {
        /// When to ask (again).
        ask_at: Timestamp,
    },
    /// The account lives in another data centre; the login moves there.
    Migrating {
        /// The data centre.
        dc: i32,
    },
    /// The cloud password is needed; it is the person's turn.
    PasswordRequired(Password),
    /// A password is being checked.
    CheckingPassword(Password),
    /// Signed in; whose account it is, is being found out.
    Verifying {
        /// When it must be done.
        until: Timestamp,
    },
    /// The owner is right; the session is being stored.
    Linking {
        /// When it must be done.
        until: Timestamp,
    },
    /// Over.
    Ended {
        /// How.
        ending: Ending,
        /// When.
        at: Timestamp,
    },
}

/// A state's public name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// See [`State::Starting`].
    Starting,
    /// See [`State::Pending`].
    Pending,
    /// See [`State::Scanned`].
    Scanned,
    /// See [`State::Migrating`].
    Migrating,
    /// See [`State::PasswordRequired`] and [`State::CheckingPassword`].
    PasswordRequired,
    /// See [`State::Verifying`] and [`State::Linking`].
    Verifying,
    /// See [`Ending::Authorized`].
    Authorized,
    /// See [`Ending::Expired`].
    Expired,
    /// See [`Ending::Cancelled`].
    Cancelled,
    /// See [`Ending::Superseded`].
    Superseded,
    /// See [`Ending::Failed`].
    Failed,
}

impl Status {
    /// The stable name in the API and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Pending => "pending",
            Self::Scanned => "scanned",
            Self::Migrating => "migrating",
            Self::PasswordRequired => "password_required",
            Self::Verifying => "verifying",
            Self::Authorized => "authorized",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
        }
    }
}

impl State {
    /// The public name.
    pub fn status(&self) -> Status {
        match self {
            Self::Starting => Status::Starting,
            Self::Pending(_) => Status::Pending,
            Self::Scanned { .. } => Status::Scanned,
            Self::Migrating { .. } => Status::Migrating,
            Self::PasswordRequired(_) | Self::CheckingPassword(_) => Status::PasswordRequired,
            Self::Verifying { .. } | Self::Linking { .. } => Status::Verifying,
            Self::Ended { ending, .. } => match ending {
                Ending::Authorized { .. } => Status::Authorized,
                Ending::Expired => Status::Expired,
                Ending::Cancelled => Status::Cancelled,
                Ending::Superseded => Status::Superseded,
                Ending::Failed(_) => Status::Failed,
            },
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
        device: Device,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            owner,
            method: Method::Qr,
            device,
            created_at: now,
            expires_at: now + policy.ttl,
            version: 1,
            state: State::Starting,
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
            State::Starting
            | State::Pending(_)
            | State::Scanned { .. }
            | State::Migrating { .. }
            | State::PasswordRequired(_)
            | State::CheckingPassword(_)
            | State::Verifying { .. }
            | State::Linking { .. } => None,
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
