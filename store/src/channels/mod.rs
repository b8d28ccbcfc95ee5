//! Channels that are read, and who wants them: implements [`Channels`].
//!
//! Rows are locked in the order account, channel, subscription, job, audit.

mod forgetting;
mod rows;
mod standing;
mod subscribing;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sesame_domain::audit::AuditEntry;
use sesame_domain::channel::{
    Channel, ReadingPolicy, SubscribedChannel, Subscription, TaggingConsent,
};
use sesame_domain::ids::{JobId, Owner, PersonId, TenantId};
use sesame_domain::notice::Notice;
use sesame_domain::ports::{ChannelReader, Channels, NewSubscription, StoreError, Subscribing};
use sesame_domain::time::Timestamp;

use crate::database::{Database, commit, failed, in_row, in_table};
use crate::handles::ChannelRows;
use crate::reading;
use crate::rows::{channel, channel_subscription as subscription};

/// Where they are.
const TABLE: &str = "channels";

#[async_trait]
impl Channels for ChannelRows {
    async fn subscribe(
        &self,
        new: &NewSubscription,
        audit: AuditEntry,
    ) -> Result<Subscribing, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let done = subscribing::subscribe(&tx, new, audit).await?;
            if done == Subscribing::Begun {
                commit(tx).await?;
            }
            Ok(done)
        })
        .await
        .map_err(in_row(TABLE, new.subscription.channel))
    }

    async fn change(
        &self,
        owner: &Owner,
        channel: i64,
        policy: &ReadingPolicy,
        job: JobId,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let done = subscribing::change(&tx, owner, channel, policy, job, audit).await?;
            commit(tx).await?;
            Ok(done)
        })
        .await
        .map_err(in_row(TABLE, channel))
    }

    async fn consent(
        &self,
        owner: &Owner,
        channel: i64,
        consent: Option<TaggingConsent>,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let done = subscribing::consent(&tx, owner, channel, consent, audit).await?;
            commit(tx).await?;
            Ok(done)
        })
        .await
        .map_err(in_row(TABLE, channel))
    }

    async fn unsubscribe(
        &self,
        owner: &Owner,
        channel: i64,
        at: Timestamp,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let done = subscribing::unsubscribe(&tx, owner, channel, at, audit).await?;
            commit(tx).await?;
            Ok(done)
        })
        .await
        .map_err(in_row(TABLE, channel))
    }

    async fn find(
        &self,
        owner: &Owner,
        channel: i64,
    ) -> Result<Option<SubscribedChannel>, StoreError> {
        let mine = subscription::Entity::find().filter(subscription::this_one(owner, channel));
        let its = channel::Entity::find().filter(channel::this_one(&owner.tenant, channel));
        let db = &self.0;
        db.within(async {
            let mine = reading::row(db.reads(), mine).await.map_err(failed)?;
            let its = reading::row(db.reads(), its).await.map_err(failed)?;
            let Some((mine, its)) = mine.zip(its) else {
                return Ok(None);
            };
            Ok(Some(SubscribedChannel {
                subscription: mine.understood()?,
                channel: its.understood()?,
            }))
        })
        .await
        .map_err(in_row(TABLE, channel))
    }

    async fn of_person(&self, owner: &Owner) -> Result<Vec<SubscribedChannel>, StoreError> {
        let db = &self.0;
        db.within(of_person(db, owner))
            .await
            .map_err(in_table(TABLE))
    }

    async fn subscribers(
        &self,
        tenant: &TenantId,
        channel: i64,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<Subscription>, StoreError> {
        let mut query = subscription::Entity::find()
            .filter(subscription::of_channel(tenant, channel))
            .order_by_asc(subscription::Column::Person);
        if let Some(after) = after {
            query = query.filter(subscription::Column::Person.gt(after.0));
        }
        let db = &self.0;
        db.within(async { db.first(db.reads(), query, limit).await })
            .await
            .map_err(in_table("channel_subscriptions"))
    }

    async fn hurry(
        &self,
        owner: &Owner,
        channel: i64,
        job: JobId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let done = standing::hurry(&tx, owner, channel, job, now).await?;
            commit(tx).await?;
            Ok(done)
        })
        .await
        .map_err(in_row(TABLE, channel))
    }

    async fn of_reader(&self, owner: &Owner) -> Result<Vec<Channel>, StoreError> {
        let query = channel::Entity::find()
            .filter(channel::Column::Reader.eq(owner.person.0))
            .filter(channel::Column::Tenant.eq(owner.tenant.as_str()))
            .order_by_asc(channel::Column::NextAt)
            .order_by_asc(channel::Column::Channel);
        let db = &self.0;
        db.within(async {
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            Ok(db.understood(rows))
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn keep_standing(
        &self,
        channel: &Channel,
        began: Timestamp,
        told: &[Notice],
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let kept = standing::keep(&tx, channel, began, told).await?;
            if kept {
                commit(tx).await?;
            }
            Ok(kept)
        })
        .await
        .map_err(in_row(TABLE, channel.id))
    }

    async fn pass_on(
        &self,
        from: &Owner,
        channel: i64,
        is_lost: bool,
        job: JobId,
        at: Timestamp,
    ) -> Result<Option<ChannelReader>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let to = standing::pass_on(&tx, from, channel, is_lost, job, at).await?;
            commit(tx).await?;
            Ok(to)
        })
        .await
        .map_err(in_row(TABLE, channel))
    }

    async fn assign(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(standing::assign(db, now, limit))
            .await
            .map_err(in_table(TABLE))
    }

    async fn due_readers(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ChannelReader>, StoreError> {
        let db = &self.0;
        db.within(standing::due_readers(db, now, limit))
            .await
            .map_err(in_table(TABLE))
    }

    async fn forget(&self, now: Timestamp, at_most: u32) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(forgetting::forget(db, now, at_most))
            .await
            .map_err(in_table(TABLE))
    }
}

/// A person's channels, by their ids. One of which half is not understood is left out.
async fn of_person(db: &Database, owner: &Owner) -> Result<Vec<SubscribedChannel>, StoreError> {
    let mine = subscription::Entity::find()
        .filter(subscription::of_person(owner))
        .order_by_asc(subscription::Column::Channel);
    let mine = reading::rows(db.reads(), mine).await.map_err(failed)?;
    let mine: Vec<Subscription> = db.understood(mine);
    let ids = mine.iter().map(|it| it.channel);
    let theirs = channel::Entity::find()
        .filter(channel::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(channel::Column::Channel.is_in(ids));
    let theirs = reading::rows(db.reads(), theirs).await.map_err(failed)?;
    let theirs: Vec<Channel> = db.understood(theirs);
    let of = |it: Subscription| {
        let channel = theirs.iter().find(|channel| channel.id == it.channel)?;
        Some(SubscribedChannel {
            channel: channel.clone(),
            subscription: it,
        })
    };
    Ok(mine.into_iter().filter_map(of).collect())
}
