//! Finding rows by their id, or by the end of it.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbBackend, ExprTrait};
use sesame_domain::listing::IdSearch;

/// Whether a row of this table has that id. The end of ids is an index.
pub(super) fn has_id(
    id: impl ColumnTrait,
    table: &str,
    search: &IdSearch,
    backend: DbBackend,
) -> Expr {
    match search {
        IdSearch::Whole(whole) => id.eq(*whole),
        IdSearch::End(end) => {
            let of_row = if backend == DbBackend::Sqlite {
                format!("lower(substr(hex({table}.id), 25))")
            } else {
                format!("right({table}.id::text, 8)")
            };
            Expr::cust(of_row).eq(end.as_str())
        }
    }
}
