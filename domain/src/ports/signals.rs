//! Signals: wake-ups between tasks and nodes.

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::ids::{LoginId, PersonId, SessionId};

use super::StoreError;

/// What there is news about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A login changed.
    Login(LoginId),
    /// Something is wanted of a login (see [`super::Intent`]).
    Intent(LoginId),
    /// A node wants to drive a login that another node drives.
    HandOver(LoginId),
    /// Whoever has a session open is to look whether it is alive.
    Look(SessionId),
    /// A node wants to work with a session that another node has open: who has it
    /// closes it, unless it is at work with it.
    Wanted(SessionId),
    /// What a person sees of their account changed: it was linked or unlinked, or does
    /// otherwise than before.
    Account(PersonId),
    /// Messages wait to be sent.
    Outbox,
    /// Sessions wait to be logged out.
    Leaving,
    /// Jobs are to be done, or one is to be cancelled.
    Jobs,
    /// A tenant was added, or is to be worked for otherwise than before.
    Tenants,
}

impl Topic {
    /// The topic as text, for example as a channel in Redis.
    pub fn as_text(&self) -> String {
        match self {
            Self::Login(id) => format!("login:{id}"),
            Self::Intent(id) => format!("wish:{id}"),
            Self::HandOver(id) => format!("hand-over:{id}"),
            Self::Look(id) => format!("look:{id}"),
            Self::Wanted(id) => format!("wanted:{id}"),
            Self::Account(person) => format!("account:{}", person.0),
            Self::Outbox => "outbox".to_owned(),
            Self::Leaving => "leaving".to_owned(),
            Self::Jobs => "jobs".to_owned(),
            Self::Tenants => "tenants".to_owned(),
        }
    }
}

/// One item for each wake-up; several may be folded into one.
pub type WakeUps = BoxStream<'static, ()>;

/// Wake-ups carry no content and may be lost: who waits for one also looks at
/// the database from time to time.
#[async_trait]
pub trait Signals: Send + Sync {
    /// Wakes everyone who listens, on all nodes.
    async fn publish(&self, topic: Topic) -> Result<(), StoreError>;

    /// Listens from now on.
    async fn subscribe(&self, topic: Topic) -> Result<WakeUps, StoreError>;
}
