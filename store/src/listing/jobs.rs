//! Jobs: implements [`JobListing`].

use async_trait::async_trait;
use futures::future::try_join_all;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryTrait, Select};
use sesame_domain::ids::{AccountId, JobId};
use sesame_domain::job::{Job, JobAttempt, JobKind, JobStatus};
use sesame_domain::listing::{Tenants, Total};
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{JobFilter, JobListing, JobQuery, ListedJobs};

use super::attempts::attempts_at;
use super::counted::counted;
use super::id_search::has_id;
use super::merged::{Found, List, place_by_id};
use super::order::{InOrder, by};
use super::scope::{Scope, may_see};
use crate::database::{failed, in_row, in_table};
use crate::handles::ListingRows;
use crate::reading::{self, Read};
use crate::rows::job::{Column, Entity};

const TABLE: &str = "jobs";

#[async_trait]
impl JobListing for ListingRows {
    async fn jobs(&self, query: &JobQuery) -> Result<ListedJobs, StoreError> {
        let db = &self.0;
        db.within(async {
            let backend = db.reads().get_database_backend();
            let scopes = Scope::with_no_ones(db.reads(), &query.tenants, TABLE).await;
            let list = List {
                scopes: &scopes.map_err(failed)?,
                page: &query.page,
                count: query.count,
                order: in_order(query.filter.status),
            };
            list.read(
                db,
                |scope| matching(&query.filter, scope, backend),
                |order, rows, _, place| {
                    order.after(rows, place.at, vec![place.key.as_uuid().into()])
                },
                |row| Found {
                    place: place_by_id(row),
                    row: Read::<Entity>::of(row, "").or_broken(),
                },
            )
            .await
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn job_counts(
        &self,
        filter: &JobFilter,
        tenants: &Tenants,
    ) -> Result<Vec<(JobStatus, Total)>, StoreError> {
        let db = &self.0;
        db.within(async {
            let backend = db.reads().get_database_backend();
            let scopes = Scope::with_no_ones(db.reads(), tenants, TABLE).await;
            let scopes = scopes.map_err(failed)?;
            // At the same time: what is not in the database's memory is read once.
            let counts = JobStatus::ALL.map(async |status| {
                let filter = JobFilter {
                    status: Some(status),
                    ..filter.clone()
                };
                let looks = scopes.iter();
                let looks = looks.map(|scope| matching(&filter, scope, backend).into_query());
                Ok((status, counted(db.reads(), looks.collect()).await?))
            });
            try_join_all(counts).await
        })
        .await
        .map_err(in_table(TABLE))
    }

    async fn job(&self, id: JobId, tenants: &Tenants) -> Result<Option<Job>, StoreError> {
        let db = &self.0;
        db.within(async {
            let query = Entity::find_by_id(id.as_uuid()).filter(may_see(tenants, Column::Tenant));
            let row = reading::row(db.reads(), query).await.map_err(failed)?;
            row.map(Read::understood).transpose()
        })
        .await
        .map_err(in_row(TABLE, id))
    }

    async fn job_attempts(
        &self,
        id: JobId,
        tenants: &Tenants,
    ) -> Result<Vec<JobAttempt>, StoreError> {
        let db = &self.0;
        db.within(attempts_at(db, id, tenants))
            .await
            .map_err(in_row("job_attempts", id))
    }
}

/// Jobs of a status are in the order of the moment that matters there.
fn in_order(status: Option<JobStatus>) -> InOrder {
    let ties = vec![by(Column::Id)];
    let order = match status {
        Some(JobStatus::Queued | JobStatus::Waiting) => {
            InOrder::first_first(by(Column::RunAfter), ties)
        }
        Some(JobStatus::Running) => InOrder::first_first(by(Column::RunningSince), ties),
        Some(JobStatus::Done | JobStatus::Failed | JobStatus::Cancelled) => {
            InOrder::last_first(by(Column::EndedAt), ties)
        }
        None => InOrder::last_first(by(Column::CreatedAt), ties),
    };
    // Those of no one are among them.
    order.within(by(Column::Tenant))
}

/// The jobs of these that a filter lets through.
pub(crate) fn matching(filter: &JobFilter, scope: &Scope, backend: DbBackend) -> Select<Entity> {
    let mut rows = Entity::find().filter(scope.has(Column::Tenant));
    if let Some(status) = filter.status {
        rows = rows.filter(Column::State.eq(status.as_str()));
        // As the indexes say it.
        rows = rows.filter(match status {
            JobStatus::Queued | JobStatus::Waiting => Column::RunAfter.is_not_null(),
            JobStatus::Running => Column::RunningSince.is_not_null(),
            JobStatus::Done | JobStatus::Failed | JobStatus::Cancelled => {
                Column::EndedAt.is_not_null()
            }
        });
    }
    if let [kind] = filter.kinds.as_slice() {
        rows = rows.filter(Column::Kind.eq(kind.as_str()));
    } else if !filter.kinds.is_empty() {
        rows = rows.filter(Column::Kind.is_in(filter.kinds.iter().map(JobKind::as_str)));
    }
    if let Some(id) = &filter.id {
        rows = rows.filter(has_id(Column::Id, TABLE, id, backend));
    }
    let account = filter.account.map(AccountId::as_uuid);
    let exact = [
        filter.person.map(|it| Column::Person.eq(it.0)),
        account.map(|it| Column::Account.eq(it)),
        filter.node.as_ref().map(|it| Column::Node.eq(it.as_str())),
        filter.code.as_ref().map(|it| Column::Code.eq(it.as_str())),
        filter
            .reason
            .as_ref()
            .map(|it| Column::Reason.eq(it.as_str())),
    ];
    let exact = exact.into_iter().flatten();
    let rows = exact.fold(rows, |rows, one: Expr| rows.filter(one));
    if filter.reason.is_some() {
        // What a job waited for before stays in its row.
        return rows.filter(Column::State.eq(JobStatus::Waiting.as_str()));
    }
    rows
}
