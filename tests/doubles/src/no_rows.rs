//! Lists without rows.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use sesame_domain::account::Account;
use sesame_domain::audit::AuditEntry;
use sesame_domain::bulk::{BulkAction, BulkFilter, Selection};
use sesame_domain::ids::{AccountId, Fence, JobId, LoginId, NodeId, Owner, PersonId, SelectionId};
use sesame_domain::job::{Cancelling, Enqueued, Job, JobAttempt, JobKind, JobStatus, NewJob};
use sesame_domain::listing::{Tenants, Total};
use sesame_domain::order::Order;
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::listing::{
    AccountListing, AccountQuery, AccountRow, AuditListing, AuditQuery, EndingFigure, FunnelBucket,
    HealthFigure, JobFilter, JobListing, JobQuery, ListedAccounts, ListedEntries, ListedJobs,
    ListedLogins, ListedPeople, ListedWaits, LiveFigure, LoginListing, LoginQuery, LoginRow,
    NodeListing, NodeRow, OverviewFigures, PersonListing, PersonQuery, TenantFigures, WaitListing,
    WaitQuery,
};
use sesame_domain::ports::{
    AccountCheckRequests, AccountRevocation, AuditVerification, AuditVerifications, BulkBegun,
    BulkService, JobActions, PausedKind, Retrying, RunningNow, Schedules, ServiceError, SloCount,
    SloCounts, SloStretch, StoreError,
};
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::time::Timestamp;
use uuid::Uuid;

/// Lists without rows, and nothing that could be done to one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRows;

#[async_trait]
impl LoginListing for NoRows {
    async fn logins(&self, _query: &LoginQuery) -> Result<ListedLogins, StoreError> {
        Ok(ListedLogins::default())
    }

    async fn login(
        &self,
        _id: LoginId,
        _tenants: &Tenants,
    ) -> Result<Option<LoginRow>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl AccountListing for NoRows {
    async fn accounts(&self, _query: &AccountQuery) -> Result<ListedAccounts, StoreError> {
        Ok(ListedAccounts::default())
    }

    async fn account(
        &self,
        _id: AccountId,
        _tenants: &Tenants,
    ) -> Result<Option<AccountRow>, StoreError> {
        Ok(None)
    }
}

#[async_trait]
impl PersonListing for NoRows {
    async fn people(&self, _query: &PersonQuery) -> Result<ListedPeople, StoreError> {
        Ok(ListedPeople::default())
    }

    async fn person(
        &self,
        _person: PersonId,
        _tenants: &Tenants,
    ) -> Result<ListedPeople, StoreError> {
        Ok(ListedPeople::default())
    }
}

#[async_trait]
impl AuditListing for NoRows {
    async fn entries(&self, _query: &AuditQuery) -> Result<ListedEntries, StoreError> {
        Ok(ListedEntries::default())
    }
}

#[async_trait]
impl WaitListing for NoRows {
    async fn waits(&self, _query: &WaitQuery, _now: Timestamp) -> Result<ListedWaits, StoreError> {
        Ok(ListedWaits::default())
    }
}

#[async_trait]
impl NodeListing for NoRows {
    async fn nodes(
        &self,
        _tenants: &Tenants,
    ) -> Result<Vec<Result<NodeRow, BrokenRow>>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl JobListing for NoRows {
    async fn jobs(&self, _query: &JobQuery) -> Result<ListedJobs, StoreError> {
        Ok(ListedJobs::default())
    }

    async fn job_counts(
        &self,
        _filter: &JobFilter,
        _tenants: &Tenants,
    ) -> Result<Vec<(JobStatus, Total)>, StoreError> {
        Ok(Vec::new())
    }

    async fn job(&self, _id: JobId, _tenants: &Tenants) -> Result<Option<Job>, StoreError> {
        Ok(None)
    }

    async fn job_attempts(
        &self,
        _id: JobId,
        _tenants: &Tenants,
    ) -> Result<Vec<JobAttempt>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl OverviewFigures for NoRows {
    async fn funnel(
        &self,
        _tenants: &Tenants,
        _since: Timestamp,
        _until: Timestamp,
        _stretch: TimeDelta,
    ) -> Result<Vec<FunnelBucket>, StoreError> {
        Ok(Vec::new())
    }

    async fn endings(
        &self,
        _tenants: &Tenants,
        _since: Timestamp,
        _until: Timestamp,
    ) -> Result<Vec<EndingFigure>, StoreError> {
        Ok(Vec::new())
    }

    async fn live_logins(&self, _tenants: &Tenants) -> Result<Vec<LiveFigure>, StoreError> {
        Ok(Vec::new())
    }

    async fn health(
        &self,
        _tenants: &Tenants,
        _since: Timestamp,
    ) -> Result<Vec<HealthFigure>, StoreError> {
        Ok(Vec::new())
    }

    async fn by_tenant(
        &self,
        _tenants: &Tenants,
        _since: Timestamp,
    ) -> Result<Vec<TenantFigures>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl JobActions for NoRows {
    async fn cancel(
        &self,
        _id: JobId,
        _tenants: &Tenants,
        _order: &Order,
    ) -> Result<Cancelling, StoreError> {
        Ok(Cancelling::NotFound)
    }

    async fn retry(
        &self,
        _id: JobId,
        _tenants: &Tenants,
        _order: &Order,
    ) -> Result<Retrying, StoreError> {
        Ok(Retrying::NotFound)
    }

    async fn ask(&self, job: &NewJob, _entry: AuditEntry) -> Result<Enqueued, StoreError> {
        Ok(Enqueued {
            id: job.id,
            is_new: true,
        })
    }

    async fn pause(
        &self,
        _kind: &JobKind,
        _tenants: &Tenants,
        _order: &Order,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn resume(
        &self,
        _kind: &JobKind,
        _tenants: &Tenants,
        _order: &Order,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn paused(
        &self,
        _tenants: &Tenants,
    ) -> Result<Vec<Result<PausedKind, BrokenRow>>, StoreError> {
        Ok(Vec::new())
    }

    async fn run_now(
        &self,
        _kind: &JobKind,
        _id: JobId,
        _node: &NodeId,
        _tenants: &Tenants,
        _order: &Order,
    ) -> Result<RunningNow, StoreError> {
        Ok(RunningNow::NotFound)
    }
}

#[async_trait]
impl AccountRevocation for NoRows {
    async fn revoke(
        &self,
        _owner: &Owner,
        _id: AccountId,
        _order: &Order,
    ) -> Result<bool, ServiceError> {
        Ok(false)
    }
}

#[async_trait]
impl Schedules for NoRows {
    async fn records(&self) -> Result<Vec<Result<ScheduleRecord, BrokenRow>>, StoreError> {
        Ok(Vec::new())
    }

    async fn ask(
        &self,
        _job: &NewJob,
        _node: &NodeId,
        _not_since: Timestamp,
    ) -> Result<Option<JobId>, StoreError> {
        Ok(None)
    }

    async fn begin(
        &self,
        _kind: &JobKind,
        _node: &NodeId,
        _now: Timestamp,
        _not_since: Timestamp,
    ) -> Result<Option<Fence>, StoreError> {
        Ok(None)
    }

    async fn done(
        &self,
        _kind: &JobKind,
        _fence: Fence,
        _now: Timestamp,
        _report: &str,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn failed(
        &self,
        _kind: &JobKind,
        _fence: Fence,
        _now: Timestamp,
        _report: &str,
    ) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl BulkService for NoRows {
    async fn preview(
        &self,
        tenants: &Tenants,
        filter: &BulkFilter,
    ) -> Result<Selection, StoreError> {
        Ok(Selection {
            id: SelectionId::from(Uuid::nil()),
            tenants: tenants.clone(),
            filter: filter.clone(),
            at: DateTime::UNIX_EPOCH,
            counts: Vec::new(),
            begun: None,
        })
    }

    async fn find(
        &self,
        _id: SelectionId,
        _tenants: &Tenants,
    ) -> Result<Option<Selection>, StoreError> {
        Ok(None)
    }

    async fn begin(
        &self,
        _id: SelectionId,
        _tenants: &Tenants,
        _action: BulkAction,
        _order: &Order,
    ) -> Result<BulkBegun, StoreError> {
        Ok(BulkBegun::NotFound)
    }
}

#[async_trait]
impl SloCounts for NoRows {
    async fn add(&self, _counts: &[SloCount]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn counted(
        &self,
        _tenants: &Tenants,
        _since: Timestamp,
        _until: Timestamp,
        _stretch_hours: u32,
    ) -> Result<Vec<SloStretch>, StoreError> {
        Ok(Vec::new())
    }

    async fn forget(&self, _before: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[async_trait]
impl AuditVerifications for NoRows {
    async fn note(&self, _verification: &AuditVerification) -> Result<(), StoreError> {
        Ok(())
    }

    async fn last(
        &self,
        _tenants: &Tenants,
    ) -> Result<Vec<Result<AuditVerification, BrokenRow>>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl AccountCheckRequests for NoRows {
    async fn ask(&self, _account: &Account, _order: &Order) -> Result<Enqueued, StoreError> {
        Ok(Enqueued {
            id: JobId::from(Uuid::nil()),
            is_new: true,
        })
    }
}
