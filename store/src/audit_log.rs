//! The audit: implements [`AuditLog`].

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Statement,
};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::ports::{AuditLog, StoreError};
use sesame_domain::time::Timestamp;

use crate::database::{Database, commit, failed};
use crate::rows::audit::{ActiveModel, Column, Entity, Model};

#[async_trait]
impl AuditLog for Database {
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.within(async {
            let tx = self.begin().await?;
            append(&tx, entry).await?;
            commit(tx).await
        })
        .await
    }

    async fn about(&self, owner: &Owner, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        self.within(async {
            let rows = Entity::find()
                .filter(Column::Tenant.eq(owner.tenant.as_str()))
                .filter(Column::Person.eq(owner.person.0))
                .order_by_desc(Column::Seq)
                .limit(u64::from(limit))
                .all(self.reads())
                .await
                .map_err(failed)?;
            rows.into_iter().map(AuditEntry::try_from).collect()
        })
        .await
    }

    async fn page(
        &self,
        owner: &Owner,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.within(async {
            let mut rows = latest(self, owner, before, limit).await?;
            let is_full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
            if let Some(at) = rows.last().map(|row| row.at).filter(|_| is_full) {
                rows.retain(|row| row.at != at);
                rows.extend(of_moment(self, owner, at).await?);
            }
            rows.into_iter().map(AuditEntry::try_from).collect()
        })
        .await
    }
}

/// The latest entries about an owner, before that moment; as many as fit.
async fn latest(
    database: &Database,
    owner: &Owner,
    before: Option<Timestamp>,
    limit: u32,
) -> Result<Vec<Model>, StoreError> {
    let mut query = of(owner);
    if let Some(before) = before {
        query = query.filter(Column::At.lt(before));
    }
    query
        .order_by_desc(Column::At)
        .order_by_desc(Column::Seq)
        .limit(u64::from(limit))
        .all(database.reads())
        .await
        .map_err(failed)
}

/// All entries about an owner of one moment, the last written first.
async fn of_moment(
    database: &Database,
    owner: &Owner,
    at: Timestamp,
) -> Result<Vec<Model>, StoreError> {
    of(owner)
        .filter(Column::At.eq(at))
        .order_by_desc(Column::Seq)
        .all(database.reads())
        .await
        .map_err(failed)
}

fn of(owner: &Owner) -> Select<Entity> {
    Entity::find()
        .filter(Column::Tenant.eq(owner.tenant.as_str()))
        .filter(Column::Person.eq(owner.person.0))
}

/// Adds an entry as part of a transaction. Comes after the transaction's other
/// locks, so that two transactions never wait for each other.
pub(crate) async fn append(tx: &DatabaseTransaction, entry: AuditEntry) -> Result<(), StoreError> {
    lock(tx, entry.tenant()).await?;
    let last: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Seq.max(), "last")
        .filter(Column::Tenant.eq(entry.tenant().as_str()))
        .into_tuple()
        .one(tx)
        .await
        .map_err(failed)?;
    let seq = last.flatten().unwrap_or(0) + 1;
    Entity::insert(ActiveModel::of(seq, entry))
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Lets one transaction at a time number the tenant's entries, until it ends.
/// In `SQLite` only one transaction writes anyway.
async fn lock(tx: &DatabaseTransaction, tenant: &TenantId) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let statement = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_advisory_xact_lock(hashtextextended('audit:' || $1, 0))",
        [tenant.as_str().into()],
    );
    tx.execute_raw(statement).await.map_err(failed)?;
    Ok(())
}
