//! How many rows there are, up to a bound.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use sesame_domain::listing::Total;
use sesame_domain::ports::StoreError;

use super::union::{TOGETHER, together};
use crate::database::failed;

/// How many rows these find together; once it is clear that there are more than
/// are counted, the rest is not looked at.
pub(super) async fn counted(
    db: &impl ConnectionTrait,
    looks: Vec<SelectStatement>,
) -> Result<Total, StoreError> {
    let mut total = Total::default();
    for looks in looks.chunks(TOGETHER) {
        if total.is_more {
            break;
        }
        let counts: Vec<_> = looks.iter().map(count).collect();
        let Some(together) = together(&counts) else {
            continue;
        };
        let rows = db.query_all(&together).await.map_err(failed)?;
        let totals = rows.iter().map(total_of).collect::<Result<Vec<_>, _>>()?;
        total = totals.into_iter().fold(total, Total::and);
    }
    Ok(total)
}

/// How many rows this finds, as a statement. No more are read than are counted.
pub(super) fn count(look: &SelectStatement) -> SelectStatement {
    let mut found = look.clone();
    found
        .clear_selects()
        .expr_as(Expr::cust("1"), "one")
        .limit(u64::from(Total::MOST) + 1);
    Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "found")
        .from_subquery(found, "counted")
        .take()
}

fn total_of(row: &QueryResult) -> Result<Total, StoreError> {
    let found: i64 = row.try_get("", "found").map_err(failed)?;
    Ok(Total::of(found.unsigned_abs()))
}
