//! The budget of a day.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::TenantId;
use sesame_domain::ports::{Rate, RateKey, RateLimits, TaggerError};
use sesame_domain::reason::Reason;

/// Of which time it is the budget.
const DAY: Duration = Duration::from_hours(24);
/// When to ask again if no one can say what is left.
const UNKNOWN: Duration = Duration::from_secs(60);

/// How many posts of a tenant may be asked about in any 24 hours. It is counted where
/// rates are, so for all nodes together, and before a post goes out: asked is asked,
/// whatever is answered.
pub(super) struct Budget {
    rates: Arc<dyn RateLimits>,
    tenant: TenantId,
    /// Nothing: without bound.
    posts: Option<u32>,
}

impl Budget {
    pub(super) fn new(rates: Arc<dyn RateLimits>, tenant: TenantId, posts: Option<u32>) -> Self {
        Self {
            rates,
            tenant,
            posts,
        }
    }

    /// Takes one post out of it.
    ///
    /// # Errors
    /// When there is more, if it is used up. Nothing goes out while no one can say.
    pub(super) async fn take(&self) -> Result<(), TaggerError> {
        let Some(posts) = self.posts else {
            return Ok(());
        };
        let key = RateKey::new("tagger", self.tenant.as_str());
        match self.rates.take(&[(key, Rate::new(posts, DAY))]).await {
            Ok(verdict) if verdict.allowed => Ok(()),
            Ok(verdict) => Err(TaggerError::BudgetSpent(verdict.retry_after.unwrap_or(DAY))),
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "the tagger's budget is not known");
                Err(TaggerError::Later(UNKNOWN))
            }
        }
    }
}
