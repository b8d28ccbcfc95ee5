//! Figures over all rows, to begin with.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::ids::TenantId;
use crate::listing::Tenants;
use crate::ports::StoreError;
use crate::time::Timestamp;

/// How many of the logins that began in a stretch of time got how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunnelBucket {
    /// When the stretch begins.
    pub from: Timestamp,
    /// How many logins began in it.
    pub started: u64,
    /// How many of them were scanned.
    pub scanned: u64,
    /// How many of them ended with a linked account.
    pub linked: u64,
}

/// How many logins ended like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndingFigure {
    /// How, as its row says it ([`crate::login::Status::as_str`]).
    pub status: String,
    /// Why they failed, if they did ([`crate::login::Failure::code`]).
    pub failure: Option<String>,
    /// How many.
    pub logins: u64,
}

/// How many logins that are not over stand like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveFigure {
    /// How ([`crate::login::Status::as_str`]), or a name that a newer program knows.
    pub status: String,
    /// Whether they have to wait before Telegram is asked again.
    pub is_waiting: bool,
    /// How many.
    pub logins: u64,
}

/// How many accounts do like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthFigure {
    /// How: `alive`, `frozen`, `dead`, or a name that a newer program knows.
    pub health: String,
    /// Of what they died ([`crate::account::DeathCause::as_str`]).
    pub cause: Option<String>,
    /// How many.
    pub accounts: u64,
    /// How many of them since the moment that was asked for.
    pub newly: u64,
}

/// How a tenant does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantFigures {
    /// The tenant.
    pub tenant: TenantId,
    /// How many accounts are linked.
    pub accounts: u64,
    /// How many logins began since the moment that was asked for.
    pub started: u64,
    /// How many of them were scanned.
    pub scanned: u64,
    /// How many of them ended with a linked account.
    pub linked: u64,
}

/// Figures over all rows of these tenants. They are exact: rows that cannot be
/// read are counted by what their columns say.
#[async_trait]
pub trait OverviewFigures: Send + Sync {
    /// How far the logins got that began in that time, by stretches of this
    /// length (whole minutes, in UTC), the oldest first; stretches in which none
    /// began are there too.
    async fn funnel(
        &self,
        tenants: &Tenants,
        since: Timestamp,
        until: Timestamp,
        stretch: TimeDelta,
    ) -> Result<Vec<FunnelBucket>, StoreError>;

    /// How the logins ended that began in that time.
    async fn endings(
        &self,
        tenants: &Tenants,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<EndingFigure>, StoreError>;

    /// How the logins stand that are not over.
    async fn live_logins(&self, tenants: &Tenants) -> Result<Vec<LiveFigure>, StoreError>;

    /// How accounts do, and how many do so since then.
    async fn health(
        &self,
        tenants: &Tenants,
        since: Timestamp,
    ) -> Result<Vec<HealthFigure>, StoreError>;

    /// How each of these tenants does that has rows, by name.
    async fn by_tenant(
        &self,
        tenants: &Tenants,
        since: Timestamp,
    ) -> Result<Vec<TenantFigures>, StoreError>;
}
