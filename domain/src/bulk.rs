//! Acting on many rows of a list at once.
//!
//! What a list's filter lets through is frozen as a [`Selection`], each row of it,
//! with the count that is shown. Before anything is done it is looked at again
//! ([`Drift`]); what is done then is a job for each tenant, which goes through the
//! frozen rows one by one and leaves those alone that the filter does not let
//! through any more.

use serde::{Deserialize, Serialize};

use crate::ids::{SelectionId, TenantId};
use crate::job::JobKind;
use crate::listing::Tenants;
use crate::ports::listing::{AccountFilter, JobFilter};
use crate::time::Timestamp;

/// What is done to each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Telegram is asked whether the session of an account is alive.
    Validate,
    /// An account is unlinked, and its session logged out.
    Revoke,
    /// A job is cancelled.
    CancelJobs,
    /// A job that is over goes on, and one that waits goes on at once.
    RetryJobs,
}

impl BulkAction {
    /// Every action.
    pub const ALL: [Self; 4] = [
        Self::Validate,
        Self::Revoke,
        Self::CancelJobs,
        Self::RetryJobs,
    ];

    /// The name in addresses and in the database; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Revoke => "revoke",
            Self::CancelJobs => "cancel_jobs",
            Self::RetryJobs => "retry_jobs",
        }
    }

    /// The action with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }

    /// The kind of the jobs that do it.
    pub fn job_kind(self) -> JobKind {
        match self {
            Self::Validate => JobKind::named("bulk_validate"),
            Self::Revoke => JobKind::named("bulk_revoke"),
            Self::CancelJobs => JobKind::named("bulk_cancel_jobs"),
            Self::RetryJobs => JobKind::named("bulk_retry_jobs"),
        }
    }

    /// Whether it is done to rows of this list.
    pub fn is_about(self, filter: &BulkFilter) -> bool {
        match self {
            Self::Validate | Self::Revoke => matches!(filter, BulkFilter::Accounts(_)),
            Self::CancelJobs | Self::RetryJobs => matches!(filter, BulkFilter::Jobs(_)),
        }
    }
}

/// The filter of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkFilter {
    /// Linked accounts.
    Accounts(AccountFilter),
    /// Jobs. Those that act on many themselves are never among them.
    Jobs(JobFilter),
}

/// What a filter let through at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Its id.
    pub id: SelectionId,
    /// Of whose rows.
    pub tenants: Tenants,
    /// Which.
    pub filter: BulkFilter,
    /// When.
    pub at: Timestamp,
    /// How many, by tenant; `None`: what belongs to none.
    pub counts: Vec<(Option<TenantId>, u64)>,
    /// What is done to them, once it was begun.
    pub begun: Option<BulkAction>,
}

impl Selection {
    /// A selection that was not begun within so many minutes is forgotten: no one
    /// knows any more what was shown.
    pub const BEGUN_WITHIN_MINUTES: i64 = 60;

    /// How many rows in all: exactly.
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

/// How what a filter lets through differs from what was frozen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// How many were frozen.
    pub frozen: u64,
    /// How many of them it does not let through any more.
    pub gone: u64,
    /// How many it lets through that are not among them.
    pub come: u64,
}

impl Drift {
    /// Whether that is more than one in a hundred: then nothing is done, since it
    /// is not what was shown. What came for what went counts as well.
    pub fn is_too_much(self) -> bool {
        let changed = self.gone.saturating_add(self.come);
        changed.saturating_mul(100) > self.frozen
    }

    /// How many it lets through now.
    pub fn now(self) -> u64 {
        self.frozen
            .saturating_sub(self.gone)
            .saturating_add(self.come)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_one_in_a_hundred_is_too_much() {
        let drift = |frozen, gone, come| Drift { frozen, gone, come };
        for within in [drift(412, 4, 0), drift(412, 2, 2), drift(100, 0, 1)] {
            assert!(!within.is_too_much(), "{within:?}");
        }
        let swapped = drift(412, 50, 50);
        for over in [drift(412, 5, 0), swapped, drift(99, 0, 1), drift(0, 0, 1)] {
            assert!(over.is_too_much(), "{over:?}");
        }
        assert!(!drift(0, 0, 0).is_too_much());
        assert_eq!(swapped.now(), 412);
    }

    #[test]
    fn an_action_is_known_by_its_name_and_does_not_act_on_other_lists() {
        let accounts = BulkFilter::Accounts(AccountFilter::default());
        let jobs = BulkFilter::Jobs(JobFilter::default());
        for action in BulkAction::ALL {
            assert_eq!(BulkAction::from_name(action.as_str()), Some(action));
            let json = serde_json::to_value(action).unwrap();
            assert_eq!(json, action.as_str());
            assert_ne!(action.is_about(&accounts), action.is_about(&jobs));
        }
    }

    #[test]
    fn a_filter_is_kept_as_it_was() {
        let accounts = AccountFilter {
            search: Some("6c37e812".parse().unwrap()),
            health: Some(crate::ports::listing::HealthFilter::DeadOf(
                crate::account::DeathCause::Banned,
            )),
            key: Some("k1".to_owned()),
            used_before: Some(chrono::DateTime::UNIX_EPOCH),
            ..AccountFilter::default()
        };
        let jobs = JobFilter {
            kinds: vec![JobKind::named("export")],
            code: Some("failed".to_owned()),
            ..JobFilter::default()
        };
        for filter in [BulkFilter::Accounts(accounts), BulkFilter::Jobs(jobs)] {
            let json = serde_json::to_string(&filter).unwrap();
            assert_eq!(serde_json::from_str::<BulkFilter>(&json).unwrap(), filter);
        }
    }
}
