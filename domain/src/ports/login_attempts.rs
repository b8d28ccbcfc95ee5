//! Which logins count against the day's budget.

use async_trait::async_trait;

use crate::ids::{LoginId, Owner};
use crate::login_budget::LoginBudget;
use crate::time::Timestamp;

use super::StoreError;

/// Which logins count against the day's budget. Kept apart from the logins, so
/// that neither erasing them nor forgetting old ones frees any of it. That a
/// code was scanned, and with which account, is noted by [`super::Logins::save`], in
/// its transaction: it counts with that account, too, with whichever bot.
#[async_trait]
pub trait LoginAttempts: Send + Sync {
    /// Counts a login that is about to begin, unless the budget is spent: then
    /// nothing is counted, and the answer is from when on one may begin. Two at
    /// the same moment do not both get the last one.
    async fn take(
        &self,
        login: LoginId,
        owner: &Owner,
        budget: LoginBudget,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError>;

    /// From when on another login may begin; `None`: now. Counts nothing.
    async fn spent_until(
        &self,
        owner: &Owner,
        budget: LoginBudget,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError>;

    /// A login that no one scanned counts no longer: it was not begun, or
    /// Telegram never heard of it.
    async fn give_back(&self, login: LoginId) -> Result<(), StoreError>;

    /// Forgets what was begun before then; how many that were.
    async fn forget(&self, begun_before: Timestamp) -> Result<u64, StoreError>;
}
