//! Every value that a column has.

use sea_orm::{ConnectionTrait, DbErr, Statement};

/// Every value of a column that an index begins with. Jumps through the index
/// from one to the next, so that it takes no longer when there are many rows.
pub(crate) async fn distinct(
    db: &impl ConnectionTrait,
    table: &str,
    column: &str,
) -> Result<Vec<String>, DbErr> {
    distinct_where(db, table, column, "TRUE").await
}

/// The same, of those rows that a partial index holds.
pub(crate) async fn distinct_where(
    db: &impl ConnectionTrait,
    table: &str,
    column: &str,
    held: &str,
) -> Result<Vec<String>, DbErr> {
    let query = format!(
        "WITH RECURSIVE found (value) AS ( \
           SELECT min({column}) FROM {table} WHERE {held} \
           UNION ALL \
           SELECT (SELECT min({column}) FROM {table} WHERE {column} > found.value AND {held}) \
             FROM found WHERE found.value IS NOT NULL \
         ) SELECT value FROM found WHERE value IS NOT NULL"
    );
    let query = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(query).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
