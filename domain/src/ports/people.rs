//! The people who talk to the bot.

use async_trait::async_trait;

use crate::ids::Owner;
use crate::time::Timestamp;

use super::StoreError;

/// What is remembered of a person who talks to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRecord {
    /// The person.
    pub owner: Owner,
    /// IETF language tag of their Telegram app, or the one they chose.
    pub language: Option<String>,
    /// Since when the bot is blocked; `None`: it is not.
    pub blocked_at: Option<Timestamp>,
    /// When they were first seen.
    pub first_seen_at: Timestamp,
    /// When they were last seen.
    pub last_seen_at: Timestamp,
}

/// The people who talk to the bot.
#[async_trait]
pub trait People: Send + Sync {
    /// The person wrote or opened the Mini App: remembered, and no longer
    /// counted as having blocked the bot.
    async fn seen(
        &self,
        owner: &Owner,
        language: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The person blocked the bot.
    async fn blocked(&self, owner: &Owner, now: Timestamp) -> Result<(), StoreError>;

    /// What is remembered of the person.
    async fn find(&self, owner: &Owner) -> Result<Option<PersonRecord>, StoreError>;
}
