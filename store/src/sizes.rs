//! How much is kept: implements [`Sizes`].
//!
//! Nothing is counted: rows are as many as the database takes them to be, and the
//! oldest one is looked up in an index.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use sesame_domain::job::JobKind;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{Growing, Sizes, StoreError};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::database::{failed, in_table};
use crate::handles::SizeRows;
use crate::listing::Scope;

/// SQLite finds out what each table takes by reading all of a database. Larger ones
/// it does not read for that.
const READ_FOR_SIZES: u64 = 64 << 20;

/// How the oldest row of a table is found.
#[derive(Clone, Copy)]
enum Oldest {
    /// By its id, which has the moment in it.
    Id,
    /// By a column that an index begins with.
    Column(&'static str),
    /// By a column that follows the tenant in an index.
    OfTenant(&'static str),
    /// Not at all.
    Unknown,
}

use Oldest::{Column, Id, OfTenant, Unknown};

/// Every table that grows, how its oldest row is found, and what cleans it.
const TABLES: [(&str, Oldest, Option<&str>); 33] = [
    ("audit_entries", OfTenant("at"), Some("prune_audit")),
    ("audit_checkpoints", Unknown, Some("prune_audit")),
    ("people", OfTenant("last_seen_at"), None),
    ("accounts", Id, None),
    ("sessions", Id, None),
    ("session_cursors", Unknown, None),
    ("channel_cursors", Unknown, None),
    ("session_peers", Unknown, None),
    ("logins", Id, None),
    ("login_attempts", Column("begun_at"), None),
    ("application_floods", Unknown, None),
    ("jobs", Id, Some("forget_jobs")),
    ("job_attempts", Unknown, Some("forget_jobs")),
    ("outbox", Id, None),
    ("one_time", Column("forget_at"), Some("forget")),
    ("sign_in_links", Id, None),
    ("operator_sessions", Id, None),
    ("confirmations", Id, None),
    ("selections", Id, Some("forget_selections")),
    ("selection_parts", Unknown, Some("forget_selections")),
    ("selection_rows", Unknown, Some("forget_selections")),
    ("exports", Id, Some("forget_exports")),
    ("export_leavings", Column("at"), Some("forget_exports")),
    ("channels", Unknown, Some("forget_posts")),
    ("channel_subscriptions", Unknown, None),
    ("posts", OfTenant("at"), Some("forget_posts")),
    ("post_parts", Unknown, None),
    ("erasures", Id, None),
    ("erased_sessions", Column("at"), None),
    ("instance_secrets", Unknown, None),
    ("key_versions", Unknown, None),
    ("nodes", Column("started_at"), Some("forget_nodes")),
    ("slo_hours", Unknown, Some("forget_figures")),
];

#[async_trait]
impl Sizes for SizeRows {
    async fn sizes(&self) -> Result<Vec<Growing>, StoreError> {
        let db = &self.0;
        db.within(async {
            let db = db.reads();
            let is_sqlite = db.get_database_backend() == DbBackend::Sqlite;
            let (mut all, known) = if is_sqlite {
                let whole = whole_file(db).await.map_err(failed)?;
                let known = in_sqlite(db, whole.bytes).await.map_err(failed)?;
                (vec![whole], known)
            } else {
                (Vec::new(), in_postgres(db).await.map_err(failed)?)
            };
            for (name, oldest, cleaned_by) in TABLES {
                let Known { bytes, rows } = known.get(name).copied().unwrap_or_default();
                all.push(Growing {
                    name: name.to_owned(),
                    bytes,
                    rows,
                    oldest: oldest_row(db, name, oldest).await.map_err(failed)?,
                    cleaned_by: cleaned_by.map(JobKind::named),
                });
            }
            Ok(all)
        })
        .await
        .map_err(in_table("sizes"))
    }
}

/// What a database knows of a table without counting.
#[derive(Clone, Copy, Default)]
struct Known {
    bytes: Option<u64>,
    rows: Option<u64>,
}

async fn all(db: &impl ConnectionTrait, sql: String) -> Result<Vec<QueryResult>, DbErr> {
    let query = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(query).await
}

fn number(row: &QueryResult, column: &str) -> Option<u64> {
    let number: i64 = row.try_get::<Option<i64>>("", column).ok()??;
    u64::try_from(number).ok()
}

/// The names of all tables, as a list in SQL.
fn names() -> String {
    let names = TABLES.map(|(name, ..)| format!("'{name}'"));
    names.join(", ")
}

async fn in_postgres(db: &impl ConnectionTrait) -> Result<BTreeMap<String, Known>, DbErr> {
    // One that was never looked at has -1 rows.
    let sql = format!(
        "SELECT name, pg_total_relation_size(to_regclass(name)) AS bytes, \
         (SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(name)) AS rows \
         FROM unnest(ARRAY[{}]) AS name",
        names()
    );
    read(&all(db, sql).await?)
}

fn read(rows: &[QueryResult]) -> Result<BTreeMap<String, Known>, DbErr> {
    let known = rows.iter().map(|row| {
        let known = Known {
            bytes: number(row, "bytes"),
            rows: number(row, "rows"),
        };
        Ok((row.try_get("", "name")?, known))
    });
    known.collect()
}

/// The file that all tables are in.
async fn whole_file(db: &impl ConnectionTrait) -> Result<Growing, DbErr> {
    let sql = "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size";
    let rows = all(db, sql.to_owned()).await?;
    Ok(Growing {
        name: "the database".to_owned(),
        bytes: rows.first().and_then(|row| number(row, "bytes")),
        rows: None,
        oldest: None,
        cleaned_by: None,
    })
}

/// Rows are numbered as they come, and the oldest go first.
async fn in_sqlite(
    db: &impl ConnectionTrait,
    whole: Option<u64>,
) -> Result<BTreeMap<String, Known>, DbErr> {
    let mut known = BTreeMap::new();
    if whole.is_some_and(|bytes| bytes <= READ_FOR_SIZES) {
        // The index of the words of posts is made of tables.
        let sql = "SELECT CASE WHEN tbl_name LIKE 'post\\_words%' ESCAPE '\\' THEN 'posts' \
             ELSE tbl_name END AS name, SUM(pgsize) AS bytes, NULL AS rows \
             FROM dbstat JOIN sqlite_schema USING (name) WHERE aggregate = TRUE \
             GROUP BY 1";
        known = read(&all(db, sql.to_owned()).await?)?;
    }
    let looks = TABLES.map(|(name, ..)| {
        format!(
            "SELECT '{name}' AS name, (SELECT max(rowid) FROM {name}) \
             - (SELECT min(rowid) FROM {name}) + 1 AS rows"
        )
    });
    for row in all(db, looks.join(" UNION ALL ")).await? {
        let name: String = row.try_get("", "name")?;
        known.entry(name).or_insert_with(Known::default).rows = number(&row, "rows").or(Some(0));
    }
    Ok(known)
}

/// From when the oldest row of a table is.
async fn oldest_row(
    db: &impl ConnectionTrait,
    table: &str,
    oldest: Oldest,
) -> Result<Option<Timestamp>, DbErr> {
    let first = |column: &str, of: &str| {
        let those = format!("{table} WHERE {column} IS NOT NULL{of}");
        format!("SELECT {column} AS oldest FROM {those} ORDER BY {column} LIMIT 1")
    };
    match oldest {
        Unknown => Ok(None),
        Id => {
            let rows = all(db, first("id", "")).await?;
            let id = rows.first().map(|row| row.try_get::<Uuid>("", "oldest"));
            Ok(id.transpose()?.and_then(made_at))
        }
        Column(column) => moment(&all(db, first(column, "")).await?),
        OfTenant(column) => {
            let mut oldest: Option<Timestamp> = None;
            for scope in Scope::among(db, &Tenants::All, table).await? {
                let name = scope.name().replace('\'', "''");
                let of = format!(" AND tenant = '{name}'");
                let found = moment(&all(db, first(column, &of)).await?)?;
                oldest = oldest.into_iter().chain(found).min();
            }
            Ok(oldest)
        }
    }
}

fn moment(rows: &[QueryResult]) -> Result<Option<Timestamp>, DbErr> {
    let row = rows.first().map(|row| row.try_get("", "oldest"));
    row.transpose()
}

/// When an id was made; `None`: it does not say.
fn made_at(id: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
