//! Work in the background. A job is a row that any node may do; which one does
//! it is decided by a claim, and what is written under a claim names its fence.
//!
//! What a job's kind means, how often it is tried and what its payload holds is
//! `work`'s. Here is only what everyone reads alike.

mod attempt;
mod kind;
mod outcome;
mod state;
mod status;

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;

use crate::backoff::Backoff;
use crate::ids::{AccountId, Fence, JobId, NodeId, Owner, TenantId};
use crate::progress::Progress;
use crate::request::RequestId;
use crate::time::Timestamp;

pub use attempt::{AttemptEnd, AttemptOutcome, JobAttempt};
pub use kind::JobKind;
pub use outcome::{Cause, CauseCode, Outcome};
pub use state::{JobState, WaitReason};
pub use status::JobStatus;

/// The longest that a job is put off. A row that is put off for longer was
/// written by a clock that was ahead, and is due.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::days(30);

/// The waits between attempts at a job.
const RETRY: Backoff = Backoff::new(Duration::from_secs(10), Duration::from_hours(1));

/// The pauses of a job for what is not there: nothing tells when it is back.
const PARK: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_mins(1));

/// How long a job is parked that was parked so often in a row, for what is not
/// there: doubled each time, up to a minute.
pub fn park_for(parks: u32) -> TimeDelta {
    TimeDelta::from_std(PARK.wait(parks)).unwrap_or(TimeDelta::MAX)
}

/// How long after so many failures in a row a job is tried again: doubled with
/// every failure, up to an hour.
pub fn retry_after(failures: u32) -> TimeDelta {
    let wait = RETRY.wait(failures.saturating_sub(1));
    TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX)
}

/// What a job is about and how far it came, as text that only its kind reads.
/// It may name chats and people: `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Payload(pub String);

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.0.len())
    }
}

/// A job that is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// For whom; `None`: for the instance.
    pub owner: Option<Owner>,
    /// The account that it works with: one job at a time does.
    pub account: Option<AccountId>,
    /// What it is about.
    pub payload: Payload,
    /// What makes it the same as another one of its kind and owner: while one
    /// is not over, asking for it again is asking for that one.
    pub unique: Option<String>,
    /// Not before then.
    pub run_after: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The request from which it follows; `None`: from none, as of a schedule.
    pub caused_by: Option<RequestId>,
}

impl NewJob {
    /// A job of the instance, to be done at once.
    pub fn new(id: JobId, kind: JobKind, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            owner: None,
            account: None,
            payload: Payload::default(),
            unique: None,
            run_after: now,
            created_at: now,
            caused_by: None,
        }
    }

    /// The job of a schedule, to be done at once: there is one of its kind.
    pub fn of_schedule(id: JobId, kind: JobKind, now: Timestamp) -> Self {
        Self {
            unique: Some("schedule".to_owned()),
            ..Self::new(id, kind, now)
        }
    }

    /// The key that no two jobs of a kind have that are not over. No owner can
    /// be answered with another's job.
    pub fn unique_key(&self) -> Option<String> {
        let unique = self.unique.as_ref()?;
        Some(match &self.owner {
            Some(owner) => format!("{}/{}/{unique}", owner.tenant, owner.person),
            None => format!(":{unique}"),
        })
    }
}

/// A job that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enqueued {
    /// The job.
    pub id: JobId,
    /// Whether it is a new one; otherwise it is the one that is not over.
    pub is_new: bool,
}

/// A job as it stands in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// For whom; `None`: for the instance.
    pub owner: Option<Owner>,
    /// The account that it works with.
    pub account: Option<AccountId>,
    /// What it is about, and where it goes on.
    pub payload: Payload,
    /// How it stands.
    pub state: JobState,
    /// How far it has come, if it says so.
    pub progress: Option<Progress>,
    /// How often it was begun since it last got a step on.
    pub attempts: u32,
    /// How often in a row it was parked since then, for what was not there.
    pub parks: u32,
    /// The number of the last claim.
    pub fence: Fence,
    /// The node that worked on it last.
    pub node: Option<NodeId>,
    /// Who asked for it to be cancelled, if someone did.
    pub cancel_by: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The request from which it follows.
    pub caused_by: Option<RequestId>,
}

/// The right to write a job, until someone else claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobClaim {
    /// The job.
    pub id: JobId,
    /// The number of the claim.
    pub fence: Fence,
}

/// How whoever claimed a job lets go of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// It goes on where it stopped, at once, here or elsewhere; this was no
    /// attempt.
    PutBack,
    /// It goes on then; this was no attempt.
    Park {
        /// When.
        until: Timestamp,
        /// For what it waits.
        reason: WaitReason,
    },
    /// This attempt failed; another one is made then.
    Retry {
        /// When.
        at: Timestamp,
        /// What went wrong.
        cause: Cause,
    },
    /// It is over.
    End(Outcome),
}

/// Whose jobs someone may see and cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobAccess {
    /// A person: their own.
    Owner(Owner),
    /// Whoever looks after a tenant: those of its people.
    Tenant(TenantId),
    /// Whoever looks after the instance: all of them.
    All,
}

/// What became of the intent to cancel a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelling {
    /// It did not run and is cancelled.
    Cancelled,
    /// It runs, and ends with the step that it is at, whatever that comes to.
    Asked,
    /// It was over before.
    Over,
    /// There is no such job, or none that they may cancel.
    NotFound,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PersonId;

    #[test]
    fn tries_come_less_and_less_often() {
        let waits: Vec<_> = [0, 1, 2, 3, 9, 10, u32::MAX].map(retry_after).into();
        let seconds: Vec<_> = waits.iter().map(TimeDelta::num_seconds).collect();
        assert_eq!(seconds, [10, 10, 20, 40, 2560, 3600, 3600]);
    }

    #[test]
    fn what_is_not_there_is_waited_for_longer_and_longer_up_to_a_minute() {
        let waits: Vec<_> = [0, 1, 2, 3, 4, 5, u32::MAX].map(park_for).into();
        let seconds: Vec<_> = waits.iter().map(TimeDelta::num_seconds).collect();
        assert_eq!(seconds, [2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn no_key_of_one_owner_is_another_owners() {
        let now = chrono::DateTime::UNIX_EPOCH;
        let id = JobId::from(uuid::Uuid::nil());
        let mut job = NewJob::new(id, JobKind::named("export"), now);
        assert_eq!(job.unique_key(), None);
        let owner = |tenant: &str, person| Owner {
            tenant: tenant.parse().unwrap(),
            person: PersonId(person),
        };
        let mut keys = std::collections::HashSet::new();
        for (owner, unique) in [
            (None, "7/1"),
            (None, "a/7/1"),
            (Some(owner("a", 7)), "1"),
            (Some(owner("a", 71)), "1"),
            (Some(owner("b", 7)), "1"),
        ] {
            job.owner = owner;
            job.unique = Some(unique.to_owned());
            assert!(keys.insert(job.unique_key().unwrap()));
        }
    }

    #[test]
    fn a_payload_is_not_shown() {
        let payload = Payload("{\"chat\":42}".to_owned());
        assert_eq!(format!("{payload:?}"), "Payload(11 bytes)");
    }
}
