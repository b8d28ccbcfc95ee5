//! Looking up channels and subscriptions.

use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use sesame_domain::channel::{Channel, Subscription};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::ports::StoreError;

use crate::database::{Transaction, failed};
use crate::reading::{self, Read};
use crate::rows::{channel, channel_subscription as subscription};

/// A channel's row, locked until the transaction is over.
pub(super) async fn locked(
    tx: &Transaction,
    tenant: &TenantId,
    channel: i64,
) -> Result<Option<Channel>, StoreError> {
    let query = channel::Entity::find()
        .filter(channel::this_one(tenant, channel))
        .lock_exclusive();
    let row = reading::row(tx, query).await.map_err(failed)?;
    row.map(Read::understood).transpose()
}

/// What a person wants of a channel.
pub(super) async fn subscription_of(
    db: &impl ConnectionTrait,
    owner: &Owner,
    channel: i64,
) -> Result<Option<Subscription>, StoreError> {
    let query = subscription::Entity::find().filter(subscription::this_one(owner, channel));
    let row = reading::row(db, query).await.map_err(failed)?;
    row.map(Read::understood).transpose()
}
