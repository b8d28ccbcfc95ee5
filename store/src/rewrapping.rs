//! Wrapping data keys anew: implements [`Rewrapping`].

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{ConnectionTrait, DbBackend, ExprTrait, QueryResult, Statement, Value};
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::Owner;
use sesame_domain::ports::{Rewrapped, Rewrapping, RowName, StoreError, WrappedKey, WrappedPlace};
use uuid::Uuid;

use crate::audit_log;
use crate::database::{Database, commit, failed, in_table};
use crate::distinct::distinct;
use crate::handles::WrappedKeyRows;
use crate::rows::owner;
use crate::rows::session::NO_KEY;
use crate::wrapped_place::{Columns, binding, columns};

/// Every kind of place there is.
pub(crate) const PLACES: [WrappedPlace; 5] = [
    WrappedPlace::Session,
    WrappedPlace::Peers,
    WrappedPlace::LoginSession,
    WrappedPlace::Secret,
    WrappedPlace::Export,
];

/// How many rows are written in one statement. PostgreSQL is asked as seldom
/// as possible; `SQLite` is near, and takes longer to read a statement of many
/// rows than to run one of one row again and again (measured: 1.8 times).
fn at_once(backend: DbBackend) -> usize {
    match backend {
        DbBackend::Postgres => 1_000,
        _ => 1,
    }
}

/// How many values go into the statement for each row.
const VALUES: usize = 5;

#[async_trait]
impl Rewrapping for WrappedKeyRows {
    async fn wrapped_by_others(
        &self,
        key_id: &str,
        place: WrappedPlace,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<WrappedKey>, StoreError> {
        let db = &self.0;
        db.within(async {
            let mut found = Vec::new();
            // Version by version, as the index has them: what is done already,
            // the most in the end, is not even looked at.
            let Columns {
                table,
                key_id: column,
                ..
            } = columns(place);
            for other in distinct(db.reads(), table, column).await.map_err(failed)? {
                if other != key_id && other != NO_KEY {
                    found.extend(wrapped_by(db, &other, place, after, limit).await?);
                }
            }
            found.sort_by_key(|key: &WrappedKey| key.binding.subject);
            found.truncate(limit.try_into().unwrap_or(usize::MAX));
            Ok(found)
        })
        .await
        .map_err(in_table("sessions"))
    }

    /// When no row was as it was read, nothing is audited.
    async fn rewrap(&self, batch: &[Rewrapped], audit: AuditEntry) -> Result<u64, StoreError> {
        let db = &self.0;
        db.within(async {
            let tx = db.begin().await?;
            let backend = tx.get_database_backend();
            let mut written = 0;
            for place in PLACES {
                let here: Vec<_> = batch.iter().filter(|it| it.before.place == place).collect();
                for rows in here.chunks(at_once(backend)) {
                    let change = change(backend, &columns(place), rows);
                    let done = tx.execute_raw(change).await.map_err(failed)?;
                    written += done.rows_affected();
                }
            }
            if written > 0 {
                audit_log::append(&tx, audit).await?;
                commit(tx).await?;
            }
            Ok(written)
        })
        .await
        .map_err(in_table("sessions"))
    }
}

/// Data keys at one kind of place that this version wraps, by id, after that id.
/// A row that is not understood keeps its data key as it is, and takes no
/// other's place.
pub(crate) async fn wrapped_by(
    db: &Database,
    key_id: &str,
    place: WrappedPlace,
    mut after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<WrappedKey>, StoreError> {
    let (mut found, limit) = (Vec::new(), limit as usize);
    loop {
        let rows = wrapped_rows(db, key_id, place, after, limit).await?;
        for row in &rows {
            let id: Uuid = row.try_get_by_index(0).map_err(failed)?;
            after = Some(id);
            let name = RowName::of(columns(place).table, id);
            let key = wrapped_key(row, key_id, place, id);
            let key = key.map_err(|error| error.about(name.clone()));
            found.extend(db.skipped().unless(&name, key));
        }
        if found.len() >= limit || rows.len() < limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

async fn wrapped_rows(
    db: &Database,
    key_id: &str,
    place: WrappedPlace,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<QueryResult>, StoreError> {
    let columns = columns(place);
    let mut query = Query::select();
    query
        .column("id")
        .column(columns.wrapped_key)
        .from(columns.table)
        .and_where(Expr::col(columns.key_id).eq(key_id))
        .and_where(Expr::col("id").gt(after.unwrap_or(Uuid::nil())))
        .order_by("id", Order::Asc)
        .limit(limit as u64);
    if columns.are_owned {
        query.column("tenant").column("person");
    }
    let rows = db.reads().query_all(&query).await;
    rows.map_err(|error| failed(error).about(RowName::any(columns.table)))
}

fn wrapped_key(
    row: &QueryResult,
    key_id: &str,
    place: WrappedPlace,
    id: Uuid,
) -> Result<WrappedKey, StoreError> {
    let owner = if columns(place).are_owned {
        owner_of(row)?
    } else {
        Owner::instance()
    };
    Ok(WrappedKey {
        place,
        binding: binding(place, &owner, id),
        key_id: key_id.to_owned(),
        wrapped_key: row.try_get_by_index(1).map_err(failed)?,
    })
}

fn owner_of(row: &QueryResult) -> Result<Owner, StoreError> {
    owner(
        row.try_get_by_index(2).map_err(failed)?,
        row.try_get_by_index(3).map_err(failed)?,
    )
}

/// Changes those rows that are still as they were read.
fn change(backend: DbBackend, columns: &Columns, rows: &[&Rewrapped]) -> Statement {
    let Columns {
        table,
        key_id,
        wrapped_key,
        ..
    } = columns;
    let list = placeholders(backend, rows.len());
    let change = format!(
        "UPDATE {table} SET {key_id} = anew.column4, {wrapped_key} = anew.column5 \
         FROM (VALUES {list}) AS anew \
         WHERE {table}.id = anew.column1 AND {table}.{key_id} = anew.column2 \
           AND {table}.{wrapped_key} = anew.column3 AND {table}.{key_id} <> '{NO_KEY}'"
    );
    let values = rows.iter().flat_map(|row| -> [Value; VALUES] {
        [
            row.before.binding.subject.into(),
            row.before.key_id.as_str().into(),
            row.before.wrapped_key.clone().into(),
            row.key_id.as_str().into(),
            row.wrapped_key.clone().into(),
        ]
    });
    Statement::from_sql_and_values(backend, change, values)
}

/// As many rows of placeholders.
fn placeholders(backend: DbBackend, rows: usize) -> String {
    let row = |first: usize| {
        let row: Vec<_> = (first..first + VALUES)
            .map(|number| match backend {
                DbBackend::Postgres => format!("${number}"),
                _ => "?".to_owned(),
            })
            .collect();
        format!("({})", row.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(|index| row(index * VALUES + 1)).collect();
    rows.join(", ")
}
