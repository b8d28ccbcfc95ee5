//! The audit: implements [`AuditLog`].

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use sesame_domain::audit::{self, AuditEntry, ChainedEntry, StrandHead};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{AuditLog, StoreError};
use sesame_domain::time::Timestamp;

use crate::audit_strands;
use crate::database::{Database, Transaction, commit, failed, in_table};
use crate::handles::AuditRows;
use crate::reading;
use crate::rows::audit::{ActiveModel, Column, Entity};
use crate::rows::stored;

#[async_trait]
impl AuditLog for AuditRows {
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            append(&tx, entry).await?;
            commit(tx).await
        })
        .await
        .map_err(in_table("audit_entries"))
    }

    async fn about(&self, owner: &Owner, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let db = &self.0;
        db.within(async { latest(db, owner, None, limit).await })
            .await
            .map_err(in_table("audit_entries"))
    }

    async fn page(
        &self,
        owner: &Owner,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let db = &self.0;
        db.within(async {
            let mut entries = latest(db, owner, before, limit).await?;
            let is_full = u32::try_from(entries.len()).is_ok_and(|count| count == limit);
            if let Some(at) = entries.last().map(|entry| entry.at).filter(|_| is_full) {
                entries.retain(|entry| entry.at != at);
                entries.extend(of_moment(db, owner, at).await?);
            }
            Ok(entries)
        })
        .await
        .map_err(in_table("audit_entries"))
    }
}

/// The latest entries about an owner, before that moment; as many as fit.
async fn latest(
    database: &Database,
    owner: &Owner,
    before: Option<Timestamp>,
    limit: u32,
) -> Result<Vec<AuditEntry>, StoreError> {
    let mut query = of(owner);
    if let Some(before) = before {
        query = query.filter(Column::At.lt(before));
    }
    let query = query
        .order_by_desc(Column::At)
        .order_by_desc(Column::Strand)
        .order_by_desc(Column::Seq);
    database.first(database.reads(), query, limit).await
}

/// All entries about an owner of one moment; of each strand, the last written
/// first.
async fn of_moment(
    database: &Database,
    owner: &Owner,
    at: Timestamp,
) -> Result<Vec<AuditEntry>, StoreError> {
    let query = of(owner)
        .filter(Column::At.eq(at))
        .order_by_desc(Column::Strand)
        .order_by_desc(Column::Seq);
    let rows = reading::rows(database.reads(), query).await;
    Ok(database.understood(rows.map_err(failed)?))
}

fn of(owner: &Owner) -> Select<Entity> {
    Entity::find()
        .filter(Column::Tenant.eq(owner.tenant.as_str()))
        .filter(Column::Person.eq(owner.person.0))
}

/// Adds an entry as part of a transaction, on a strand that no one else writes
/// to meanwhile. Comes after the transaction's other locks, so that two
/// transactions never wait for each other.
pub(crate) async fn append(tx: &Transaction, entry: AuditEntry) -> Result<(), StoreError> {
    let keys = tx.audit_keys()?;
    // The link is over the entry as it comes back from the database.
    let entry = AuditEntry {
        at: stored(entry.at),
        ..entry
    };
    let tenant = entry.tenant().clone();
    let before = audit_strands::hold(tx, &tenant).await?;
    let strand = before.strand;
    let seq = before.seq + 1;
    let link = audit::link(keys, before.link, strand, seq, &entry);
    let chained = ChainedEntry {
        strand,
        seq,
        entry,
        link,
    };
    Entity::insert(ActiveModel::of(chained)?)
        .exec_without_returning(tx)
        .await
        .map_err(failed)
        .map_err(in_table("audit_entries"))?;
    audit_strands::advance(tx, &tenant, StrandHead { strand, seq, link }).await
}
