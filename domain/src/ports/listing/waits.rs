//! Who waits until when.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use uuid::Uuid;

use crate::ids::{Owner, PersonId};
use crate::listing::{CursorError, Listed, Query};
use crate::ports::StoreError;
use crate::time::Timestamp;

/// What it is that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitKind {
    /// A login under way, before Telegram is asked again.
    Login,
    /// A person whose login failed, before they may begin another.
    Person,
    /// A job that was begun and goes on then.
    Job,
    /// A session that could not be logged out, before that is tried again.
    LogOut,
}

impl WaitKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Login, Self::Person, Self::Job, Self::LogOut];

    /// The name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Person => "person",
            Self::Job => "job",
            Self::LogOut => "log_out",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Which waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitFilter {
    /// Of these kinds; none: of any.
    pub kinds: Vec<WaitKind>,
    /// Of this person, their account or their jobs.
    pub person: Option<PersonId>,
    /// For this reason ([`Wait::reason`]).
    pub reason: Option<String>,
}

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What.
    pub kind: WaitKind,
    /// The login, job or session that it is about.
    pub id: Uuid,
    /// Whose; `None`: the instance's.
    pub owner: Option<Owner>,
    /// Why: the code of a login's failure ([`crate::login::Failure::code`]), what
    /// a job waits for ([`crate::job::WaitReason::as_str`]), `retry` otherwise.
    pub reason: String,
    /// The kind of the job, if it is one.
    pub job: Option<String>,
    /// Since when it is under way, or over.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// What tells waits apart that end at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaitKey {
    /// What waits.
    pub kind: WaitKind,
    /// Its id.
    pub id: Uuid,
}

impl fmt::Display for WaitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind.as_str(), self.id)
    }
}

impl FromStr for WaitKey {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (kind, id) = text.split_once('.').ok_or(CursorError)?;
        Ok(Self {
            kind: WaitKind::from_name(kind).ok_or(CursorError)?,
            id: id.parse().map_err(|_| CursorError)?,
        })
    }
}

/// What is asked of the list.
pub type WaitQuery = Query<WaitFilter, WaitKey>;
/// A page of it.
pub type ListedWaits = Listed<Wait, WaitKey>;

/// Who waits until when, as the rows say it. What a node alone knows (a flood of
/// a method that no one runs into meanwhile) is in its metrics.
#[async_trait]
pub trait WaitListing: Send + Sync {
    /// Waits that are not over and that the filter lets through; which ends first.
    async fn waits(&self, query: &WaitQuery, now: Timestamp) -> Result<ListedWaits, StoreError>;
}
