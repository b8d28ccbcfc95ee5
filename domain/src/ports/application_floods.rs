//! Waits that Telegram asked people for before it was known whose account it
//! is about: nodes learn them from each other.

use async_trait::async_trait;

use crate::ids::Owner;
use crate::time::Timestamp;

use super::StoreError;

/// Someone whom Telegram told to wait before a method is called again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FloodedPerson {
    /// Who began what was refused.
    pub whose: Owner,
    /// Until when they wait.
    pub until: Timestamp,
}

/// Waits that Telegram asked people of an application for, in all nodes together.
#[async_trait]
pub trait ApplicationFloods: Send + Sync {
    /// Someone waits. A longer wait that is known stays.
    async fn note(
        &self,
        api_id: i32,
        method: &str,
        flooded: &FloodedPerson,
    ) -> Result<(), StoreError>;

    /// Those who wait now for a method, whichever node met it; who waits the
    /// longest first, some of them if they are many.
    async fn waiting(
        &self,
        api_id: i32,
        method: &str,
        now: Timestamp,
    ) -> Result<Vec<FloodedPerson>, StoreError>;

    /// Forgets waits that were over before then; how many.
    async fn forget(&self, over_before: Timestamp) -> Result<u64, StoreError>;
}
