//! The schema goes up, down and up again.

use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sesame_domain::ports::{Accounts, Logins, Peers};
use sesame_domain::session::SessionClaim;
use sesame_migrations::{Migrator, MigratorTrait};
use sesame_store::{Database, DatabaseSettings, SchemaError};

use crate::backend::{Backend, Store};
use crate::make::{Starts as _, linked, login, node, owner, sealed};

async fn raw(store: &Store) -> DatabaseConnection {
    sea_orm::Database::connect(&store.url).await.unwrap()
}

/// All tables, indexes, triggers and named constraints, as the database tells of them.
async fn schema(db: &DatabaseConnection) -> Vec<String> {
    let backend = db.get_database_backend();
    let query = match backend {
        DbBackend::Sqlite => {
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_master \
             WHERE name NOT LIKE 'sqlite_%' ORDER BY 1"
        }
        _ => {
            "SELECT 'index ' || indexdef AS line FROM pg_indexes WHERE schemaname = 'public' \
             UNION SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' \
               || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
             UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal \
             UNION SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
             UNION SELECT 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' \
               || is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"
        }
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, query))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get("", "line").unwrap())
        .collect()
}

#[rstest]
#[tokio::test]
async fn steps_go_up_down_and_up_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.empty().await;
    let db = raw(&store).await;
    let steps = Migrator::migrations().len();
    assert_eq!(store.db.pending_migrations().await.unwrap().len(), steps);
    store.db.migrate().await.unwrap();
    assert!(store.db.pending_migrations().await.unwrap().is_empty());
    let there = schema(&db).await;

    Migrator::down(&db, None).await.unwrap();
    let left: Vec<_> = schema(&db)
        .await
        .into_iter()
        .filter(|line| !line.contains("seaql_migrations"))
        .collect();
    assert_eq!(left, Vec::<String>::new());

    // One by one, as older databases get them.
    for _ in 0..steps {
        Migrator::up(&db, Some(1)).await.unwrap();
    }
    assert_eq!(schema(&db).await, there);
    store.db.logins().start(&login(&owner(1), 0)).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_database_that_a_newer_program_migrated_is_told_by_its_steps(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let newer =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000099_moon', 0)";
    store.sql(newer).await.unwrap();
    let looked = store.db.pending_migrations().await.map(|_| ());
    for refused in [looked, store.db.migrate().await] {
        let Err(SchemaError::Newer(steps)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(steps, ["m20991231_000099_moon"]);
    }
    assert!(!store.db.is_blank().await.unwrap());
}

/// The way back that `docs/KEEPING.md` tells.
#[rstest]
#[tokio::test]
async fn sessions_stay_when_their_parts_are_taken_back_as_the_manual_says(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let manual = include_str!("../../../docs/KEEPING.md");
    let (_, way_back) = manual.split_once("```sql\n").unwrap();
    let (way_back, _) = way_back.split_once("```").unwrap();
    assert!(way_back.contains("session_parts"), "{way_back}");
    let store = backend.store().await;
    let account = linked(&store.db, &owner(1), 0).await;
    let claimed = store
        .db
        .accounts()
        .claim_session(account.session, &node())
        .await;
    let claim = SessionClaim {
        session: account.session,
        fence: claimed.unwrap().fence,
    };
    store
        .db
        .peers()
        .save(&claim, &sealed("peers"))
        .await
        .unwrap();
    for statement in way_back.split_terminator(';') {
        if !statement.trim().is_empty() {
            store.sql(statement).await.unwrap();
        }
    }
    let pending = store.db.pending_migrations().await.unwrap();
    assert_eq!(pending, ["m20261128_000016_session_parts"]);
    let there = store.db.accounts().of(&owner(1)).await.unwrap();
    assert_eq!(there, Some(account));
    // And forward again: it is met anew.
    store.db.migrate().await.unwrap();
    assert_eq!(store.db.peers().of(claim.session).await.unwrap(), None);
    store
        .db
        .peers()
        .save(&claim, &sealed("anew"))
        .await
        .unwrap();
}

#[rstest]
#[tokio::test]
async fn migrating_twice_is_migrating_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let begun = login(&owner(1), 0);
    store.db.logins().start(&begun).await.unwrap();
    store.db.migrate().await.unwrap();
    assert_eq!(
        store.db.logins().running(&owner(1)).await.unwrap(),
        Some(begun)
    );
}

#[rstest]
#[tokio::test]
async fn every_constraint_and_index_has_a_name_of_its_own(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let schema = schema(&raw(&store).await).await.join("\n");
    for name in [
        "pk_people",
        "pk_sessions",
        "ck_sessions_state",
        "ck_sessions_leave_at",
        "ux_sessions_in_use",
        "ix_sessions_tenant_leave_at",
        "pk_accounts",
        "fk_accounts_session",
        "ux_accounts_owner",
        "ux_accounts_session",
        "pk_logins",
        "ck_logins_ended_at",
        "ck_logins_session",
        "ux_logins_running",
        "ix_logins_tenant_unattended",
        "ix_logins_ended_at",
        "ix_logins_owner",
        "pk_application_floods",
        "ix_application_floods_method",
        "ix_application_floods_until",
        "pk_login_attempts",
        "ix_login_attempts_owner",
        "ix_login_attempts_account",
        "ix_login_attempts_begun_at",
        "pk_audit_entries",
        "ix_audit_entries_owner",
        "pk_audit_strands",
        "ck_audit_strands_base",
        "pk_audit_checkpoints",
        "pk_outbox",
        "ix_outbox_tenant_due_at",
        "pk_one_time",
        "ix_one_time_forget_at",
        "ix_one_time_owner",
        "ix_outbox_owner",
        "ix_sessions_leaving_owner",
        "ix_erasures_asked_at",
        "pk_key_versions",
        "ck_key_versions_number",
        "ux_key_versions_id",
        "ux_key_versions_active",
        "pk_key_policy",
        "ck_key_policy_id",
        "ix_sessions_key_id",
        "ix_logins_session_key_id",
        "pk_instance_secrets",
        "ux_instance_secrets_id",
        "pk_jobs",
        "ck_jobs_owner",
        "ix_jobs_due",
        "ix_jobs_running",
        "ux_jobs_account_running",
        "ux_jobs_unique",
        "ix_jobs_ended_at",
        "ix_jobs_state",
        "ix_jobs_owner",
        "ix_jobs_account",
        "pk_schedules",
        "pk_readiness",
        "pk_session_cursors",
        "fk_session_cursors_session",
        "pk_channel_cursors",
        "fk_channel_cursors_session",
        "pk_session_peers",
        "fk_session_peers_session",
        "ix_session_peers_key_id",
        "pk_tenants",
        "ux_tenants_bot_id",
        "pk_sign_in_links",
        "ux_sign_in_links_digest",
        "ix_sign_in_links_owner",
        "ix_sign_in_links_expires_at",
        "pk_operator_sessions",
        "ux_operator_sessions_digest",
        "ix_operator_sessions_tenant",
        "ix_operator_sessions_owner",
        "ix_operator_sessions_ends_at",
        "pk_exports",
        "fk_exports_account",
        "ux_exports_dialog",
        "ux_exports_link",
        "ix_exports_owner",
        "ix_exports_expires_at",
        "ix_exports_key_id",
        "pk_export_leavings",
        "ix_export_leavings_at",
        "pk_confirmations",
        "ix_confirmations_expires_at",
        "ix_confirmations_owner",
    ] {
        // SQLite can name a foreign key, but sea-query does not; there it can
        // only be changed together with its table anyway.
        let unnamed = backend == Backend::Sqlite && name.starts_with("fk_");
        assert!(unnamed || schema.contains(name), "{name} in\n{schema}");
    }
}

#[rstest]
#[tokio::test]
async fn what_was_done_when_is_carried_over_forwards_and_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = raw(&store).await;
    let steps = Migrator::migrations();
    let jobs = steps.iter().position(|it| it.name().ends_with("_jobs"));
    let down = u32::try_from(steps.len() - jobs.unwrap()).unwrap();
    Migrator::down(&db, Some(down)).await.unwrap();
    let row = "'backup', 7, 'n', '2026-01-01 00:00:00+00:00', NULL, '2026-01-01 00:01:00+00:00', \
               3, 'no place'";
    let columns = "fence, node, began_at, done_at, failed_at, failures, report";
    let insert = format!("INSERT INTO duties (name, {columns}) VALUES ({row})");
    db.execute_unprepared(&insert).await.unwrap();
    let count = async |table: &str, name: &str| {
        let query = format!(
            "SELECT count(*) AS n FROM {table} WHERE {name} = 'backup' AND fence = 7 \
             AND node = 'n' AND began_at < failed_at AND done_at IS NULL AND failures = 3 \
             AND report = 'no place'"
        );
        let query = Statement::from_string(db.get_database_backend(), query);
        let row = db.query_one_raw(query).await.unwrap().unwrap();
        row.try_get::<i64>("", "n").unwrap()
    };
    store.db.migrate().await.unwrap();
    assert_eq!(count("schedules", "kind").await, 1);
    Migrator::down(&db, Some(down)).await.unwrap();
    assert_eq!(count("duties", "name").await, 1);
}

/// As several processes do: each with a runtime and connections of its own.
#[test]
fn several_starts_at_the_same_moment_on_an_empty_folder_all_succeed() {
    for round in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/sesame.db");
        let together = std::sync::Barrier::new(8);
        let start = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            together.wait();
            runtime.block_on(async {
                let db = Database::connect(&DatabaseSettings::file(&file)).await?;
                db.migrate().await?;
                db.ping().await?;
                db.close().await?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
            })
        };
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            let ended = starts.into_iter().map(|start| start.join().unwrap());
            ended.filter_map(Result::err).collect()
        });
        assert!(outcomes.is_empty(), "round {round}: {outcomes:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_migrate_one_after_the_other(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.empty().await;
    let other = store.other_node().await;
    let (first, second) = tokio::join!(store.db.migrate(), other.migrate());
    first.unwrap();
    second.unwrap();
    assert!(store.db.pending_migrations().await.unwrap().is_empty());
}
