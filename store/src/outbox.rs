//! Notices that wait: implements [`Outbox`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, LockBehavior, LockType, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use sesame_domain::ids::{NoticeId, TenantId};
use sesame_domain::notice::Notice;
use sesame_domain::ports::{Outbox, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{Transaction, commit, failed, in_row, in_table};
use crate::handles::OutboxRows;
use crate::rows::outbox::{ActiveModel, Column, Entity};
use crate::rows::stored;

#[async_trait]
impl Outbox for OutboxRows {
    async fn take(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        hold_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Notice>, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let query = Entity::find()
                .filter(Column::Tenant.eq(tenant.as_str()))
                .order_by_asc(Column::DueAt)
                .order_by_asc(Column::Id)
                // What another sender is taking right now is taken.
                .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
            // What is not understood is not held either: a node that
            // understands it shall not have to wait for this one.
            let column = Column::DueAt;
            let taken: Vec<Notice> = db.due_rows(&tx, query, column, now, limit).await?;
            Entity::update_many()
                .col_expr(Column::DueAt, Expr::val(stored(hold_until)))
                .filter(Column::Id.is_in(taken.iter().map(|notice| notice.id.as_uuid())))
                .exec(&tx)
                .await
                .map_err(failed)?;
            commit(tx).await?;
            Ok(taken)
        })
        .await
        .map_err(in_table("outbox"))
    }

    async fn done(&self, id: NoticeId) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::delete_by_id(id.as_uuid())
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("outbox", id))
    }

    async fn later(&self, id: NoticeId, at: Timestamp) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::update_many()
                .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
                .col_expr(Column::DueAt, Expr::val(stored(at)))
                .filter(Column::Id.eq(id.as_uuid()))
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("outbox", id))
    }
}

/// Queues notices as part of a transaction. One that is queued already (its id
/// says so) is not queued twice.
pub(crate) async fn queue(
    tx: &Transaction,
    notices: impl IntoIterator<Item = Notice>,
) -> Result<(), StoreError> {
    for notice in notices {
        Entity::insert(ActiveModel::of(&notice)?)
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await
            .map_err(failed)
            .map_err(in_row("outbox", notice.id))?;
    }
    Ok(())
}
