//! The way out of a session: it leaves, its data key is destroyed, then it is
//! erased and only its id remembered.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::SessionId;
use sesame_domain::ports::{RowName, StoreError, Tombstone};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Database, Transaction, commit, failed};
use crate::reading::{self, Read};
use crate::rows::session::{ActiveModel, Column, Entity, LEAVING, Model, NO_KEY};
use crate::rows::{erased_session, stored};
use crate::{audit_log, session_parts};

/// How many tombstones are written in one statement.
const TOMBSTONES_AT_ONCE: usize = 1_000;

/// Marks a session as one to be logged out. It needs its credentials for
/// that, and nothing else any more.
pub(crate) async fn leave(tx: &Transaction, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::State, Expr::val(LEAVING))
        .col_expr(Column::LeaveAt, Expr::val(stored(at)))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await
        .map_err(failed)?;
    session_parts::forget(tx, &[id]).await
}

/// Destroys the data key of a leaving session. Destroyed or erased already is
/// fine, and not audited twice. A session that is in use is
/// [`StoreError::NotFound`].
pub(crate) async fn destroy_data_key(
    db: &Database,
    id: SessionId,
    audit: AuditEntry,
) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    let Some(row) = leaving_row(&tx, id).await? else {
        return Ok(());
    };
    if row.is_keyless() {
        return Ok(());
    }
    let keyless = ActiveModel {
        key_id: Set(NO_KEY.to_owned()),
        wrapped_key: Set(Vec::new()),
        ..Default::default()
    };
    Entity::update_many()
        .set(keyless)
        .filter(Column::Id.eq(row.id))
        .exec(&tx)
        .await
        .map_err(failed)?;
    // Where a program that does not know them let it leave.
    session_parts::forget(&tx, &[row.id]).await?;
    audit_log::append(&tx, audit).await?;
    commit(tx).await
}

/// Erases a leaving session without a data key. Erased already is fine, and
/// not audited twice. A session that is in use is [`StoreError::NotFound`].
pub(crate) async fn erase(
    db: &Database,
    id: SessionId,
    audit: AuditEntry,
) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    let Some(row) = leaving_row(&tx, id).await? else {
        return Ok(());
    };
    if !row.is_keyless() {
        let error = StoreError::inconsistent("a session to be erased still has its data key");
        return Err(error.about(RowName::of("sessions", id)));
    }
    Entity::delete_by_id(row.id)
        .exec(&tx)
        .await
        .map_err(failed)?;
    let tombstone = Tombstone {
        session: id,
        at: audit.at,
    };
    remember(&tx, &[tombstone]).await?;
    audit_log::append(&tx, audit).await?;
    commit(tx).await
}

/// Remembers erased sessions; those that are remembered already stay as they are.
pub(crate) async fn remember(tx: &Transaction, tombstones: &[Tombstone]) -> Result<(), StoreError> {
    for chunk in tombstones.chunks(TOMBSTONES_AT_ONCE) {
        let rows = chunk.iter().copied().map(erased_session::ActiveModel::from);
        erased_session::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(erased_session::Column::Id)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// The session, locked; `None`: there is none any more.
async fn leaving_row(tx: &Transaction, id: SessionId) -> Result<Option<Model>, StoreError> {
    let query = Entity::find_by_id(id.as_uuid()).lock_exclusive();
    let row = reading::row(tx, query).await.map_err(failed)?;
    match row.map(Read::model).transpose()? {
        Some(row) if row.state != LEAVING => Err(StoreError::not_found("sessions", id)),
        other => Ok(other),
    }
}
