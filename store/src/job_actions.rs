//! What those who look after Sesame do to jobs: implements [`JobActions`].

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::{JobId, NodeId, Owner, TenantId};
use sesame_domain::job::{Cancelling, Enqueued, JobKind, NewJob};
use sesame_domain::listing::Tenants;
use sesame_domain::order::Order;
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::{JobActions, PausedKind, Retrying, RunningNow, StoreError};
use uuid::Uuid;

use crate::audit_log;
use crate::database::{Transaction, commit, failed, in_row, in_table};
use crate::handles::JobActionRows;
use crate::jobs::{self, retrying};
use crate::reading::{self, Read};
use crate::rows::job_pause::{ActiveModel, Column, Entity};
use crate::rows::{schedule, stored};
use crate::schedules;

const TABLE: &str = "jobs";
const PAUSES: &str = "job_pauses";
/// The tenant of a pause of all jobs of a kind.
const EVERYONE: &str = "";

#[async_trait]
impl JobActions for JobActionRows {
    async fn cancel(
        &self,
        id: JobId,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<Cancelling, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let cancelled = cancel(&tx, id, tenants, order).await?;
            commit(tx).await?;
            Ok(cancelled)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn retry(
        &self,
        id: JobId,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<Retrying, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let retrying = match retry(&tx, id, tenants, order).await {
                // Its twin came at the same moment, and is there now.
                Err(StoreError::Fenced(_)) => {
                    drop(tx);
                    let tx = db.begin().await?;
                    let retrying = retry(&tx, id, tenants, order).await?;
                    commit(tx).await?;
                    return Ok(retrying);
                }
                retrying => retrying?,
            };
            commit(tx).await?;
            Ok(retrying)
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn ask(&self, job: &NewJob, entry: AuditEntry) -> Result<Enqueued, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let enqueued = jobs::enqueue(&tx, job).await?;
            audit_log::append(&tx, entry).await?;
            commit(tx).await?;
            Ok(enqueued)
        })
        .await
        .map_err(in_row(TABLE, job.id))
    }

    async fn pause(
        &self,
        kind: &JobKind,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            for (tenant, owner) in paused_for(tenants) {
                let pause = ActiveModel {
                    kind: Set(kind.as_str().to_owned()),
                    tenant: Set(tenant),
                    paused_by: Set(order.name().to_owned()),
                    reason: Set(order.reason.to_string()),
                    since: Set(stored(order.at)),
                };
                let paused = Entity::insert(pause)
                    .on_conflict(OnConflict::new().do_nothing().to_owned())
                    .exec_without_returning(&tx)
                    .await
                    .map_err(failed)?;
                if paused > 0 {
                    note(&tx, kind, owner, Action::JobsPaused, order).await?;
                }
            }
            commit(tx).await
        })
        .await
        .map_err(in_table(PAUSES))
    }

    async fn resume(
        &self,
        kind: &JobKind,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<(), StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            for (tenant, owner) in paused_for(tenants) {
                let resumed = Entity::delete_by_id((kind.as_str().to_owned(), tenant))
                    .exec(&tx)
                    .await
                    .map_err(failed)?;
                if resumed.rows_affected > 0 {
                    note(&tx, kind, owner, Action::JobsResumed, order).await?;
                }
            }
            commit(tx).await
        })
        .await
        .map_err(in_table(PAUSES))
    }

    async fn paused(
        &self,
        tenants: &Tenants,
    ) -> Result<Vec<Result<PausedKind, BrokenRow>>, StoreError> {
        let mut query = Entity::find()
            .order_by_asc(Column::Kind)
            .order_by_asc(Column::Tenant);
        if let Tenants::These(these) = tenants {
            let names = these.iter().map(ToString::to_string);
            let names = names.chain([EVERYONE.to_owned()]);
            query = query.filter(Column::Tenant.is_in(names));
        }
        let db = &self.0;
        db.within(async {
            let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
            Ok(rows.into_iter().map(Read::or_broken).collect())
        })
        .await
        .map_err(in_table(PAUSES))
    }

    async fn run_now(
        &self,
        kind: &JobKind,
        id: JobId,
        node: &NodeId,
        tenants: &Tenants,
        order: &Order,
    ) -> Result<RunningNow, StoreError> {
        if kind.is_done_by_command() || !may_run(tenants, kind) {
            return Ok(RunningNow::NotFound);
        }
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let running = run_now(&tx, kind, id, node, order).await?;
            commit(tx).await?;
            Ok(running)
        })
        .await
        .map_err(in_table("schedules"))
    }
}

/// Cancels a job, with the audit of it.
pub(crate) async fn cancel(
    tx: &Transaction,
    id: JobId,
    tenants: &Tenants,
    order: &Order,
) -> Result<Cancelling, StoreError> {
    let Some(owner) = jobs::whose(tx, id, tenants).await? else {
        return Ok(Cancelling::NotFound);
    };
    let cancelling = jobs::cancel(tx, id, order.name(), order.at).await?;
    match cancelling {
        Cancelling::Cancelled | Cancelling::Asked => {
            let owner = owner.unwrap_or_else(Owner::instance);
            let entry = order.entry(owner, id.as_uuid(), Action::JobCancelled);
            audit_log::append(tx, entry).await?;
        }
        Cancelling::Over | Cancelling::NotFound => {}
    }
    Ok(cancelling)
}

/// Has a job go on, with the audit of it.
pub(crate) async fn retry(
    tx: &Transaction,
    id: JobId,
    tenants: &Tenants,
    order: &Order,
) -> Result<Retrying, StoreError> {
    let Some(owner) = jobs::whose(tx, id, tenants).await? else {
        return Ok(Retrying::NotFound);
    };
    let retrying = retrying::retry(tx, id, order.at).await?;
    if retrying == Retrying::Queued {
        let owner = owner.unwrap_or_else(Owner::instance);
        let entry = order.entry(owner, id.as_uuid(), Action::JobRetried);
        audit_log::append(tx, entry).await?;
    }
    Ok(retrying)
}

/// The tenants of the rows of a pause, and who is concerned.
fn paused_for(tenants: &Tenants) -> Vec<(String, Owner)> {
    match tenants {
        Tenants::All => vec![(EVERYONE.to_owned(), Owner::instance())],
        Tenants::These(these) => {
            let mut these: Vec<TenantId> = these.clone();
            these.sort();
            let rows = these.into_iter();
            rows.map(|tenant| (tenant.to_string(), Owner::tenant_itself(tenant)))
                .collect()
        }
    }
}

/// What is done for a tenant by itself, who looks after it may ask for.
fn may_run(tenants: &Tenants, kind: &JobKind) -> bool {
    match (tenants, kind.tenant()) {
        (Tenants::All, _) => true,
        (these, Some(tenant)) => these.include(&tenant),
        (Tenants::These(_), None) => false,
    }
}

/// A kind has no id: the entry names it after the reason.
async fn note(
    tx: &Transaction,
    kind: &JobKind,
    owner: Owner,
    action: Action,
    order: &Order,
) -> Result<(), StoreError> {
    let mut entry = order.entry(owner, Uuid::nil(), action);
    entry.reason = format!("{kind}: {}", order.reason).into();
    audit_log::append(tx, entry).await
}

async fn run_now(
    tx: &Transaction,
    kind: &JobKind,
    id: JobId,
    node: &NodeId,
    order: &Order,
) -> Result<RunningNow, StoreError> {
    let known = schedule::Entity::find_by_id(kind.as_str().to_owned());
    if reading::row(tx, known).await.map_err(failed)?.is_none() {
        return Ok(RunningNow::NotFound);
    }
    let job = NewJob {
        caused_by: order.request.clone(),
        ..NewJob::of_schedule(id, kind.clone(), order.at)
    };
    let asked = jobs::enqueue(tx, &job).await?;
    let running = if asked.is_new {
        schedules::begin_now(tx, &job, node).await?;
        RunningNow::Asked(asked.id)
    } else if jobs::hurry(tx, asked.id, order.at).await? {
        RunningNow::Hurried(asked.id)
    } else {
        return Ok(RunningNow::UnderWay(asked.id));
    };
    let owner = kind
        .tenant()
        .map_or_else(Owner::instance, Owner::tenant_itself);
    let mut entry = order.entry(owner, asked.id.as_uuid(), Action::ScheduleHurried);
    entry.reason = format!("{kind}: {}", order.reason).into();
    audit_log::append(tx, entry).await?;
    Ok(running)
}
