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

    /// The person's account is shown in this message of their chat with the bot, by
    /// Telegram's number, and in none before it. Of whom nothing is remembered, this is
    /// not either.
    async fn shown_in(&self, owner: &Owner, message: i32) -> Result<(), StoreError>;

    /// The message in which the person's account is shown, which is to say something
    /// else from now on: one caller gets it.
    async fn take_shown(&self, owner: &Owner) -> Result<Option<i32>, StoreError>;
}
