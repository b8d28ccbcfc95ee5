//! Removing what no one wants any more.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use sesame_domain::channel::ReadingProgress;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use super::rows::locked;
use super::standing::wanted;
use crate::database::{Database, commit, failed};
use crate::posts;
use crate::rows::{channel, channel_subscription as subscription, tenant_id};

/// Removes posts that no one wants, and channels that no one does.
pub(super) async fn forget(db: &Database, now: Timestamp, at_most: u32) -> Result<u64, StoreError> {
    for (tenant, id) in unwanted(db).await? {
        let removed = leave(db, &tenant, id, at_most).await?;
        if removed > 0 {
            return Ok(removed);
        }
    }
    for (tenant, id, days) in kept_for_a_while(db).await? {
        let before = now - chrono::TimeDelta::days(days.into());
        let tx = db.begin().await?;
        let removed = posts::remove(&tx, &tenant, id, Some(before), at_most).await?;
        commit(tx).await?;
        if removed > 0 {
            return Ok(removed);
        }
    }
    Ok(0)
}

/// Channels that no one wants.
async fn unwanted(db: &Database) -> Result<Vec<(TenantId, i64)>, StoreError> {
    let found: Vec<(String, i64)> = channel::Entity::find()
        .select_only()
        .columns([channel::Column::Tenant, channel::Column::Channel])
        .filter(Expr::exists(wanted(false)).not())
        .limit(100)
        .into_tuple()
        .all(db.reads())
        .await
        .map_err(failed)?;
    let named = found.into_iter();
    Ok(named
        .filter_map(|(tenant, id)| Some((tenant_id(tenant).ok()?, id)))
        .collect())
}

/// Removes posts of a channel that no one wants, and at the end the channel; how many
/// rows went. Whoever wants it meanwhile begins anew.
async fn leave(db: &Database, tenant: &TenantId, id: i64, at_most: u32) -> Result<u64, StoreError> {
    let tx = db.begin().await?;
    let Some(there) = locked(&tx, tenant, id).await? else {
        return Ok(0);
    };
    let wanting = subscription::Entity::find().filter(subscription::of_channel(tenant, id));
    if wanting.count(&tx).await.map_err(failed)? > 0 {
        return Ok(0);
    }
    let removed = posts::remove(&tx, tenant, id, None, at_most).await?;
    let its = channel::this_one(tenant, id);
    if removed < u64::from(at_most) {
        let gone = channel::Entity::delete_many().filter(its).exec(&tx);
        gone.await.map_err(failed)?;
        commit(tx).await?;
        return Ok(removed + 1);
    }
    let anew = sesame_domain::channel::Channel {
        progress: ReadingProgress::new(there.progress.history.from),
        read_at: None,
        ..there
    };
    let anew = channel::ActiveModel::standing(&anew);
    let reset = channel::Entity::update_many().set(anew).filter(its);
    reset.exec(&tx).await.map_err(failed)?;
    commit(tx).await?;
    Ok(removed)
}

/// Channels that everyone keeps for some days only, and the most of those.
async fn kept_for_a_while(db: &Database) -> Result<Vec<(TenantId, i64, u16)>, StoreError> {
    let days = subscription::Column::KeptDays;
    let for_ever = Expr::col(days.as_column_ref()).is_null();
    let query = Query::select()
        .column(subscription::Column::Tenant)
        .column(subscription::Column::Channel)
        .expr_as(Expr::col(days).max(), "days")
        .from(subscription::Entity)
        .group_by_col(subscription::Column::Tenant)
        .group_by_col(subscription::Column::Channel)
        .and_having(Expr::case(for_ever, 1).finally(0).max().eq(0))
        .to_owned();
    let rows = db.reads().query_all(&query).await.map_err(failed)?;
    let mut found = Vec::new();
    for row in rows {
        let tenant: String = row.try_get("", "tenant").map_err(failed)?;
        let id: i64 = row.try_get("", "channel").map_err(failed)?;
        let days: i32 = row.try_get("", "days").map_err(failed)?;
        let named = tenant_id(tenant).ok().zip(u16::try_from(days).ok());
        found.extend(named.map(|(tenant, days)| (tenant, id, days)));
    }
    Ok(found)
}
