//! Where it is kept what is to be done to many rows.

use async_trait::async_trait;
use uuid::Uuid;

use crate::bulk::{BulkAction, BulkFilter, Drift, Selection};
use crate::ids::{SelectionId, TenantId};
use crate::job::NewJob;
use crate::listing::Tenants;
use crate::order::Order;
use crate::time::Timestamp;

use super::StoreError;

/// A row that was frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: Uuid,
    /// Whether the filter still lets it through.
    pub still_matches: bool,
}

/// What became of the wish to act on a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkBegun {
    /// Its jobs are asked for.
    Begun,
    /// They were before; nothing is done twice.
    Already,
    /// The filter lets too much else through by now: nothing is done.
    Changed(Drift),
    /// There is no such selection any more, or none that they may act on.
    NotFound,
}

/// Where it is kept what is to be done to many rows: which rows, as they were
/// when someone looked at them.
#[async_trait]
pub trait Selections: Send + Sync {
    /// Freezes what a filter lets through now, each row of it. An order to act on
    /// it names its id.
    async fn freeze(
        &self,
        id: SelectionId,
        tenants: &Tenants,
        filter: &BulkFilter,
        now: Timestamp,
    ) -> Result<Selection, StoreError>;

    /// A selection all of whose rows these tenants include.
    async fn find(
        &self,
        id: SelectionId,
        tenants: &Tenants,
    ) -> Result<Option<Selection>, StoreError>;

    /// How what its filter lets through differs from what was frozen; `None`:
    /// there is no such selection.
    async fn drift(&self, id: SelectionId) -> Result<Option<Drift>, StoreError>;

    /// Asks for the jobs that act on it, with the audit of it, unless too much
    /// changed since: all in one transaction.
    async fn begin(
        &self,
        id: SelectionId,
        tenants: &Tenants,
        action: BulkAction,
        jobs: &[NewJob],
        order: &Order,
    ) -> Result<BulkBegun, StoreError>;

    /// Rows of a tenant (`None`: of no one) that were frozen, by id, after that
    /// one, and whether the filter still lets each through.
    async fn targets(
        &self,
        id: SelectionId,
        tenant: Option<&TenantId>,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Target>, StoreError>;

    /// Forgets selections that were frozen before then and never begun, and those
    /// that were begun and whose jobs are forgotten; how many.
    async fn forget(&self, frozen_before: Timestamp) -> Result<u64, StoreError>;
}

/// Acting on many rows of a list, for pages and commands.
#[async_trait]
pub trait BulkService: Send + Sync {
    /// Freezes what a filter lets through now, to be shown before anything is done.
    async fn preview(
        &self,
        tenants: &Tenants,
        filter: &BulkFilter,
    ) -> Result<Selection, StoreError>;

    /// What was frozen, if they may act on all of it.
    async fn find(
        &self,
        id: SelectionId,
        tenants: &Tenants,
    ) -> Result<Option<Selection>, StoreError>;

    /// Has it done by jobs, one for each tenant, which show how far they have come
    /// and can be cancelled like all others.
    async fn begin(
        &self,
        id: SelectionId,
        tenants: &Tenants,
        action: BulkAction,
        order: &Order,
    ) -> Result<BulkBegun, StoreError>;
}
