//! What is known of exports that are kept on the server: implements [`Exports`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, ExprTrait as _, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use sesame_domain::audit::AuditEntry;
use sesame_domain::export::{Export, MadeExport, kept_for_the_next};
use sesame_domain::ids::{AccountId, ExportId, JobId, Owner, TenantId};
use sesame_domain::job::NewJob;
use sesame_domain::notice::Notice;
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{ExportBegin, Exports, NewExport, StoreError};
use sesame_domain::sealed::Sealed;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Transaction, commit, failed, in_row, in_table, lock};
use crate::export_renewals::{self, is_not_due};
use crate::handles::ExportRows;
use crate::reading::{self, Read};
use crate::rows::export::{ActiveModel, Column, Entity, Model, column};
use crate::rows::{account, export_leaving, stored};
use crate::{audit_log, jobs, outbox};

const TABLE: &str = "exports";

#[async_trait]
impl Exports for ExportRows {
    async fn begin(
        &self,
        new: &NewExport,
        job: &NewJob,
        room: u64,
        audit: AuditEntry,
    ) -> Result<ExportBegin, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let begun = begin(&tx, new, job, room, audit).await?;
            commit(tx).await?;
            Ok(begun)
        })
        .await
        .map_err(in_row(TABLE, new.export.id))
    }

    async fn find(&self, id: ExportId, owner: &Owner) -> Result<Option<Export>, StoreError> {
        let query = Entity::find_by_id(id.as_uuid()).filter(of(owner));
        let db = &self.0;
        db.within(async {
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn of_dialog(
        &self,
        account: AccountId,
        dialog: PeerId,
    ) -> Result<Option<Export>, StoreError> {
        let query = Entity::find().filter(of_account(account, dialog));
        let db = &self.0;
        db.within(async {
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn list(
        &self,
        owner: &Owner,
        page: Page<ExportId>,
    ) -> Result<Paged<Export, ExportId>, StoreError> {
        let query = Entity::find().filter(of(owner));
        let after = page.after.map(ExportId::as_uuid);
        let db = &self.0;
        db.within(async {
            let found = reading::newest_first(db.reads(), query, Column::Id, after, page.limit);
            found.await.map_err(failed)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn key(&self, id: ExportId) -> Result<Option<Sealed>, StoreError> {
        let db = &self.0;
        db.within(async {
            let row = Entity::find_by_id(id.as_uuid()).one(db.reads()).await;
            Ok(row.map_err(failed)?.map(Model::key))
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn begin_attempt(&self, id: ExportId) -> Result<Option<u64>, StoreError> {
        let count = Entity::update_many()
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::Id.eq(id.as_uuid()));
        let counted = Entity::find_by_id(id.as_uuid());
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            if count.exec(&tx).await.map_err(failed)?.rows_affected == 0 {
                return Ok(None);
            }
            let row = counted.one(&tx).await.map_err(failed)?;
            commit(tx).await?;
            Ok(row.map(|row| row.attempts.unsigned_abs()))
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn taken(&self, owner: &Owner) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async { taken(db.reads(), owner, None).await })
            .await
            .map_err(in_table(TABLE))
    }

    async fn taken_beside(&self, owner: &Owner, id: ExportId) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async { taken(db.reads(), owner, Some(id)).await })
            .await
            .map_err(in_table(TABLE))
    }

    async fn keep_size(&self, id: ExportId, bytes: u64) -> Result<bool, StoreError> {
        let keep = Entity::update_many()
            .col_expr(Column::Bytes, Expr::val(column(bytes)))
            .filter(Column::Id.eq(id.as_uuid()));
        let db = &self.0;
        db.within(async {
            let kept = keep.exec(db.writes()).await.map_err(failed)?;
            Ok(kept.rows_affected > 0)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn finish(
        &self,
        id: ExportId,
        made: &MadeExport,
        bytes: u64,
        expires_at: Timestamp,
        notice: Notice,
        by: JobId,
    ) -> Result<bool, StoreError> {
        let until = |next_at| stored(kept_for_the_next(expires_at, next_at));
        let mut now = ActiveModel {
            bytes: Set(column(bytes)),
            edition: Set(Some(column(made.edition))),
            made_at: Set(Some(stored(made.at))),
            messages: Set(Some(column(made.messages))),
            files: Set(Some(column(made.files))),
            missing: Set(Some(column(made.missing))),
            archive_bytes: Set(Some(column(made.archive_bytes))),
            // A link is to what it was given out for.
            link_digest: Set(None),
            link_until: Set(None),
            link_used_at: Set(None),
            ..Default::default()
        };
        let earlier = Condition::any()
            .add(Column::Edition.is_null())
            .add(Column::Edition.lt(column(made.edition)));
        let find = Entity::find_by_id(id.as_uuid()).lock(LockType::Update);
        let finish = Entity::update_many()
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Account.is_not_null())
            .filter(earlier);
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let Some(row) = find.one(&tx).await.map_err(failed)? else {
                return Ok(false);
            };
            now.expires_at = Set(until(row.renew_next_at));
            let finished = finish.set(now).exec(&tx).await.map_err(failed)?;
            if finished.rows_affected == 0 {
                return Ok(false);
            }
            // What is done by itself is told when it stops, and not each time.
            let is_by_itself = row.renew_job == Some(by.as_uuid());
            outbox::queue(&tx, (!is_by_itself).then_some(notice)).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn remove(
        &self,
        id: ExportId,
        owner: &Owner,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let theirs = Condition::all()
            .add(Column::Id.eq(id.as_uuid()))
            .add(owned_by(owner));
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            if remove(&tx, theirs, audit.at).await.map_err(failed)? == 0 {
                return Ok(false);
            }
            audit_log::append(&tx, audit).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Export>, StoreError> {
        let old = Entity::find()
            .filter(Column::ExpiresAt.lt(stored(now)))
            .filter(Column::Account.is_not_null())
            .filter(is_not_due(now))
            .order_by_asc(Column::ExpiresAt);
        let without_account = Entity::find()
            .filter(Column::Account.is_null())
            .order_by_asc(Column::Dialog);
        let db = &self.0;
        db.within(async {
            let mut found = db.first(db.reads(), old, limit).await?;
            found.extend(db.first(db.reads(), without_account, limit).await?);
            Ok(found)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn to_clear(&self, before: Timestamp, limit: u32) -> Result<Vec<ExportId>, StoreError> {
        let query = export_leaving::Entity::find()
            .filter(export_leaving::Column::At.lt(stored(before)))
            .order_by_asc(export_leaving::Column::At)
            .limit(u64::from(limit));
        let db = &self.0;
        db.within(async {
            let found = query.all(db.reads()).await.map_err(failed)?;
            Ok(found.into_iter().map(|row| row.id.into()).collect())
        })
        .await
        .map_err(in_table("export_leavings"))
    }

    async fn cleared(&self, id: ExportId) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            export_leaving::Entity::delete_by_id(id.as_uuid())
                .exec(db.writes())
                .await
                .map_err(failed)?;
            Ok(())
        })
        .await
        .map_err(in_row("export_leavings", id))
    }

    async fn keep_link(
        &self,
        id: ExportId,
        owner: &Owner,
        digest: [u8; 32],
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let keep = Entity::update_many()
            .set(ActiveModel {
                link_digest: Set(Some(digest.to_vec())),
                link_until: Set(Some(stored(until))),
                link_used_at: Set(None),
                ..Default::default()
            })
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Edition.is_not_null())
            .filter(of(owner));
        let db = &self.0;
        db.within(async {
            let kept = keep.exec(db.writes()).await.map_err(failed)?;
            Ok(kept.rows_affected > 0)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn use_link(
        &self,
        tenant: &TenantId,
        digest: [u8; 32],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Export>, StoreError> {
        let unused = linked(tenant, digest, now).add(Column::LinkUsedAt.is_null());
        let used = Entity::update_many()
            .set(ActiveModel {
                link_used_at: Set(Some(stored(now))),
                link_until: Set(Some(stored(until))),
                ..Default::default()
            })
            .filter(unused);
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            if used.exec(&tx).await.map_err(failed)?.rows_affected == 0 {
                return Ok(None);
            }
            let query = Entity::find().filter(linked(tenant, digest, now));
            let row = reading::row(&tx, query).await.map_err(failed)?;
            let export = row.map(Read::understood).transpose()?;
            commit(tx).await?;
            Ok(export)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn link(
        &self,
        tenant: &TenantId,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Export, bool)>, StoreError> {
        let query = Entity::find().filter(linked(tenant, digest, now));
        let db = &self.0;
        db.within(async {
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            let found = row.map(|row| {
                row.then(|row| {
                    let is_used = row.link_used_at.is_some();
                    Ok((row.try_into()?, is_used))
                })
            });
            found.transpose()
        })
        .await
        .map_err(in_table(TABLE))
    }
}

async fn begin(
    tx: &Transaction,
    new: &NewExport,
    job: &NewJob,
    room: u64,
    audit: AuditEntry,
) -> Result<ExportBegin, StoreError> {
    let export = &new.export;
    let owner = &export.owner;
    // What they take together is counted by one at a time.
    let key = format!("exports of {}/{}", owner.tenant, owner.person);
    lock(tx, &key).await.map_err(failed)?;
    let Some(account) = export.account else {
        return Ok(ExportBegin::NoAccount);
    };
    if !is_theirs(tx, account, owner).await.map_err(failed)? {
        return Ok(ExportBegin::NoAccount);
    }
    let query = Entity::find()
        .filter(of_account(account, export.dialog))
        .lock(LockType::Update);
    let there = reading::row(tx, query).await.map_err(failed)?;
    if let Some(there) = there {
        let there: Export = there.understood()?;
        if there.choice != export.choice {
            return Ok(ExportBegin::Differs(there.id));
        }
        let job = jobs::enqueue(tx, job).await?;
        export_renewals::take_over(tx, there.id, job.id).await?;
        return Ok(ExportBegin::Begun {
            export: there.id,
            job: job.id,
        });
    }
    let taken = taken(tx, owner, None).await?;
    if taken >= room {
        return Ok(ExportBegin::NoRoom { taken });
    }
    let choice = serde_json::to_string(&export.choice)
        .map_err(|_| StoreError::inconsistent("a choice that cannot be written down"))?;
    Entity::insert(ActiveModel::begun(new, choice))
        .exec_without_returning(tx)
        .await
        .map_err(failed)?;
    let job = jobs::enqueue(tx, job).await?;
    audit_log::append(tx, audit).await?;
    Ok(ExportBegin::Begun {
        export: export.id,
        job: job.id,
    })
}

async fn is_theirs(tx: &Transaction, id: AccountId, owner: &Owner) -> Result<bool, DbErr> {
    let row = account::Entity::find_by_id(id.as_uuid())
        .filter(account::Column::Tenant.eq(owner.tenant.as_str()))
        .filter(account::Column::Person.eq(owner.person.0))
        .select_only()
        .column(account::Column::Id)
        .into_tuple::<Uuid>()
        .one(tx)
        .await?;
    Ok(row.is_some())
}

/// How many bytes an owner's exports take, without one of them.
async fn taken(
    db: &impl ConnectionTrait,
    owner: &Owner,
    but: Option<ExportId>,
) -> Result<u64, StoreError> {
    let mut query = Entity::find()
        .select_only()
        .column(Column::Bytes)
        .filter(owned_by(owner));
    if let Some(id) = but {
        query = query.filter(Column::Id.ne(id.as_uuid()));
    }
    let bytes: Vec<i64> = query.into_tuple().all(db).await.map_err(failed)?;
    let bytes = bytes.into_iter().map(i64::unsigned_abs);
    Ok(bytes.fold(0, u64::saturating_add))
}

/// Removes exports with their keys, and notes that their files are to be removed;
/// how many.
async fn remove(tx: &Transaction, which: Condition, at: Timestamp) -> Result<u64, DbErr> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(which)
        .into_tuple()
        .all(tx)
        .await?;
    for id in &ids {
        let leaving = export_leaving::ActiveModel {
            id: Set(*id),
            at: Set(stored(at)),
        };
        let nothing = OnConflict::column(export_leaving::Column::Id)
            .do_nothing()
            .to_owned();
        export_leaving::Entity::insert(leaving)
            .on_conflict(nothing)
            .exec_without_returning(tx)
            .await?;
        Entity::delete_by_id(*id).exec(tx).await?;
    }
    Ok(ids.len() as u64)
}

/// Removes all exports of a person.
pub(crate) async fn forget_of(tx: &Transaction, owner: &Owner, at: Timestamp) -> Result<(), DbErr> {
    remove(tx, owned_by(owner), at).await.map(drop)
}

fn owned_by(owner: &Owner) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(owner.tenant.as_str()))
        .add(Column::Person.eq(owner.person.0))
}

/// The one of a dialog.
fn of_account(account: AccountId, dialog: PeerId) -> Condition {
    Condition::all()
        .add(Column::Account.eq(account.as_uuid()))
        .add(Column::Dialog.eq(dialog.to_string()))
}

/// Those whose account is linked.
fn of(owner: &Owner) -> Condition {
    owned_by(owner).add(Column::Account.is_not_null())
}

/// The one that such a link leads to.
fn linked(tenant: &TenantId, digest: [u8; 32], now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::LinkDigest.eq(digest.to_vec()))
        .add(Column::Tenant.eq(tenant.as_str()))
        .add(Column::LinkUntil.gt(stored(now)))
        .add(Column::Account.is_not_null())
}
