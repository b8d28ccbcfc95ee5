//! Copies that are brought up to date by themselves: implements [`ExportRenewals`].

use async_trait::async_trait;
use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use sesame_domain::audit::AuditEntry;
use sesame_domain::export::{Export, RenewEvery, RenewalEnd, kept_for_the_next};
use sesame_domain::ids::{ExportId, JobId, Owner};
use sesame_domain::job::NewJob;
use sesame_domain::notice::Notice;
use sesame_domain::ports::{ExportRenewals, StoreError};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{Transaction, commit, failed, in_row, in_table};
use crate::handles::ExportRenewalRows;
use crate::rows::export::{ActiveModel, Column, Entity, count_of};
use crate::rows::stored;
use crate::{audit_log, jobs, outbox};

const TABLE: &str = "exports";
/// No run is due later than that: what is was dated by a clock that was ahead.
const LATEST: TimeDelta = TimeDelta::days(9);

#[async_trait]
impl ExportRenewals for ExportRenewalRows {
    async fn set(
        &self,
        id: ExportId,
        owner: &Owner,
        renewal: Option<(RenewEvery, Timestamp)>,
        audit: AuditEntry,
    ) -> Result<bool, StoreError> {
        let find = Entity::find_by_id(id.as_uuid())
            .filter(Column::Tenant.eq(owner.tenant.as_str()))
            .filter(Column::Person.eq(owner.person.0))
            .filter(Column::Account.is_not_null())
            .lock(LockType::Update);
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let Some(row) = find.one(&tx).await.map_err(failed)? else {
                return Ok(false);
            };
            let next_at = renewal.map(|(_, next_at)| next_at);
            let mut now = ActiveModel {
                renew_every: Set(renewal.map(|(every, _)| every.as_str().to_owned())),
                renew_next_at: Set(next_at.map(stored)),
                renew_failures: Set(0),
                expires_at: Set(stored(kept_for_the_next(row.expires_at, next_at))),
                ..Default::default()
            };
            if renewal.is_none() {
                // What is under way goes on, as if the person had asked for it.
                now.renew_job = Set(None);
                now.renew_last_at = Set(None);
                now.renew_last_failure = Set(None);
            }
            let set = Entity::update_many().set(now);
            let set = set.filter(Column::Id.eq(id.as_uuid())).exec(&tx).await;
            set.map_err(failed)?;
            audit_log::append(&tx, audit).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Export>, StoreError> {
        let query = Entity::find()
            .filter(Column::Account.is_not_null())
            .order_by_asc(Column::RenewNextAt);
        let due = Column::RenewNextAt.lte(stored(now));
        let ahead = Column::RenewNextAt.gt(stored(now + LATEST));
        let db = &self.0;
        db.within(async { db.either(db.reads(), query, [due, ahead], limit).await })
            .await
            .map_err(in_table(TABLE))
    }

    async fn begin(
        &self,
        export: &Export,
        job: &NewJob,
        next_at: Timestamp,
    ) -> Result<Option<JobId>, StoreError> {
        let seen = export.renewal.as_ref().and_then(|renewal| renewal.next_at);
        let Some(seen) = seen else {
            return Ok(None);
        };
        let until = kept_for_the_next(export.expires_at, Some(next_at));
        let next = |job: Option<Uuid>| {
            Entity::update_many()
                .set(ActiveModel {
                    renew_next_at: Set(Some(stored(next_at))),
                    renew_job: Set(job),
                    expires_at: Set(stored(until)),
                    ..Default::default()
                })
                .filter(Column::Id.eq(export.id.as_uuid()))
                .filter(Column::Account.is_not_null())
        };
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let seen = Column::RenewNextAt.eq(stored(seen));
            let taken = next(None).filter(seen).exec(&tx).await.map_err(failed)?;
            if taken.rows_affected == 0 {
                return Ok(None);
            }
            let job = jobs::enqueue(&tx, job).await?.id;
            next(Some(job.as_uuid())).exec(&tx).await.map_err(failed)?;
            commit(tx).await?;
            Ok(Some(job))
        })
        .await
        .map_err(in_row(TABLE, export.id))
    }

    async fn under_way(&self, limit: u32) -> Result<Vec<Export>, StoreError> {
        // Like this, an index on it has it.
        let query = Entity::find()
            .filter(Column::RenewJob.gt(Uuid::nil()))
            .order_by_asc(Column::RenewJob);
        let db = &self.0;
        db.within(async { db.first(db.reads(), query, limit).await })
            .await
            .map_err(in_table(TABLE))
    }

    async fn end(
        &self,
        id: ExportId,
        job: JobId,
        end: &RenewalEnd,
        kept_until: Timestamp,
        notice: Option<Notice>,
    ) -> Result<bool, StoreError> {
        let find = Entity::find_by_id(id.as_uuid())
            .filter(Column::RenewJob.eq(job.as_uuid()))
            .lock(LockType::Update);
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let Some(row) = find.one(&tx).await.map_err(failed)? else {
                return Ok(false);
            };
            let mut now = ActiveModel {
                renew_job: Set(None),
                renew_last_at: Set(Some(stored(end.last.at))),
                renew_last_failure: Set(end.last.failure.clone()),
                renew_failures: Set(count_of(end.failures)),
                ..Default::default()
            };
            if end.stops {
                now.renew_next_at = Set(None);
                now.expires_at = Set(stored(Ord::max(row.expires_at, kept_until)));
            }
            let noted = Entity::update_many().set(now);
            let noted = noted.filter(Column::Id.eq(id.as_uuid())).exec(&tx).await;
            noted.map_err(failed)?;
            outbox::queue(&tx, notice).await?;
            commit(tx).await?;
            Ok(true)
        })
        .await
        .map_err(in_row(TABLE, id))
    }
}

/// Whether no run of a copy is due: one that is to be brought up to date by now is not
/// removed before that. Written so that no index is looked up for it.
pub(crate) fn is_not_due(now: Timestamp) -> Expr {
    let later = Expr::val(stored(now + TimeDelta::days(1)));
    let next = Func::coalesce([Expr::col(Column::RenewNextAt), later]);
    Expr::expr(next).gt(stored(now))
}

/// Someone asked for what is done by itself: from now on it is theirs, and they are told
/// when it is ready.
pub(crate) async fn take_over(
    tx: &Transaction,
    id: ExportId,
    job: JobId,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::RenewJob, Expr::value(None::<Uuid>))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::RenewJob.eq(job.as_uuid()))
        .exec(tx)
        .await
        .map_err(failed)?;
    Ok(())
}
