//! What the runner asks again and again. Each is looked up in an index: a test
//! asserts it over a hundred thousand rows.

use sea_orm::sea_query::{Asterisk, Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use sesame_domain::ids::TenantId;
use sesame_domain::job::LONGEST_WAIT;
use sesame_domain::ports::{DueJobs, Waiting};
use sesame_domain::time::{CLOCKS_DIFFER, Timestamp};

use crate::rows::job::{Column, Entity};
use crate::rows::stored;

/// The jobs that nodes are at: as many as all nodes do at once.
pub(super) fn running() -> SelectStatement {
    Entity::find()
        .filter(Column::RunningSince.is_not_null())
        .into_query()
}

/// The kind that comes after this one and of which a job waits, and when the
/// first of them is due.
pub(super) fn next_waiting(after: &str) -> SelectStatement {
    Entity::find()
        .select_only()
        .columns([Column::Kind, Column::RunAfter])
        .filter(Column::Kind.gt(after))
        .filter(Column::RunAfter.is_not_null())
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::RunAfter)
        .limit(1)
        .into_query()
}

/// How many jobs of a kind wait, as far as they are counted.
pub(super) fn count_waiting(kind: &str) -> SelectStatement {
    let counted = Entity::find()
        .select_only()
        .column(Column::RunAfter)
        .filter(Column::Kind.eq(kind))
        .filter(Column::RunAfter.is_not_null())
        .limit(u64::from(Waiting::COUNTED))
        .into_query();
    Query::select()
        .expr(Expr::cust("COUNT(*)"))
        .from_subquery(counted, "counted")
        .take()
}

/// One look into the index for each kind, and one for rows that a clock put off
/// which was ahead. `None`: nothing is asked for.
pub(super) fn due(tenant: &TenantId, of: &[DueJobs], now: Timestamp) -> Option<SelectStatement> {
    let ahead = now + LONGEST_WAIT + CLOCKS_DIFFER;
    let mut looks = of.iter().flat_map(|of| {
        let due = first(tenant, of).filter(Column::RunAfter.lte(stored(now)));
        let put_off = first(tenant, of).filter(Column::RunAfter.gt(stored(ahead)));
        [apart(due), apart(put_off)]
    });
    let mut all = looks.next()?;
    for look in looks {
        all.union(UnionType::All, look);
    }
    Some(all)
}

fn first(tenant: &TenantId, of: &DueJobs) -> Select<Entity> {
    let of_no_one = Column::Tenant.is_null();
    Entity::find()
        .filter(Column::Kind.eq(of.kind.as_str()))
        .filter(Column::RunAfter.is_not_null())
        .filter(of_no_one.or(Column::Tenant.eq(tenant.as_str())))
        .filter(is_not_paused())
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM jobs AS busy \
             WHERE busy.account = jobs.account AND busy.running_since IS NOT NULL)",
        ))
        .order_by_asc(Column::RunAfter)
        .order_by_asc(Column::Id)
        .limit(u64::from(of.limit))
        .offset(u64::from(of.skip))
}

/// Whether no one wanted that jobs of its kind wait: all of them, or those of its
/// tenant.
pub(super) fn is_not_paused() -> Expr {
    Expr::cust(
        "NOT EXISTS (SELECT 1 FROM job_pauses WHERE job_pauses.kind = jobs.kind \
         AND (job_pauses.tenant = '' OR job_pauses.tenant = jobs.tenant))",
    )
}

/// With its own order and limit, which a part of a union cannot have.
fn apart(look: Select<Entity>) -> SelectStatement {
    Query::select()
        .column(Asterisk)
        .from_subquery(look.into_query(), "look")
        .take()
}
