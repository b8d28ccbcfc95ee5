//! What is wrong with the way in which a database goes about a query.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

/// Tables that stay small, whatever happens.
const SMALL: [&str; 13] = [
    "account_figures",
    "audit_strands",
    "audit_verifications",
    "instance_secrets",
    "job_pauses",
    "key_policy",
    "key_versions",
    "nodes",
    "readiness",
    "schedules",
    "selections",
    "seaql_migrations",
    "tenants",
];

/// What is read that is no table: lists of values, and what a query made itself.
const NO_TABLES: [&str; 7] = [
    "CONSTANT",
    "anew",
    "counted",
    "found",
    "look",
    "pragma_page_count",
    "pragma_page_size",
];

/// How many rows a query may read: pages are of some hundreds.
const MOST_READ: f64 = 5_000.0;

/// Everything that is wrong with it.
pub(super) async fn flaws(db: &DatabaseConnection, query: &Statement) -> Vec<String> {
    match db.get_database_backend() {
        DbBackend::Sqlite => in_sqlite(db, query).await,
        _ => in_postgres(db, query).await,
    }
}

async fn in_sqlite(db: &DatabaseConnection, query: &Statement) -> Vec<String> {
    let rows = db
        .query_all_raw(explained(query, "EXPLAIN QUERY PLAN"))
        .await;
    let rows = rows.unwrap_or_else(|error| panic!("{error}: {}", query.sql));
    let steps = rows
        .iter()
        .map(|row| row.try_get::<String>("", "detail").unwrap());
    steps.filter(|step| is_bad(step)).collect()
}

fn is_bad(step: &str) -> bool {
    let mut words = step.split(' ');
    let (what, of) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let is_small = SMALL.contains(&of) || NO_TABLES.contains(&of) || of.ends_with("-ROW");
    // What looks for words reads those that it finds: `M` is a MATCH
    // (sqlite.org/src/file/ext/fts5/fts5_main.c, fts5BestIndexMethod).
    let looks_up = step.contains("VIRTUAL TABLE INDEX") && step.contains(":M");
    (what == "SCAN" && !is_small && !looks_up) || step.contains("AUTOMATIC")
}

async fn in_postgres(db: &DatabaseConnection, query: &Statement) -> Vec<String> {
    // What inserts would insert twice.
    let runs = !query.sql.starts_with("INSERT");
    let how = if runs {
        "EXPLAIN (ANALYZE, FORMAT JSON)"
    } else {
        "EXPLAIN (FORMAT JSON)"
    };
    let tx = db.begin().await.unwrap();
    let row = tx.query_one_raw(explained(query, how)).await;
    let row = row
        .unwrap_or_else(|error| panic!("{error}: {}", query.sql))
        .unwrap();
    tx.rollback().await.unwrap();
    let plan: serde_json::Value = row.try_get_by_index(0).unwrap();
    let mut flaws = Vec::new();
    look_at(&plan[0]["Plan"], &mut flaws);
    flaws
}

fn look_at(node: &serde_json::Value, flaws: &mut Vec<String>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let (kind, table) = (text("Node Type"), text("Relation Name"));
    if kind == "Seq Scan" && !SMALL.contains(&table) {
        flaws.push(format!("reads all of {table}"));
    }
    let removed = number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
    let read = (number("Actual Rows") + removed) * number("Actual Loops");
    if kind.contains("Scan") && read > MOST_READ {
        flaws.push(format!(
            "reads {read} rows of {table} with {kind} ({})",
            text("Index Name")
        ));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        look_at(child, flaws);
    }
}

fn explained(query: &Statement, how: &str) -> Statement {
    Statement {
        sql: format!("{how} {}", query.sql),
        ..query.clone()
    }
}
