//! How many accounts do how, as it was counted a moment ago.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::ids::TenantId;
use crate::time::Timestamp;

use super::StoreError;

/// How many accounts of a tenant do like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFigure {
    /// Whose.
    pub tenant: TenantId,
    /// How: `alive`, `frozen`, `dead`, or a name that a newer program knows.
    pub health: String,
    /// Of what they died ([`crate::account::DeathCause::as_str`]).
    pub cause: Option<String>,
    /// How many.
    pub accounts: u64,
}

/// How many accounts do how. Whoever asks first after a while counts them, for
/// all nodes: the others read what was counted.
#[async_trait]
pub trait AccountFigures: Send + Sync {
    /// What was counted within that time; if nothing was, what is counted now.
    async fn by_health(
        &self,
        now: Timestamp,
        max_age: TimeDelta,
    ) -> Result<Vec<AccountFigure>, StoreError>;
}
