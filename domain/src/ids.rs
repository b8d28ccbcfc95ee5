//! Identifiers. Each is its own type, so that one cannot be passed for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::random::Entropy;
use crate::time::Timestamp;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id: a version 7 UUID, so that ids sort by creation.
            pub fn generate(entropy: &dyn Entropy, now: Timestamp) -> Self {
                Self(uuid_v7(entropy, now))
            }

            /// The id as a UUID.
            pub fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id! {
    /// One attempt to link an account.
    LoginId
}
uuid_id! {
    /// A linked account.
    AccountId
}
uuid_id! {
    /// A sealed user session; an account that is linked again gets a new one.
    SessionId
}
uuid_id! {
    /// A short token that was given out; another one is another, whatever it
    /// was exchanged for.
    GrantId
}
uuid_id! {
    /// A message that waits to be sent by the bot.
    NoticeId
}
uuid_id! {
    /// A piece of work in the background.
    JobId
}
uuid_id! {
    /// A copy of a dialog that is kept on the server.
    ExportId
}
uuid_id! {
    /// Rows of a list that something is to be done to.
    SelectionId
}
uuid_id! {
    /// A link by which an operator signs in.
    SignInId
}
uuid_id! {
    /// An operator in a browser.
    OperatorSessionId
}
uuid_id! {
    /// A question in the chat whether to do something dangerous.
    ConfirmationId
}

fn uuid_v7(entropy: &dyn Entropy, now: Timestamp) -> Uuid {
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Telegram's id of a user: positive, at most 52 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a tenant: one bot with the people who use it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(String);

/// A tenant's name is not 1 to 32 of `a-z`, `0-9`, `-`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a tenant's name has 1 to 32 characters out of a-z, 0-9 and -")]
pub struct TenantIdError;

/// The tenant of what concerns no bot.
const INSTANCE: &str = "instance";

impl TenantId {
    /// Whether this stands for the instance itself rather than for a bot.
    pub fn is_instance(&self) -> bool {
        self.0 == INSTANCE
    }

    /// The tenant's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TenantId {
    type Error = TenantIdError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=32).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name))
        } else {
            Err(TenantIdError)
        }
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.to_owned().try_into()
    }
}

impl From<TenantId> for String {
    fn from(tenant: TenantId) -> Self {
        tenant.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A person within a tenant: whose login, whose account. It is only ever made
/// from verified `initData`, a token that was exchanged for it, or the bot's
/// own updates; never from a request's parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// The bot.
    pub tenant: TenantId,
    /// The person.
    pub person: PersonId,
}

impl Owner {
    /// Stands for a tenant as a whole, where an owner is needed and no one person
    /// is concerned: no one at Telegram has the number.
    pub fn tenant_itself(tenant: TenantId) -> Self {
        Self {
            tenant,
            person: PersonId(0),
        }
    }

    /// Stands where an owner is needed and no person is concerned. No bot can
    /// be called so ([`TenantId::is_instance`]).
    pub fn instance() -> Self {
        Self {
            tenant: TenantId(INSTANCE.to_owned()),
            person: PersonId(0),
        }
    }
}

/// One running process of Sesame; a restart makes a new one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(String);

impl NodeId {
    /// A name no other process has.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        Self(format!("{:016x}", u64::from_be_bytes(random)))
    }

    /// The node with this name, as the database keeps it.
    pub fn from_stored(name: String) -> Self {
        Self(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name out of a row.
impl From<String> for NodeId {
    fn from(name: String) -> Self {
        Self(name)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a claim in the database: each new claim of a login or a
/// session is higher than the ones before, and a write with a lower one fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fence(pub i64);
