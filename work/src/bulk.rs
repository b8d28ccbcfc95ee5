//! Acting on many rows of a list: what is shown before, and asking for the jobs
//! that do it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::bulk::{BulkAction, BulkFilter, Selection};
use sesame_domain::ids::{JobId, Owner, SelectionId, TenantId};
use sesame_domain::job::NewJob;
use sesame_domain::listing::Tenants;
use sesame_domain::order::Order;
use sesame_domain::ports::{BulkBegun, BulkService, Selections, Signals, StoreError, Topic};
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;

use crate::jobs::bulk_payload;

/// Asks for what is to be done to many rows.
#[derive(Clone)]
pub struct BulkRequests {
    /// Where it is kept which rows.
    pub selections: Arc<dyn Selections>,
    /// Wakes the runner up.
    pub signals: Arc<dyn Signals>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub entropy: Arc<dyn Entropy>,
}

impl BulkRequests {
    /// The job that does it to the rows of a tenant. Its nodes do it: the accounts
    /// are of their application at Telegram.
    fn job(
        &self,
        selection: &Selection,
        action: BulkAction,
        tenant: Option<&TenantId>,
        count: u64,
        order: &Order,
    ) -> Result<NewJob, StoreError> {
        let now = self.clock.now();
        let id = JobId::generate(self.entropy.as_ref(), now);
        let payload = bulk_payload(selection.id, count, order);
        Ok(NewJob {
            owner: tenant.cloned().map(Owner::tenant_itself),
            caused_by: order.request.clone(),
            unique: Some(format!("selection {}", selection.id)),
            payload: payload
                .map_err(|_| StoreError::inconsistent("an order that cannot be written down"))?,
            ..NewJob::new(id, action.job_kind(), now)
        })
    }
}

#[async_trait]
impl BulkService for BulkRequests {
    async fn preview(
        &self,
        tenants: &Tenants,
        filter: &BulkFilter,
    ) -> Result<Selection, StoreError> {
        let now = self.clock.now();
        let id = SelectionId::generate(self.entropy.as_ref(), now);
        self.selections.freeze(id, tenants, filter, now).await
    }

    async fn find(
        &self,
        id: SelectionId,
        tenants: &Tenants,
    ) -> Result<Option<Selection>, StoreError> {
        self.selections.find(id, tenants).await
    }

    async fn begin(
        &self,
        id: SelectionId,
        tenants: &Tenants,
        action: BulkAction,
        order: &Order,
    ) -> Result<BulkBegun, StoreError> {
        let Some(selection) = self.selections.find(id, tenants).await? else {
            return Ok(BulkBegun::NotFound);
        };
        let counts = selection.counts.iter();
        let jobs = counts
            .map(|(tenant, count)| self.job(&selection, action, tenant.as_ref(), *count, order));
        let jobs = jobs.collect::<Result<Vec<_>, _>>()?;
        let begun = self.selections.begin(id, tenants, action, &jobs, order);
        let begun = begun.await?;
        if begun == BulkBegun::Begun {
            // Lost, the runner looks by itself a moment later.
            if let Err(error) = self.signals.publish(Topic::Jobs).await {
                tracing::debug!(error = %Reason::of(&error), "no one was woken");
            }
        }
        Ok(begun)
    }
}

impl fmt::Debug for BulkRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkRequests").finish_non_exhaustive()
    }
}
