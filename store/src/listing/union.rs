//! Looks for the rows of several tenants as one statement.

use sea_orm::sea_query::{Asterisk, Query, SelectStatement, UnionType};

/// Of how many tenants rows are looked up in one statement.
pub(super) const TOGETHER: usize = 50;

/// Several looks as one statement, each with its own order and limit, which a
/// part of a union cannot have.
pub(super) fn together(looks: &[SelectStatement]) -> Option<SelectStatement> {
    let apart = |look: &SelectStatement| {
        Query::select()
            .column(Asterisk)
            .from_subquery(look.clone(), "look")
            .take()
    };
    let (first, rest) = looks.split_first()?;
    if rest.is_empty() {
        return Some(first.clone());
    }
    let mut all = apart(first);
    for look in rest {
        all.union(UnionType::All, apart(look));
    }
    Some(all)
}
