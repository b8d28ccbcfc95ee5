//! Dangerous actions, and whether their operator confirmed them in the chat.

use chrono::TimeDelta;

use crate::ids::{ConfirmationId, OperatorSessionId, Owner};
use crate::time::{Timestamp, is_over};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What kind of action is dangerous.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum DangerKind {
            $($(#[$doc])* $name,)*
            /// One that only a newer program knows.
            Other(String),
        }

        impl DangerKind {
            /// The name in the database and in the audit; never changed.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(name) => name,
                }
            }

            /// The kind with this name.
            pub fn of(name: &str) -> Self {
                match name {
                    $($text => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

kinds! {
    /// Accounts are revoked, many at once.
    RevokeAccounts = "revoke_accounts",
    /// Versions of the key are retired.
    RetireKeys = "retire_keys",
    /// A tenant is removed.
    RemoveTenant = "remove_tenant",
    /// Every session of operators is ended but one's own.
    EndOperatorSessions = "end_operator_sessions",
}

/// An action that cannot be taken back, with all that says what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DangerousAction {
    /// What kind.
    pub kind: DangerKind,
    /// Of what exactly, in the form that whoever does it reads. What was
    /// confirmed is done with these, and with no others.
    pub parameters: String,
    /// The same for people: `retire key s3 and those before it`.
    pub summary: String,
}

impl DangerousAction {
    /// Whether the other one would do the very same.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.kind, &self.parameters) == (&other.kind, &other.parameters)
    }
}

/// A question in the chat whether to do something dangerous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Its id.
    pub id: ConfirmationId,
    /// For which session, and no other, it will be done.
    pub session: OperatorSessionId,
    /// Which operator of which bot is asked.
    pub owner: Owner,
    /// Whether to do this.
    pub action: DangerousAction,
    /// Why, as the operator said.
    pub reason: String,
    /// What the page shows and the chat shows, so that people see that they
    /// belong together: two numbers below 100.
    pub signs: [u8; 2],
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Until when it may be answered and done.
    pub expires_at: Timestamp,
}

/// How a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmationState {
    /// It waits for an answer.
    Waiting,
    /// It was confirmed, and is not done yet.
    Confirmed,
    /// It was declined.
    Declined,
    /// It was done.
    Used,
    /// Its time is over.
    Expired,
}

impl ConfirmationState {
    /// The name in the database; never changed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Used => "used",
            Self::Expired => "expired",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Waiting,
            Self::Confirmed,
            Self::Declined,
            Self::Used,
            Self::Expired,
        ];
        all.into_iter().find(|state| state.as_str() == name)
    }
}

impl Confirmation {
    /// For how long a question waits.
    pub const LIFE: TimeDelta = TimeDelta::minutes(3);

    /// How it stands now, of a question that stood so.
    pub fn state(&self, stored: ConfirmationState, now: Timestamp) -> ConfirmationState {
        use ConfirmationState as S;
        let over = is_over(self.expires_at, Self::LIFE, now);
        match stored {
            S::Waiting | S::Confirmed if over => S::Expired,
            other => other,
        }
    }
}
