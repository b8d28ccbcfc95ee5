//! Asking for jobs, looking at them, cancelling them: implements [`Jobs`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, Func, IntoCondition, LockType, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect,
};
use sesame_domain::ids::{AccountId, JobId, Owner};
use sesame_domain::job::{Cancelling, Enqueued, Job, JobAccess, JobKind, NewJob, Outcome};
use sesame_domain::page::{Page, Paged};
use sesame_domain::ports::{JobFilter, Jobs, StoreError};
use sesame_domain::time::{CLOCKS_DIFFER, Timestamp};

use super::TABLE;
use super::claimed::ended;
use super::retrying::hurry;
use crate::database::{Transaction, commit, failed, in_row, in_table};
use crate::handles::JobRows;
use crate::reading::{self, Read};
use crate::rows::job::{ActiveModel, Column, Entity};
use crate::rows::stored;
use crate::schedules::note_end;

/// How often a job that ended just now may get in the way of a new one.
const TRIES: u32 = 5;

#[async_trait]
impl Jobs for JobRows {
    async fn enqueue(&self, job: &NewJob) -> Result<Enqueued, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let enqueued = enqueue(&tx, job).await?;
            commit(tx).await?;
            Ok(enqueued)
        })
        .await
        .map_err(in_row(TABLE, job.id))
    }

    async fn find(&self, id: JobId, access: &JobAccess) -> Result<Option<Job>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find_by_id(id.as_uuid()).filter(visible(access));
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn list(
        &self,
        filter: &JobFilter,
        page: Page<JobId>,
    ) -> Result<Paged<Job, JobId>, StoreError> {
        let query = Entity::find().filter(matches(filter));
        let after = page.after.map(JobId::as_uuid);
        let db = &self.0;
        db.within(async {
            let found = reading::newest_first(db.reads(), query, Column::Id, after, page.limit);
            found.await.map_err(failed)
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn cancel(
        &self,
        id: JobId,
        access: &JobAccess,
        by: &str,
        now: Timestamp,
    ) -> Result<Cancelling, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let cancelled = if is_visible(&tx, id, access).await? {
                cancel(&tx, id, by, now).await?
            } else {
                Cancelling::NotFound
            };
            commit(tx).await?;
            Ok(cancelled)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn hurry(
        &self,
        id: JobId,
        access: &JobAccess,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let hurried = is_visible(&tx, id, access).await? && hurry(&tx, id, now).await?;
            commit(tx).await?;
            Ok(hurried)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn forget(
        &self,
        ended_before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let old = Column::EndedAt.lt(stored(ended_before));
            let mut forgotten = forget(db.writes(), old.into_condition(), limit).await?;
            // How long ago that was, no one knows: a clock was ahead.
            let ahead = Column::EndedAt.gt(stored(now + CLOCKS_DIFFER));
            let left = u64::from(limit).saturating_sub(forgotten);
            let left = u32::try_from(left).unwrap_or(limit);
            forgotten += forget(db.writes(), ahead.into_condition(), left).await?;
            Ok(forgotten)
        })
        .await
        .map_err(in_table(TABLE))
    }
}

/// Asks for a job as part of a transaction: it is to be done if that is
/// committed. While one with its key is not over, that one is answered.
pub(crate) async fn enqueue(tx: &Transaction, job: &NewJob) -> Result<Enqueued, StoreError> {
    for _ in 0..TRIES {
        let inserted = Entity::insert(ActiveModel::queued(job))
            // Of one with its key, or of this very job.
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(tx)
            .await
            .map_err(failed)?;
        if inserted > 0 {
            return Ok(Enqueued {
                id: job.id,
                is_new: true,
            });
        }
        if let Some(id) = twin(tx, job).await? {
            return Ok(Enqueued { id, is_new: false });
        }
    }
    Err(StoreError::inconsistent("the id of a new job is taken"))
}

/// The job that is not over and has the same key, or is the same.
async fn twin(tx: &Transaction, job: &NewJob) -> Result<Option<JobId>, StoreError> {
    let same = match job.unique_key() {
        Some(key) => Column::Kind
            .eq(job.kind.as_str())
            .and(Column::UniqueKey.eq(key))
            .and(Column::EndedAt.is_null()),
        None => Column::Id.eq(job.id.as_uuid()),
    };
    let twin: Option<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(same)
        .into_tuple()
        .one(tx)
        .await
        .map_err(failed)?;
    Ok(twin.map(JobId::from))
}

/// Whether there is such a job, and they may see it.
async fn is_visible(tx: &Transaction, id: JobId, access: &JobAccess) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(id.as_uuid())
        .filter(visible(access))
        .select_only()
        .column(Column::Id)
        .into_tuple::<uuid::Uuid>()
        .one(tx)
        .await
        .map_err(failed)?;
    Ok(row.is_some())
}

/// Cancels a job that does not run, and asks one that runs to end.
pub(crate) async fn cancel(
    tx: &Transaction,
    id: JobId,
    by: &str,
    now: Timestamp,
) -> Result<Cancelling, StoreError> {
    // As it stands now, it stands until this is committed: a node that lets go of it
    // meanwhile waits, and hears of it.
    hold(tx, id).await?;
    let it = || Entity::update_many().filter(Column::Id.eq(id.as_uuid()));
    let outcome = Outcome::Cancelled { by: by.to_owned() };
    let at_once = ended(it(), &outcome, now)?.filter(Column::RunAfter.is_not_null());
    if at_once.exec(tx).await.map_err(failed)?.rows_affected > 0 {
        note_end(tx, id, &outcome, now).await?;
        return Ok(Cancelling::Cancelled);
    }
    let asked = it()
        // Whoever asked first did it.
        .col_expr(
            Column::CancelBy,
            Func::coalesce([Expr::col(Column::CancelBy), Expr::val(by)]).into(),
        )
        .filter(Column::RunningSince.is_not_null());
    if asked.exec(tx).await.map_err(failed)?.rows_affected > 0 {
        return Ok(Cancelling::Asked);
    }
    Ok(Cancelling::Over)
}

/// Keeps others from changing a job until the transaction is over.
async fn hold(tx: &Transaction, id: JobId) -> Result<(), StoreError> {
    Entity::find_by_id(id.as_uuid())
        .select_only()
        .column(Column::Id)
        .lock(LockType::Update)
        .into_tuple::<uuid::Uuid>()
        .one(tx)
        .await
        .map_err(failed)?;
    Ok(())
}

async fn forget(
    db: &impl ConnectionTrait,
    which: Condition,
    limit: u32,
) -> Result<u64, StoreError> {
    let ids = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(which.add(Column::EndedAt.is_not_null()))
        .limit(u64::from(limit))
        .take();
    let forgotten = Entity::delete_many()
        .filter(Column::Id.in_subquery(ids))
        .exec(db)
        .await
        .map_err(failed)?;
    Ok(forgotten.rows_affected)
}

/// Erases the jobs of a person. A node that is at one finds out when it writes.
pub(crate) async fn forget_of(tx: &Transaction, owner: &Owner) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(visible(&JobAccess::Owner(owner.clone())))
        .exec(tx)
        .await?;
    Ok(())
}

fn visible(access: &JobAccess) -> Condition {
    match access {
        JobAccess::Owner(owner) => Condition::all()
            .add(Column::Person.eq(owner.person.0))
            .add(Column::Tenant.eq(owner.tenant.as_str())),
        JobAccess::Tenant(tenant) => Condition::all().add(Column::Tenant.eq(tenant.as_str())),
        JobAccess::All => Condition::all(),
    }
}

fn matches(filter: &JobFilter) -> Condition {
    let mut all = visible(&filter.access);
    if !filter.kinds.is_empty() {
        all = all.add(Column::Kind.is_in(filter.kinds.iter().map(JobKind::as_str)));
    }
    if !filter.statuses.is_empty() {
        all = all.add(Column::State.is_in(filter.statuses.iter().map(|it| it.as_str())));
    }
    let account = filter.account.map(AccountId::as_uuid);
    all.add_option(account.map(|account| Column::Account.eq(account)))
}
