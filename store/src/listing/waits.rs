//! Who waits until when: implements [`WaitListing`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryResult, QuerySelect, QueryTrait, Select,
};
use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::job::JobStatus;
use sesame_domain::listing::{Count, Cursor, Listed, Total};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{
    ListedWaits, Wait, WaitFilter, WaitKey, WaitKind, WaitListing, WaitQuery,
};
use sesame_domain::time::Timestamp;

use super::counted::counted;
use super::merged::{Found, found_by, limit, listed_at, merged};
use super::order::{InOrder, by};
use super::scope::Scope;
use crate::database::{Database, failed, in_table};
use crate::handles::ListingRows;
use crate::rows::{job, login, owner, session, stored};

/// What is tried again, for no reason that has a name.
const RETRY: &str = "retry";

#[async_trait]
impl WaitListing for ListingRows {
    async fn waits(&self, query: &WaitQuery, now: Timestamp) -> Result<ListedWaits, StoreError> {
        let db = &self.0;
        db.within(async {
            let mut count: Option<Total> = None;
            let mut found = Vec::new();
            let limit = limit(query.page.limit);
            let kinds = WaitKind::ALL.into_iter();
            let all = query.filter.kinds.is_empty();
            for kind in kinds.filter(|kind| all || query.filter.kinds.contains(kind)) {
                let source = Source { kind, now };
                let scopes = source.scopes(db, query).await?;
                if query.count != Count::No {
                    let looks = scopes.iter().map(|it| source.look(it, &query.filter, None));
                    let total = counted(db.reads(), looks.collect()).await?;
                    count = Some(count.unwrap_or_default().and(total));
                }
                if query.count != Count::Only {
                    let page = Some((query.page.after.as_ref(), limit as u64 + 1));
                    let looks = scopes.iter().map(|it| source.look(it, &query.filter, page));
                    let read = |row: &QueryResult| source.found(row);
                    found.extend(found_by(db.reads(), looks.collect(), read).await?);
                }
            }
            Ok(Listed {
                count,
                ..merged(found, limit, false)
            })
        })
        .await
        .map_err(in_table("logins"))
    }
}

/// Where one page ends and how long the next is.
type From<'a> = Option<(Option<&'a Cursor<WaitKey>>, u64)>;

/// One kind of what waits, and when it is asked for.
#[derive(Clone, Copy)]
struct Source {
    kind: WaitKind,
    now: Timestamp,
}

impl Source {
    async fn scopes(self, db: &Database, query: &WaitQuery) -> Result<Vec<Scope>, StoreError> {
        let (db, tenants) = (db.reads(), &query.tenants);
        let scopes = match self.kind {
            WaitKind::Login | WaitKind::Person => Scope::among(db, tenants, "logins").await,
            WaitKind::Job => Scope::with_no_ones(db, tenants, "jobs").await,
            WaitKind::LogOut => {
                Scope::among_held(db, tenants, "sessions", "leave_at IS NOT NULL").await
            }
        };
        scopes.map_err(failed)
    }

    /// What of it a filter lets through.
    fn look(self, scope: &Scope, filter: &WaitFilter, from: From<'_>) -> SelectStatement {
        match self.kind {
            WaitKind::Login => {
                let at = by(login::Column::SetbackRetryAt);
                let rows = logins(scope, filter)
                    .filter(login::Column::SetbackRetryAt.gt(stored(self.now)))
                    .filter(login::Column::EndedAt.is_null())
                    .expr_as(Expr::val(RETRY), "why")
                    .column_as(login::Column::CreatedAt, "since");
                self.page(
                    for_reason(rows, filter, None),
                    at,
                    by(login::Column::Id),
                    from,
                )
            }
            WaitKind::Person => {
                let at = by(login::Column::FailureRetryAt);
                let rows = logins(scope, filter)
                    .filter(login::Column::FailureRetryAt.gt(stored(self.now)))
                    .column_as(login::Column::FailureCode, "why")
                    .column_as(login::Column::EndedAt, "since");
                let why = Some(by(login::Column::FailureCode));
                self.page(
                    for_reason(rows, filter, why),
                    at,
                    by(login::Column::Id),
                    from,
                )
            }
            WaitKind::Job => {
                let rows = jobs(scope, filter, self.now);
                let why = Some(by(job::Column::Reason));
                let rows = for_reason(rows, filter, why);
                self.page(rows, by(job::Column::RunAfter), by(job::Column::Id), from)
            }
            WaitKind::LogOut => {
                let rows = log_outs(scope, filter, self.now);
                let rows = for_reason(rows, filter, None);
                self.page(
                    rows,
                    by(session::Column::LeaveAt),
                    by(session::Column::Id),
                    from,
                )
            }
        }
    }

    fn page<E: EntityTrait>(
        self,
        rows: Select<E>,
        at: Expr,
        id: Expr,
        from: From<'_>,
    ) -> SelectStatement {
        let Some((after, limit)) = from else {
            return rows.into_query();
        };
        let mut order = InOrder::first_first(at, vec![id]);
        if self.kind == WaitKind::Job {
            // Those of no one are among them.
            order = order.within(by(job::Column::Tenant));
        }
        let rows = match after {
            Some(Cursor { at, key }) if key.kind == self.kind => {
                order.after(rows, *at, vec![key.id.into()])
            }
            Some(Cursor { at, key }) => order.beyond_moment(rows, *at, self.kind > key.kind),
            None => rows,
        };
        order.page(rows, limit).into_query()
    }

    fn found(self, row: &QueryResult) -> Found<Wait, WaitKey> {
        let id: Option<uuid::Uuid> = row.try_get("", "id").ok();
        let kind = self.kind;
        let place = listed_at(row).zip(id).map(|(at, id)| Cursor {
            at,
            key: WaitKey { kind, id },
        });
        let row = self.wait(row).map_err(|error| BrokenRow {
            id: id.map(|id| id.to_string()).unwrap_or_default(),
            what: format!("{}: {error}", kind.as_str()),
        });
        Found { place, row }
    }

    fn wait(self, row: &QueryResult) -> Result<Wait, StoreError> {
        let is_job = self.kind == WaitKind::Job;
        let job = is_job.then(|| row.try_get("", "kind").map_err(failed));
        let why: Option<String> = row.try_get("", "why").map_err(failed)?;
        Ok(Wait {
            kind: self.kind,
            id: row.try_get("", "id").map_err(failed)?,
            owner: whose(row)?,
            reason: why.unwrap_or_else(|| RETRY.to_owned()),
            job: job.transpose()?,
            since: row.try_get("", "since").map_err(failed)?,
            until: listed_at(row).ok_or(StoreError::inconsistent("a wait without an end"))?,
        })
    }
}

fn whose(row: &QueryResult) -> Result<Option<Owner>, StoreError> {
    let tenant: Option<String> = row.try_get("", "tenant").map_err(failed)?;
    let person: Option<i64> = row.try_get("", "person").map_err(failed)?;
    let both = tenant.zip(person);
    both.map(|(tenant, person)| owner(tenant, person))
        .transpose()
}

/// Of those that have no reason of their own, the ones that are tried again.
fn for_reason<E: EntityTrait>(
    rows: Select<E>,
    filter: &WaitFilter,
    why: Option<Expr>,
) -> Select<E> {
    let Some(reason) = &filter.reason else {
        return rows;
    };
    rows.filter(match why {
        Some(why) => why.eq(reason.as_str()),
        None if reason == RETRY => Expr::cust("TRUE"),
        None => Expr::cust("FALSE"),
    })
}

fn of_person(person: impl ColumnTrait, wanted: Option<PersonId>) -> Expr {
    wanted.map_or_else(|| Expr::cust("TRUE"), |wanted| person.eq(wanted.0))
}

fn logins(scope: &Scope, filter: &WaitFilter) -> Select<login::Entity> {
    login::Entity::find()
        .select_only()
        .columns([
            login::Column::Id,
            login::Column::Tenant,
            login::Column::Person,
        ])
        .filter(scope.has(login::Column::Tenant))
        .filter(of_person(login::Column::Person, filter.person))
}

fn jobs(scope: &Scope, filter: &WaitFilter, now: Timestamp) -> Select<job::Entity> {
    job::Entity::find()
        .select_only()
        .columns([
            job::Column::Id,
            job::Column::Tenant,
            job::Column::Person,
            job::Column::Kind,
        ])
        .column_as(job::Column::Reason, "why")
        .column_as(job::Column::CreatedAt, "since")
        .filter(scope.has(job::Column::Tenant))
        .filter(of_person(job::Column::Person, filter.person))
        .filter(job::Column::State.eq(JobStatus::Waiting.as_str()))
        .filter(job::Column::RunAfter.is_not_null())
        .filter(job::Column::RunAfter.gt(stored(now)))
}

/// Sessions that could not be logged out at the first attempt.
fn log_outs(scope: &Scope, filter: &WaitFilter, now: Timestamp) -> Select<session::Entity> {
    session::Entity::find()
        .select_only()
        .columns([
            session::Column::Id,
            session::Column::Tenant,
            session::Column::Person,
        ])
        .expr_as(Expr::val(RETRY), "why")
        .column_as(session::Column::CreatedAt, "since")
        .filter(scope.has(session::Column::Tenant))
        .filter(of_person(session::Column::Person, filter.person))
        .filter(session::Column::LeaveAt.is_not_null())
        .filter(session::Column::LeaveAt.gt(stored(now)))
}
