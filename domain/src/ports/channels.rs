//! Channels that are read for people.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::channel::{Channel, ReadingPolicy, SubscribedChannel, Subscription, TaggingConsent};
use crate::ids::{AccountId, JobId, Owner, PersonId, TenantId};
use crate::notice::Notice;
use crate::time::Timestamp;

use super::StoreError;

/// A channel that a person wants to be read for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSubscription {
    /// What they want.
    pub subscription: Subscription,
    /// The channel's title.
    pub title: String,
    /// Its public name, without the `@`.
    pub username: Option<String>,
    /// The id of the job that reads it, if none is there yet.
    pub job: JobId,
}

/// What came of subscribing to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subscribing {
    /// It is read from now on.
    Begun,
    /// It was before, and is as it was.
    There,
    /// They have as many channels as a person may have.
    Full,
    /// The account is not linked any more.
    NoAccount,
}

/// Whose session reads channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelReader {
    /// Who.
    pub owner: Owner,
    /// Their account.
    pub account: AccountId,
}

/// Which channels are read for whom, and how far. A channel is read once for a tenant,
/// by one of those who subscribed to it.
///
/// A subscription goes with the account through which the person may read it: no later
/// than that is unlinked or erased.
#[async_trait]
pub trait Channels: Send + Sync {
    /// Has a channel be read for a person, with the job that does it, in one
    /// transaction with the audit of it. One that is read for someone else of the tenant
    /// is read further back if they want more of it.
    async fn subscribe(
        &self,
        new: &NewSubscription,
        audit: AuditEntry,
    ) -> Result<Subscribing, StoreError>;

    /// A person wants something else of a channel; `false`: it is not read for them.
    async fn change(
        &self,
        owner: &Owner,
        channel: i64,
        policy: &ReadingPolicy,
        job: JobId,
        audit: AuditEntry,
    ) -> Result<bool, StoreError>;

    /// A person allows a channel's texts to be given to a service, or not any more, from
    /// its next post on; `false`: it is not read for them.
    async fn consent(
        &self,
        owner: &Owner,
        channel: i64,
        consent: Option<TaggingConsent>,
        audit: AuditEntry,
    ) -> Result<bool, StoreError>;

    /// A channel is not read for a person any more, and nothing of it is shown to them;
    /// `false`: it was not. If no one else wants it, its posts are removed soon.
    async fn unsubscribe(
        &self,
        owner: &Owner,
        channel: i64,
        at: Timestamp,
        audit: AuditEntry,
    ) -> Result<bool, StoreError>;

    /// A channel of a person.
    async fn find(
        &self,
        owner: &Owner,
        channel: i64,
    ) -> Result<Option<SubscribedChannel>, StoreError>;

    /// All channels of a person, by their ids. There are no more than
    /// [`crate::channel::SUBSCRIPTIONS_MAX`].
    async fn of_person(&self, owner: &Owner) -> Result<Vec<SubscribedChannel>, StoreError>;

    /// Who subscribed to a channel; so many at most, by their ids.
    async fn subscribers(
        &self,
        tenant: &TenantId,
        channel: i64,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<Subscription>, StoreError>;

    /// Has a person's channel be looked at now, with the job that does it; `false`: it is
    /// not read for them.
    async fn hurry(
        &self,
        owner: &Owner,
        channel: i64,
        job: JobId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The channels that a person's session reads, those first that are due first.
    async fn of_reader(&self, owner: &Owner) -> Result<Vec<Channel>, StoreError>;

    /// Keeps how reading a channel stands ([`Channel::progress`] without how much is
    /// wanted, [`Channel::trouble`], and when it was and is looked at), with what is told
    /// to people of it, in one transaction. If someone had it looked at since `began`,
    /// it is due as before. `false`: it is not this person's to read any more, and
    /// nothing is kept.
    async fn keep_standing(
        &self,
        channel: &Channel,
        began: Timestamp,
        told: &[Notice],
    ) -> Result<bool, StoreError>;

    /// A person's session cannot read a channel: someone else's reads it from now on, if
    /// there is one, with the job that does it. `is_lost`: their account may not read it
    /// any more, which is noted of their subscription.
    async fn pass_on(
        &self,
        from: &Owner,
        channel: i64,
        is_lost: bool,
        job: JobId,
        at: Timestamp,
    ) -> Result<Option<ChannelReader>, StoreError>;

    /// Gives channels that no one reads to someone who may, so many at most; how many.
    async fn assign(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// Who has channels to read that are due, so many at most.
    async fn due_readers(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ChannelReader>, StoreError>;

    /// Removes posts that no one wants any more, a step at a time: of channels without
    /// subscribers, which then go themselves, and such as are older than everyone keeps
    /// them. How many went; 0: there is nothing left to remove.
    async fn forget(&self, now: Timestamp, at_most: u32) -> Result<u64, StoreError>;
}
