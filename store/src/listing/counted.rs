//! How many rows there are, up to a bound.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use sesame_domain::listing::Total;
use sesame_domain::ports::StoreError;

use super::union::{TOGETHER, together};
use crate::database::failed;

/// One more than are counted tells that there are more.
const MOST: u64 = Total::MOST as u64 + 1;

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
        let found: Vec<_> = looks.iter().map(found).collect();
        let Some(mut together) = together(&found) else {
            continue;
        };
        let counted = count_of(together.limit(MOST).take());
        let row = db.query_one(&counted).await.map_err(failed)?;
        let row = row.ok_or(StoreError::inconsistent("an answer without a row"))?;
        total = total.and(total_of(&row)?);
    }
    Ok(total)
}

/// How many rows this finds, as a statement. No more are read than are counted.
pub(super) fn count(look: &SelectStatement) -> SelectStatement {
    count_of(found(look))
}

/// A row for each that this finds, up to the bound.
fn found(look: &SelectStatement) -> SelectStatement {
    let mut found = look.clone();
    found.clear_selects().expr_as(Expr::cust("1"), "one");
    found.limit(MOST).take()
}

fn count_of(found: SelectStatement) -> SelectStatement {
    Query::select()
        .expr_as(Expr::cust("COUNT(*)"), "found")
        .from_subquery(found, "counted")
        .take()
}

fn total_of(row: &QueryResult) -> Result<Total, StoreError> {
    let found: i64 = row.try_get("", "found").map_err(failed)?;
    Ok(Total::of(found.unsigned_abs()))
}
