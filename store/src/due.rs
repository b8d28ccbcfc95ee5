//! What is due by now.

use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, IntoCondition};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, Select,
};
use sesame_domain::ports::StoreError;
use sesame_domain::time::{CLOCKS_DIFFER, Timestamp};

use crate::database::Database;
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

impl Database {
    /// Rows whose moment in a column has come. Looks them up in an index on it,
    /// if the query is ordered by it: at the moments that have come, then at
    /// those that lie too far ahead.
    pub(crate) async fn due_rows<E, T>(
        &self,
        db: &impl ConnectionTrait,
        query: Select<E>,
        column: E::Column,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<T>, StoreError>
    where
        E: EntityTrait,
        T: TryFrom<E::Model, Error = StoreError>,
    {
        let ahead = now + LONGEST + CLOCKS_DIFFER;
        let due = column.lte(stored(now));
        self.either(db, query, [due, column.gt(stored(ahead))], limit)
            .await
    }

    /// Rows that meet the first condition, and if there are not enough, also
    /// those that meet the second one. Asked for both at once, a database would
    /// read and sort all that meet either.
    pub(crate) async fn either<E, T>(
        &self,
        db: &impl ConnectionTrait,
        query: Select<E>,
        conditions: [Expr; 2],
        limit: u32,
    ) -> Result<Vec<T>, StoreError>
    where
        E: EntityTrait,
        T: TryFrom<E::Model, Error = StoreError>,
    {
        let mut found: Vec<T> = Vec::new();
        for condition in conditions {
            let rest = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
            if rest > 0 {
                let query = query.clone().filter(condition);
                found.extend(self.first(db, query, rest).await?);
            }
        }
        Ok(found)
    }
}
