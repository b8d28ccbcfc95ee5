//! What was tried at a job.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sesame_domain::ids::JobId;
use sesame_domain::job::JobAttempt;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::StoreError;

use super::scope::may_see;
use crate::database::{Database, failed};
use crate::reading;
use crate::rows::{job, job_attempt};

/// The attempts at a job that they may see, the last first.
pub(super) async fn attempts_at(
    db: &Database,
    id: JobId,
    tenants: &Tenants,
) -> Result<Vec<JobAttempt>, StoreError> {
    let theirs = job::Entity::find_by_id(id.as_uuid())
        .filter(may_see(tenants, job::Column::Tenant))
        .select_only()
        .column(job::Column::Id)
        .into_tuple::<uuid::Uuid>();
    if theirs.one(db.reads()).await.map_err(failed)?.is_none() {
        return Ok(Vec::new());
    }
    let query = job_attempt::Entity::find()
        .filter(job_attempt::Column::Job.eq(id.as_uuid()))
        .order_by_desc(job_attempt::Column::Fence)
        .limit(u64::from(JobAttempt::KEPT));
    let rows = reading::rows(db.reads(), query).await.map_err(failed)?;
    Ok(db.understood(rows))
}
