//! Wanting channels, and not any more.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set};
use sesame_domain::audit::AuditEntry;
use sesame_domain::channel::{
    Channel, ReadingPolicy, ReadingProgress, SUBSCRIPTIONS_MAX, Subscription, TaggingConsent,
};
use sesame_domain::ids::{JobId, Owner};
use sesame_domain::ports::{NewSubscription, StoreError, Subscribing};
use sesame_domain::time::Timestamp;

use super::rows::{locked, subscription_of};
use super::standing::{give_to, have_read, successor};
use crate::audit_log;
use crate::database::{Transaction, failed};
use crate::rows::{account, channel, channel_subscription as subscription, stored};

/// Has a channel be read for a person.
pub(super) async fn subscribe(
    tx: &Transaction,
    new: &NewSubscription,
    audit: AuditEntry,
) -> Result<Subscribing, StoreError> {
    let it = &new.subscription;
    if !is_linked(tx, it).await? {
        return Ok(Subscribing::NoAccount);
    }
    if subscription_of(tx, &it.owner, it.channel).await?.is_some() {
        return Ok(Subscribing::There);
    }
    let theirs = subscription::Entity::find().filter(subscription::of_person(&it.owner));
    let count = theirs.count(tx).await.map_err(failed)?;
    if count >= SUBSCRIPTIONS_MAX as u64 {
        return Ok(Subscribing::Full);
    }
    let from = it.policy.shown_from(it.created_at);
    let first = Channel {
        tenant: it.owner.tenant.clone(),
        id: it.channel,
        title: new.title.clone(),
        username: new.username.clone(),
        reader: Some(it.owner.person),
        progress: ReadingProgress::new(from),
        trouble: None,
        read_at: None,
        posted_at: None,
        swept_at: None,
        next_at: it.created_at,
        last_change: 0,
    };
    let key = [channel::Column::Tenant, channel::Column::Channel];
    channel::Entity::insert(channel::ActiveModel::new(&first))
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    let there = locked(tx, &it.owner.tenant, it.channel).await?;
    let there = there.ok_or(StoreError::inconsistent("a channel that is not there"))?;
    let inserted = subscription::Entity::insert(subscription::ActiveModel::new(it)?)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    if inserted == 0 {
        return Ok(Subscribing::There);
    }
    want(tx, &there, it, it.created_at, new.job).await?;
    audit_log::append(tx, audit).await?;
    Ok(Subscribing::Begun)
}

/// The account, which stays linked until the transaction is over.
async fn is_linked(tx: &Transaction, it: &Subscription) -> Result<bool, StoreError> {
    let account = account::Entity::find_by_id(it.account.as_uuid())
        .filter(account::Column::Tenant.eq(it.owner.tenant.as_str()))
        .filter(account::Column::Person.eq(it.owner.person.0))
        .select_only()
        .column(account::Column::Id)
        .lock_shared()
        .into_tuple::<uuid::Uuid>()
        .one(tx);
    Ok(account.await.map_err(failed)?.is_some())
}

/// A channel is read as far back as this subscription wants it, and looked at now.
async fn want(
    tx: &Transaction,
    there: &Channel,
    it: &Subscription,
    now: Timestamp,
    job: JobId,
) -> Result<(), StoreError> {
    let progress = ReadingProgress {
        history: there.progress.history.widened(it.policy.shown_from(now)),
        ..there.progress
    };
    let wanted = channel::ActiveModel {
        history_from: Set(progress.history.from.map(stored)),
        next_at: Set(stored(now)),
        ..channel::ActiveModel::reading(&progress)
    };
    channel::Entity::update_many()
        .set(wanted)
        .filter(channel::this_one(&it.owner.tenant, it.channel))
        .exec(tx)
        .await
        .map_err(failed)?;
    have_read(tx, there, it, now, job).await
}

/// A person wants something else of a channel.
pub(super) async fn change(
    tx: &Transaction,
    owner: &Owner,
    channel: i64,
    policy: &ReadingPolicy,
    job: JobId,
    audit: AuditEntry,
) -> Result<bool, StoreError> {
    let Some(there) = locked(tx, &owner.tenant, channel).await? else {
        return Ok(false);
    };
    if !set(
        tx,
        owner,
        channel,
        subscription::ActiveModel::wanting(policy),
    )
    .await?
    {
        return Ok(false);
    }
    let now = audit.at;
    if let Some(it) = subscription_of(tx, owner, channel).await? {
        want(tx, &there, &it, now, job).await?;
    }
    audit_log::append(tx, audit).await?;
    Ok(true)
}

/// A person allows something, or not any more.
pub(super) async fn consent(
    tx: &Transaction,
    owner: &Owner,
    channel: i64,
    consent: Option<TaggingConsent>,
    audit: AuditEntry,
) -> Result<bool, StoreError> {
    let consenting = subscription::ActiveModel::consenting(consent)?;
    let is_set = set(tx, owner, channel, consenting).await?;
    if is_set {
        audit_log::append(tx, audit).await?;
    }
    Ok(is_set)
}

async fn set(
    tx: &Transaction,
    owner: &Owner,
    channel: i64,
    now: subscription::ActiveModel,
) -> Result<bool, StoreError> {
    let set = subscription::Entity::update_many()
        .set(now)
        .filter(subscription::this_one(owner, channel));
    Ok(set.exec(tx).await.map_err(failed)?.rows_affected > 0)
}

/// A channel is not read for a person any more.
pub(super) async fn unsubscribe(
    tx: &Transaction,
    owner: &Owner,
    channel: i64,
    at: Timestamp,
    audit: AuditEntry,
) -> Result<bool, StoreError> {
    let there = locked(tx, &owner.tenant, channel).await?;
    let gone = subscription::Entity::delete_many()
        .filter(subscription::this_one(owner, channel))
        .exec(tx);
    if gone.await.map_err(failed)?.rows_affected == 0 {
        return Ok(false);
    }
    if there.is_some_and(|it| it.reader == Some(owner.person)) {
        let next = successor(tx, &owner.tenant, channel, Some(owner.person)).await?;
        give_to(tx, &owner.tenant, channel, next.as_ref(), at).await?;
    }
    audit_log::append(tx, audit).await?;
    Ok(true)
}
