//! Removing posts.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use crate::database::{Transaction, failed};
use crate::rows::post::{Column, Entity, of_channel};
use crate::rows::{post_part, stored};

/// How many rows are named in one statement.
const AT_ONCE: usize = 500;

/// Removes posts of a channel that were sent before that moment, or all of them, the
/// oldest first, up to so many; how many.
pub(crate) async fn remove(
    tx: &Transaction,
    tenant: &TenantId,
    channel: i64,
    before: Option<Timestamp>,
    at_most: u32,
) -> Result<u64, StoreError> {
    let mut query = Entity::find()
        .select_only()
        .columns([Column::Number, Column::Message])
        .filter(of_channel(tenant, channel));
    query = match before {
        Some(before) => query
            .filter(Column::At.lt(stored(before)))
            .order_by_asc(Column::At),
        None => query.order_by_asc(Column::Message),
    };
    let posts: Vec<(i64, i32)> = query
        .limit(u64::from(at_most))
        .into_tuple()
        .all(tx)
        .await
        .map_err(failed)?;
    for some in posts.chunks(AT_ONCE) {
        let parts = post_part::Entity::delete_many()
            .filter(post_part::of_channel(tenant, channel))
            .filter(post_part::Column::Post.is_in(some.iter().map(|(_, message)| *message)));
        parts.exec(tx).await.map_err(failed)?;
        let gone = Entity::delete_many()
            .filter(Column::Number.is_in(some.iter().map(|(number, _)| *number)));
        gone.exec(tx).await.map_err(failed)?;
    }
    Ok(posts.len() as u64)
}
