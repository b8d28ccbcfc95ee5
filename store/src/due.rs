//! What is due by now.

use chrono::TimeDelta;
use sea_orm::sea_query::IntoCondition;
use sea_orm::{ColumnTrait, Condition, ExprTrait};
use sesame_domain::time::{CLOCKS_DIFFER, Timestamp};

use crate::rows::stored;

/// The longest that anything is put off here. What is put off for longer was
/// written by a clock that was ahead, and is due
/// ([`sesame_domain::time::is_over`]).
const LONGEST: TimeDelta = TimeDelta::days(2);

/// Whether the moment in a column has come.
pub(crate) fn due(column: impl ColumnTrait, now: Timestamp) -> Condition {
    let ahead = now + LONGEST + CLOCKS_DIFFER;
    column
        .lte(stored(now))
        .or(column.gt(stored(ahead)))
        .into_condition()
}
