//! The versions of the wrapping key: implements [`KeyRegister`].

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, Set,
};
use sesame_domain::audit::AuditEntry;
use sesame_domain::keys::{KeyUse, KeyVersion, NewKey};
use sesame_domain::ports::{KeyRegister, RowName, StoreError, WrappedKey};
use sesame_domain::sealed::Sealed;

use crate::audit_log;
use crate::database::{Database, Transaction, commit, failed, in_row, in_table, lock};
use crate::handles::KeyRows;
use crate::key_use::in_use;
use crate::reading;
use crate::rewrapping::{PLACES, wrapped_by};
use crate::rows::key_version::{
    ActiveModel, Column, Entity, Model, encryptions, stored_encryptions,
};
use crate::rows::{key_policy, unpack};
use crate::skipped::Skipped;

#[async_trait]
impl KeyRegister for KeyRows {
    async fn all(&self) -> Result<Vec<KeyVersion>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find().order_by_asc(Column::Number);
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            let minimum = minimum(db.reads()).await?;
            let version = |row| db.unless_skipped(row, |row| Ok(Model::version(row, minimum)));
            Ok(rows.into_iter().filter_map(version).collect())
        })
        .await
        .map_err(in_table("key_versions"))
    }

    async fn active(&self) -> Result<Option<KeyVersion>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find().filter(Column::IsActive.eq(true));
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            let minimum = minimum(db.reads()).await?;
            // Nothing is sealed with one that is not understood, nor with
            // another in its place.
            row.map(|row| row.then(|row| row.sealing(minimum)))
                .transpose()
        })
        .await
        .map_err(in_table("key_versions"))
    }

    async fn find(&self, id: &str) -> Result<Option<KeyVersion>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find().filter(Column::Id.eq(id));
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            let minimum = minimum(db.reads()).await?;
            row.map(|row| row.then(|row| Ok(row.version(minimum))))
                .transpose()
        })
        .await
        .map_err(in_row("key_versions", id))
    }

    /// A name that is taken is [`StoreError::Inconsistent`].
    async fn activate(
        &self,
        key: NewKey,
        after: Option<&str>,
        audit: Option<AuditEntry>,
    ) -> Result<KeyVersion, StoreError> {
        let db = &self.0;
        db.within(activate(db, key, after, audit))
            .await
            .map_err(in_table("key_versions"))
    }

    async fn minimum(&self) -> Result<i64, StoreError> {
        let db = &self.0;
        db.within(minimum(db.reads()))
            .await
            .map_err(in_table("key_policy"))
    }

    async fn set_minimum(&self, number: i64, audit: AuditEntry) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(set_minimum(db, number, audit))
            .await
            .map_err(in_table("key_policy"))
    }

    async fn count(&self, id: &str, more: u64) -> Result<u64, StoreError> {
        let db = &self.0;
        let more = stored_encryptions(more);
        db.within(async {
            let rows = Entity::update_many()
                .col_expr(
                    Column::Encryptions,
                    Expr::col(Column::Encryptions).add(more),
                )
                .filter(Column::Id.eq(id))
                .exec_with_returning(db.writes())
                .await
                .map_err(failed)?;
            let row = rows
                .into_iter()
                .next()
                .ok_or_else(|| StoreError::not_found("key_versions", id))?;
            Ok(encryptions(row.encryptions))
        })
        .await
        .map_err(in_row("key_versions", id))
    }

    async fn in_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        let db = &self.0;
        db.within(in_use(db.reads(), db.skipped()))
            .await
            .map_err(in_table("key_versions"))
    }

    async fn note_check(&self, id: &str, check: &str) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            Entity::update_many()
                .col_expr(Column::Reference, Expr::val(check))
                .filter(Column::Id.eq(id))
                .filter(Column::Reference.is_null())
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("key_versions", id))
    }

    async fn wrapped_by(&self, id: &str, limit: u32) -> Result<Vec<WrappedKey>, StoreError> {
        let db = &self.0;
        db.within(async {
            for place in PLACES {
                let found = wrapped_by(db, id, place, None, limit).await?;
                if !found.is_empty() {
                    return Ok(found);
                }
            }
            Ok(Vec::new())
        })
        .await
        .map_err(in_row("key_versions", id))
    }
}

async fn activate(
    db: &Database,
    key: NewKey,
    after: Option<&str>,
    audit: Option<AuditEntry>,
) -> Result<KeyVersion, StoreError> {
    let tx = db.begin().await?;
    one_at_a_time(&tx).await?;
    let rows = rows(&tx).await.map_err(failed)?;
    let before = rows.iter().find(|row| row.is_active);
    if before.map(|row| row.id.as_str()) != after {
        let seen = after.map(|id| RowName::of("key_versions", id));
        let seen = seen.unwrap_or_else(|| RowName::any("key_versions"));
        return Err(StoreError::Fenced(seen));
    }
    if rows.iter().any(|row| row.id == key.id) {
        return Err(StoreError::inconsistent("the name of a new key is taken"));
    }
    let number = rows.last().map_or(1, |row| row.number + 1);
    deactivate(&tx).await.map_err(failed)?;
    let row = Entity::insert(ActiveModel::active(number, key))
        .exec_with_returning(&tx)
        .await
        .map_err(failed)?;
    let version = row.version(minimum(&tx).await?);
    if let Some(audit) = audit {
        audit_log::append(&tx, audit).await?;
    }
    commit(tx).await?;
    Ok(version)
}

async fn set_minimum(db: &Database, number: i64, audit: AuditEntry) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    one_at_a_time(&tx).await?;
    let rows = rows(&tx).await.map_err(failed)?;
    let before = minimum(&tx).await?;
    if number < 1 {
        return Err(StoreError::inconsistent("a minimum below the first key"));
    }
    if !rows.iter().any(|row| row.is_active && row.number >= number) {
        return Err(StoreError::inconsistent("a minimum above the active key"));
    }
    // Below a minimum that goes down, nothing stops to open.
    if number > before {
        refuse_if_used(&tx, db.skipped(), below(&rows, number)).await?;
        drop_handovers(&tx, &rows, number).await?;
    }
    key_policy::Entity::update_many()
        .col_expr(key_policy::Column::Minimum, Expr::val(number))
        .filter(key_policy::Column::Id.eq(key_policy::ONLY))
        .exec(&tx)
        .await
        .map_err(failed)?;
    audit_log::append(&tx, audit).await?;
    commit(tx).await
}

/// Registers versions that are missing; see
/// [`sesame_domain::ports::RestoreTarget::restore_keys`].
pub(crate) async fn restore(db: &Database, keys: &[KeyVersion]) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    one_at_a_time(&tx).await?;
    let there = rows(&tx).await.map_err(failed)?;
    for key in lacking(&there, keys)? {
        Entity::insert(ActiveModel::restored(key))
            .exec_without_returning(&tx)
            .await
            .map_err(failed)?;
    }
    if !there.iter().any(|row| row.is_active) {
        activate_newest(&tx).await.map_err(failed)?;
    }
    commit(tx).await
}

/// Whether [`restore`] would do it.
pub(crate) async fn foresee(db: &Database, keys: &[KeyVersion]) -> Result<(), StoreError> {
    let there = rows(db.reads()).await.map_err(failed)?;
    lacking(&there, keys).map(drop)
}

/// Those of the versions that are not registered.
fn lacking<'a>(there: &[Model], keys: &'a [KeyVersion]) -> Result<Vec<&'a KeyVersion>, StoreError> {
    let known = there.iter().map(|row| (row.number, row.id.clone()));
    let mut names: HashMap<i64, String> = known.collect();
    let mut numbers: HashSet<String> = names.values().cloned().collect();
    let mut lacking = Vec::new();
    for key in keys {
        match names.get(&key.number) {
            Some(name) if *name == key.id => continue,
            Some(_) => return Err(StoreError::inconsistent("the number of a key is taken")),
            None => {}
        }
        if !numbers.insert(key.id.clone()) {
            return Err(StoreError::inconsistent("a key has another number"));
        }
        names.insert(key.number, key.id.clone());
        lacking.push(key);
    }
    Ok(lacking)
}

async fn activate_newest(tx: &Transaction) -> Result<(), DbErr> {
    let Some(newest) = rows(tx).await?.pop() else {
        return Ok(());
    };
    Entity::update_many()
        .col_expr(Column::IsActive, Expr::val(true))
        .filter(Column::Number.eq(newest.number))
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets one change of the register at a time go on, until the transaction ends.
async fn one_at_a_time(tx: &Transaction) -> Result<(), StoreError> {
    lock(tx, "keys").await.map_err(failed)
}

/// Every version, oldest first.
async fn rows(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Number).all(db).await
}

async fn minimum(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let query = key_policy::Entity::find_by_id(key_policy::ONLY);
    let row = reading::row(db, query).await.map_err(failed)?;
    let row = row.ok_or_else(|| {
        StoreError::inconsistent("no policy for keys").about(RowName::any("key_policy"))
    })?;
    Ok(row.model()?.minimum)
}

async fn deactivate(tx: &Transaction) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::IsActive, Expr::val(false))
        .filter(Column::IsActive.eq(true))
        .exec(tx)
        .await?;
    Ok(())
}

/// The names of the versions below a number.
fn below(rows: &[Model], number: i64) -> HashSet<&str> {
    rows.iter()
        .filter(|row| row.number < number)
        .map(|row| row.id.as_str())
        .collect()
}

/// Refuses when one of the versions wraps something.
async fn refuse_if_used(
    tx: &Transaction,
    skipped: &Skipped,
    ids: HashSet<&str>,
) -> Result<(), StoreError> {
    wait_for_writers(tx).await.map_err(failed)?;
    let uses = in_use(tx, skipped).await?;
    if uses.iter().any(|it| ids.contains(it.key_id.as_str())) {
        return Err(StoreError::inconsistent("a key to be retired is in use"));
    }
    Ok(())
}

/// Lets what is being written become visible, and keeps others from writing
/// until the transaction ends. Gives up long before others would: whoever has
/// written to one of the tables and waits for another would wait for this.
async fn wait_for_writers(tx: &Transaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    tx.execute_unprepared("SET LOCAL lock_timeout = '500ms'")
        .await?;
    tx.execute_unprepared(
        "LOCK TABLE logins, sessions, session_peers, exports, instance_secrets IN SHARE MODE",
    )
    .await?;
    Ok(())
}

/// Drops the hand-overs that are sealed under versions below a number.
async fn drop_handovers(tx: &Transaction, rows: &[Model], number: i64) -> Result<(), StoreError> {
    let retired = below(rows, number);
    for row in rows {
        let Some(handover) = &row.handover else {
            continue;
        };
        // One of another format stays: a key that is retired does not open it.
        let is_retired = |sealed: Sealed| retired.contains(sealed.key_id.as_str());
        if !unpack(handover).is_ok_and(is_retired) {
            continue;
        }
        let dropped = ActiveModel {
            handover: Set(None),
            ..Default::default()
        };
        Entity::update_many()
            .set(dropped)
            .filter(Column::Number.eq(row.number))
            .exec(tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}
