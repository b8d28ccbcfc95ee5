//! Where it is kept what was counted of the promises, hour by hour.

use async_trait::async_trait;

use crate::ids::TenantId;
use crate::listing::Tenants;
use crate::slo::{Counted, Slo};
use crate::time::Timestamp;

use super::StoreError;

/// What a node counted of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SloCount {
    /// For whose people.
    pub tenant: TenantId,
    /// Of which promise.
    pub slo: Slo,
    /// In the hour of this moment.
    pub at: Timestamp,
    /// What.
    pub counted: Counted,
}

/// What was counted of a promise in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SloStretch {
    /// Of which promise.
    pub slo: Slo,
    /// When the stretch begins.
    pub from: Timestamp,
    /// What, of all tenants that were asked for.
    pub counted: Counted,
}

/// Where it is kept what was counted of the promises. Nothing of a person is in
/// it, so erasing someone changes nothing here.
#[async_trait]
pub trait SloCounts: Send + Sync {
    /// Adds to what was counted, all of it or nothing.
    async fn add(&self, counts: &[SloCount]) -> Result<(), StoreError>;

    /// What was counted from the hour of one moment to the hour of another, by
    /// stretches of so many hours (in UTC, from 1970), the oldest first;
    /// stretches of which nothing was counted are left out. What only a newer
    /// program promises is, too.
    async fn counted(
        &self,
        tenants: &Tenants,
        since: Timestamp,
        until: Timestamp,
        stretch_hours: u32,
    ) -> Result<Vec<SloStretch>, StoreError>;

    /// Forgets the hours before that moment; how many rows.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}
