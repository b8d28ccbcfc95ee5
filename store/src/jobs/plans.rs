//! How the databases answer what the runner asks, over many rows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use rstest::rstest;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use secrecy::SecretString;
use sesame_domain::ids::TenantId;
use sesame_domain::job::JobKind;
use sesame_domain::ports::DueJobs;
use sesame_test_support::postgres::Postgres;
use tempfile::TempDir;

use super::look_ups;
use crate::{Database, DatabaseSettings};

/// A hundred thousand jobs of forty kinds and a thousand accounts: a third is
/// over, a third waits for nineteen days, a third is due; ten are running.
const FILL: &str = "INSERT INTO jobs (id, kind, account, payload, state, run_after, report, \
     attempts, fence, node, running_since, created_at, ended_at) \
     SELECT {id}, 'kind_' || (n % 40), {account}, '{}', \
       CASE WHEN n % 10000 = 0 THEN 'running' WHEN n % 3 = 0 THEN 'done' ELSE 'queued' END, \
       CASE WHEN n % 10000 = 0 OR n % 3 = 0 THEN NULL WHEN n % 3 = 1 THEN {later} ELSE {day} END, \
       '', 0, 0, CASE WHEN n % 10000 = 0 THEN 'a' END, \
       CASE WHEN n % 10000 = 0 THEN {day} END, {day}, \
       CASE WHEN n % 3 = 0 AND n % 10000 <> 0 THEN {day} END FROM {numbers}";

const NUMBERS: &str = "(WITH RECURSIVE numbers(n) AS \
     (SELECT {from} UNION ALL SELECT n + 1 FROM numbers WHERE n < {from} + 9999) SELECT n FROM numbers) AS all_n";

async fn filled(backend: DbBackend) -> (Database, Option<TempDir>) {
    let (db, folder) = if backend == DbBackend::Sqlite {
        let folder = tempfile::tempdir().unwrap();
        let settings = DatabaseSettings::file(folder.path().join("s.db"));
        (Database::connect(&settings).await.unwrap(), Some(folder))
    } else {
        let server = Postgres::shared().await.unwrap();
        let url = server.create_database().await.unwrap();
        let settings = DatabaseSettings::new(SecretString::from(url));
        (Database::connect(&settings).await.unwrap(), None)
    };
    db.migrate().await.unwrap();
    let (id, account, later, day) = if backend == DbBackend::Sqlite {
        (
            "randomblob(16)",
            "CAST(printf('%016d', n % 1000 + n / 10000 * 1000) AS BLOB)",
            "'2026-06-20 00:00:00+00:00'",
            "'2026-01-01 00:00:00+00:00'",
        )
    } else {
        (
            "gen_random_uuid()",
            "lpad((n % 1000 + n / 10000 * 1000)::text, 32, '0')::uuid",
            "timestamptz '2026-06-20 00:00:00+00:00'",
            "timestamptz '2026-01-01 00:00:00+00:00'",
        )
    };
    let fill = FILL
        .replace("{id}", id)
        .replace("{account}", account)
        .replace("{later}", later)
        .replace("{day}", day)
        .replace("{numbers}", NUMBERS);
    // A part at a time: there are many indexes, and a limit to a statement.
    for part in 0..10 {
        let from = (part * 10_000 + 1).to_string();
        let fill = fill.replace("{from}", &from);
        db.writes().execute_unprepared(&fill).await.unwrap();
    }
    if backend == DbBackend::Postgres {
        // What autovacuum does there by itself. SQLite is left as it is in use.
        db.writes()
            .execute_unprepared("ANALYZE jobs")
            .await
            .unwrap();
    }
    (db, folder)
}

/// Lines of the database's plan for a query.
async fn plan(db: &Database, query: &SelectStatement) -> Vec<String> {
    let backend = db.reads().get_database_backend();
    let statement = backend.build(query);
    let (explain, column) = if backend == DbBackend::Sqlite {
        ("EXPLAIN QUERY PLAN", "detail")
    } else {
        ("EXPLAIN", "QUERY PLAN")
    };
    let asked = Statement {
        sql: format!("{explain} {}", statement.sql),
        ..statement
    };
    let rows = db.reads().query_all_raw(asked).await.unwrap();
    let line = |row: &QueryResult| row.try_get("", column).unwrap();
    rows.iter().map(line).collect()
}

/// Whether a line of a plan goes through the whole table, or sorts. The index of
/// the jobs that run has no others.
fn scans(line: &str) -> bool {
    let of_running = [
        "USING INDEX ix_jobs_running",
        "USING INDEX ux_jobs_account_running",
    ];
    let few = of_running.iter().any(|index| line.contains(index));
    (line.starts_with("SCAN jobs") && !few)
        || ["Seq Scan on jobs", "USE TEMP B-TREE", "Sort  ("]
            .iter()
            .any(|way| line.contains(way))
}

#[rstest]
#[tokio::test]
async fn the_runner_looks_up_and_never_scans(
    #[values(DbBackend::Sqlite, DbBackend::Postgres)] backend: DbBackend,
) {
    let (db, _folder) = filled(backend).await;
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let tenant: TenantId = "main".parse().unwrap();
    let of = |kind: &'static str, skip| DueJobs {
        kind: JobKind::named(kind),
        skip,
        limit: 32,
    };
    let due = [of("kind_1", 0), of("kind_2", 64), of("kind_unheard_of", 0)];
    for (what, query) in [
        ("due", look_ups::due(&tenant, &due, now).unwrap()),
        ("running", look_ups::running()),
        ("next waiting", look_ups::next_waiting("kind_1")),
        ("count waiting", look_ups::count_waiting("kind_1")),
    ] {
        let plan = plan(&db, &query).await;
        let scanning: Vec<_> = plan.iter().filter(|line| scans(line)).collect();
        assert!(scanning.is_empty(), "{what}: {plan:#?}");
        assert!(
            plan.iter().any(|line| line.contains("_jobs_")),
            "{what}: {plan:#?}"
        );
    }
    let found = look_ups::due(&tenant, &due, now).unwrap();
    let found = db.reads().query_all(&found).await.unwrap();
    assert_eq!(found.len(), 64);
}
