//! The audit as a chain: implements [`AuditTrail`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use sesame_domain::audit::{AuditEntry, ChainedEntry, Checkpoint, Strand, StrandHead, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{AuditTrail, RowName, StoreError};

use crate::database::{Database, Transaction, commit, failed, in_table};
use crate::distinct::distinct;
use crate::handles::AuditTrailRows;
use crate::reading::{self, Read};
use crate::rows::audit_strand::column;
use crate::rows::{audit, audit_checkpoint, audit_strand, tenant_id};
use crate::{audit_log, audit_strands};

/// How many entries one statement removes.
const BATCH: i64 = 1_000;

#[async_trait]
impl AuditTrail for AuditTrailRows {
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        let db = &self.0;
        db.within(async {
            let mut names = Vec::new();
            // Someone may have removed the one, and forgotten the other.
            for table in ["audit_strands", "audit_checkpoints"] {
                let there = distinct(db.reads(), table, "tenant").await;
                names.extend(there.map_err(failed)?);
            }
            names.sort();
            names.dedup();
            let tenants = names.into_iter().filter_map(|name| {
                let row = RowName::new("audit_strands", format!("tenant {name}"));
                db.skipped().unless(&row, tenant_id(name))
            });
            Ok(tenants.collect())
        })
        .await
        .map_err(in_table("audit_strands"))
    }

    async fn strands(&self, tenant: &TenantId) -> Result<Vec<Strand>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = audit_strands::of(tenant).order_by_asc(audit_strand::Column::Strand);
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            rows.into_iter().map(Read::understood).collect()
        })
        .await
        .map_err(in_table("audit_strands"))
    }

    async fn entries(
        &self,
        tenant: &TenantId,
        strand: StrandNo,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ChainedEntry>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = audit::Entity::find()
                .filter(audit::Column::Tenant.eq(tenant.as_str()))
                .filter(audit::Column::Strand.eq(column(strand)?))
                .filter(audit::Column::Seq.gt(after))
                .order_by_asc(audit::Column::Seq)
                .limit(u64::from(limit));
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            rows.into_iter().map(Read::understood).collect()
        })
        .await
        .map_err(in_table("audit_entries"))
    }

    async fn checkpoints(
        &self,
        tenant: &TenantId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Checkpoint>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = checkpoints_of(tenant)
                .filter(audit_checkpoint::Column::Number.gt(after))
                .order_by_asc(audit_checkpoint::Column::Number)
                .limit(u64::from(limit));
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            rows.into_iter().map(Read::understood).collect()
        })
        .await
        .map_err(in_table("audit_checkpoints"))
    }

    async fn last_checkpoint(&self, tenant: &TenantId) -> Result<Option<Checkpoint>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = checkpoints_of(tenant).order_by_desc(audit_checkpoint::Column::Number);
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_table("audit_checkpoints"))
    }

    async fn add_checkpoint(&self, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let row = audit_checkpoint::ActiveModel::of(checkpoint);
            let added = audit_checkpoint::Entity::insert(row)
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(db.writes())
                .await
                .map_err(failed)?;
            Ok(added == 1)
        })
        .await
        .map_err(in_table("audit_checkpoints"))
    }

    /// Where the base is already, nothing is audited: what is removed then was
    /// left over when an earlier call was interrupted.
    async fn prune(&self, through: &Checkpoint, audit: AuditEntry) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(rebase(db, through, audit)).await?;
        let mut removed = 0;
        for head in &through.heads {
            loop {
                let batch = db.within(remove(db, &through.tenant, *head)).await?;
                removed += batch.unwrap_or(0);
                if batch.is_none() {
                    break;
                }
            }
        }
        Ok(removed)
    }
}

fn checkpoints_of(tenant: &TenantId) -> Select<audit_checkpoint::Entity> {
    audit_checkpoint::Entity::find().filter(audit_checkpoint::Column::Tenant.eq(tenant.as_str()))
}

/// Makes a checkpoint the base, and says so in the audit.
async fn rebase(db: &Database, through: &Checkpoint, audit: AuditEntry) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    let mut moved = 0;
    for head in &through.heads {
        moved += rebase_strand(&tx, &through.tenant, *head).await?;
    }
    if moved == 0 {
        return Ok(());
    }
    audit_log::append(&tx, audit).await?;
    commit(tx).await
}

async fn rebase_strand(
    tx: &Transaction,
    tenant: &TenantId,
    base: StrandHead,
) -> Result<u64, StoreError> {
    use audit_strand::Column;
    let moved = audit_strand::Entity::update_many()
        .col_expr(Column::BaseSeq, Expr::val(base.seq))
        .col_expr(Column::BaseLink, Expr::val(base.link.0.to_vec()))
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::Strand.eq(column(base.strand)?))
        .filter(Column::BaseSeq.lt(base.seq))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(moved.rows_affected)
}

/// Removes the oldest entries up to there; `None`: there are none.
async fn remove(
    db: &Database,
    tenant: &TenantId,
    through: StrandHead,
) -> Result<Option<u64>, StoreError> {
    use audit::Column;
    let strand = column(through.strand)?;
    let oldest: Option<Option<i64>> = audit::Entity::find()
        .select_only()
        .column_as(Column::Seq.min(), "oldest")
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::Strand.eq(strand))
        .into_tuple()
        .one(db.writes())
        .await
        .map_err(failed)?;
    let Some(oldest) = oldest.flatten().filter(|oldest| *oldest <= through.seq) else {
        return Ok(None);
    };
    let removed = audit::Entity::delete_many()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::Strand.eq(strand))
        .filter(Column::Seq.lte(through.seq.min(oldest.saturating_add(BATCH - 1))))
        .exec(db.writes())
        .await
        .map_err(failed)?;
    Ok(Some(removed.rows_affected))
}
