//! What fails names the table and the row.

use rstest::rstest;
use sesame_domain::account::Health;
use sesame_domain::audit::Action;
use sesame_domain::ids::Fence;
use sesame_domain::job::{JobClaim, JobKind, Release};
use sesame_domain::ports::{
    Accounts, ApplicationFloods, AuditLog, AuditTrail, Cursors, Erasures, InstanceSecrets,
    JobQueue, Jobs, KeyRegister, LinkRequest, LoginAttempts, Logins, OneTime, Outbox, Peers,
    People, RowName, Schedules, StoreError,
};
use sesame_domain::reason::Reason;
use sesame_domain::session::SessionClaim;
use sesame_domain::session::cursor::CursorAdvance;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::jobs::{EXPORT, job};
use crate::keys::key;
use crate::make::{
    Starts as _, at, entry, linked, linking, login, node, owner, request, saved, sealed,
    session_id, tenant,
};

const BACKUP: JobKind = JobKind::BACKUP;

/// A database whose tables are out of the way.
async fn without(backend: Backend, tables: &[&str]) -> Store {
    let store = backend.store().await;
    for table in tables {
        let rename = format!("ALTER TABLE {table} RENAME TO {table}_gone");
        store.sql(&rename).await.unwrap();
    }
    store
}

fn said<T: std::fmt::Debug>(failed: Result<T, StoreError>) -> String {
    Reason::of(&failed.unwrap_err()).to_string()
}

#[rstest]
#[tokio::test]
async fn what_a_driver_refuses_names_the_table_and_the_row(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let tables = [
        "logins",
        "application_floods",
        "login_attempts",
        "sessions",
        "people",
        "outbox",
        "instance_secrets",
        "erasures",
        "key_versions",
        "one_time",
        "audit_checkpoints",
        "jobs",
        "schedules",
        "session_cursors",
        "session_peers",
    ];
    let store = without(backend, &tables).await;
    let db = &store.db;
    let (begun, session) = (login(&owner(1), 0), session_id());
    let queued = job(EXPORT, 0);
    let row = |table: &str, id: String| format!("table {table}, row id {id}");
    let told = [
        (
            said(db.logins().find(begun.id).await),
            row("logins", begun.id.to_string()),
        ),
        (
            said(db.logins().claim(begun.id, &node()).await),
            row("logins", begun.id.to_string()),
        ),
        (
            said(db.logins().start(&begun).await),
            row("logins", begun.id.to_string()),
        ),
        (
            said(db.login_attempts().give_back(begun.id).await),
            row("login_attempts", begun.id.to_string()),
        ),
        (
            said(db.application_floods().forget(at(0)).await),
            "table application_floods".to_owned(),
        ),
        (
            said(db.login_attempts().forget(at(0)).await),
            "table login_attempts".to_owned(),
        ),
        (
            said(db.accounts().claim_session(session, &node()).await),
            row("sessions", session.to_string()),
        ),
        (
            said(db.accounts().leaving(&tenant(), at(0), 1).await),
            "table sessions".to_owned(),
        ),
        (
            said(db.people().find(&owner(1)).await),
            "table people".to_owned(),
        ),
        (
            said(db.outbox().take(&tenant(), at(0), at(0), 1).await),
            "table outbox".to_owned(),
        ),
        (
            said(db.secrets().find("token").await),
            "table instance_secrets".to_owned(),
        ),
        (
            said(db.erasures().pending(1).await),
            "table erasures".to_owned(),
        ),
        (
            said(db.keys().find("k1").await),
            row("key_versions", "k1".to_owned()),
        ),
        (
            said(db.one_time().sweep(at(0)).await),
            "table one_time".to_owned(),
        ),
        (
            said(db.audit_trail().last_checkpoint(&owner(1).tenant).await),
            "table audit_checkpoints".to_owned(),
        ),
        (
            said(db.jobs().enqueue(&queued).await),
            row("jobs", queued.id.to_string()),
        ),
        (said(db.jobs().running().await), "table jobs".to_owned()),
        (
            said(db.schedules().records().await),
            "table schedules".to_owned(),
        ),
        (
            said(db.schedules().done(&BACKUP, Fence(1), at(0), "").await),
            "table schedules, row kind backup".to_owned(),
        ),
        (
            said(db.cursors().of(session).await),
            "table session_cursors".to_owned(),
        ),
        (
            said(db.peers().of(session).await),
            row("session_peers", session.to_string()),
        ),
    ];
    for (said, named) in told {
        assert!(said.contains(&named), "{said} does not name {named}");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_not_there_is_named(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (id, session) = (login(&owner(1), 0).id, session_id());
    let account = linked(db, &owner(1), 0).await;
    let accounts = db.accounts();
    let health = accounts.set_health(account.id, session, Health::Alive, at(1), None);
    let audit = entry(&owner(1), Uuid::nil(), Action::SessionEnded, 1);
    let gone = [
        (
            db.logins().claim(id, &node()).await.err(),
            "logins",
            id.to_string(),
        ),
        (db.logins().intent(id).await.err(), "logins", id.to_string()),
        (
            db.accounts().claim_session(session, &node()).await.err(),
            "sessions",
            session.to_string(),
        ),
        (
            db.accounts()
                .erase_session(account.session, audit.clone())
                .await
                .err(),
            "sessions",
            account.session.to_string(),
        ),
        (health.await.err(), "accounts", account.id.to_string()),
        (
            db.keys().count("k9", 1).await.err(),
            "key_versions",
            "k9".to_owned(),
        ),
        (
            db.erasures().finish(Uuid::nil(), audit).await.err(),
            "erasures",
            Uuid::nil().to_string(),
        ),
    ];
    for (error, table, id) in gone {
        let named = RowName::of(table, id);
        assert!(
            matches!(&error, Some(StoreError::NotFound(row)) if *row == named),
            "{error:?} does not name {named}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn what_is_held_by_another_is_named(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let db = &store.db;
    let (late, queued) = (Fence(-1), job(EXPORT, 0));
    let account = linked(db, &owner(1), 0).await;
    let claim = SessionClaim {
        session: account.session,
        fence: late,
    };
    let claimed = linking(db, &owner(2), 0).await;
    let save = saved(&claimed.login, late);
    let link = LinkRequest {
        fence: late,
        ..request(&claimed, session_id(), 0)
    };
    let sessions = RowName::of("sessions", account.session);
    let logins = RowName::of("logins", claimed.login.id);
    let moved = CursorAdvance::of_channel(claim, 77, 1);
    let job_claim = JobClaim {
        id: queued.id,
        fence: late,
    };
    let jobs = db.jobs();
    let released = jobs.release(job_claim, Release::PutBack, at(0));
    let lost = [
        (db.logins().save(save).await.err(), logins.clone()),
        (db.logins().link(link).await.err(), logins),
        (
            db.accounts()
                .save_session(account.session, late, &sealed("late"))
                .await
                .err(),
            sessions.clone(),
        ),
        (
            db.accounts().leave_later(claim, at(1)).await.err(),
            sessions.clone(),
        ),
        (db.cursors().advance(&moved).await.err(), sessions.clone()),
        (
            db.peers().save(&claim, &sealed("late")).await.err(),
            sessions,
        ),
        (released.await.err(), RowName::of("jobs", queued.id)),
        (
            db.schedules().failed(&BACKUP, late, at(0), "").await.err(),
            RowName::new("schedules", "kind backup"),
        ),
        (
            db.keys().activate(key("k2"), Some("k1"), None).await.err(),
            RowName::of("key_versions", "k1"),
        ),
    ];
    for (error, named) in lost {
        assert!(
            matches!(&error, Some(StoreError::Fenced(row)) if *row == named),
            "{error:?} does not name {named}"
        );
    }
}

/// In one transaction with what it belongs to.
#[rstest]
#[tokio::test]
async fn what_fails_beside_a_row_names_its_own_table(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let account = linked(&store.db, &owner(1), 0).await;
    store
        .sql("ALTER TABLE audit_entries RENAME TO gone")
        .await
        .unwrap();
    let audit = entry(&owner(1), Uuid::nil(), Action::AccountUnlinked, 10);
    let said = said(
        store
            .db
            .accounts()
            .unlink(&owner(1), account.id, audit, None)
            .await,
    );
    assert!(said.contains("table audit_entries"), "{said}");
    assert_eq!(
        store.db.accounts().of(&owner(1)).await.unwrap(),
        Some(account)
    );
}

/// Nothing of the row but its key.
#[rstest]
#[tokio::test]
async fn what_cannot_be_read_is_named_and_not_shown(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let store = backend.store().await;
    let account = linked(&store.db, &owner(1), 0).await;
    store
        .db
        .secrets()
        .put("token", &sealed("hidden"))
        .await
        .unwrap();
    let change = "UPDATE accounts SET health = 'hidden', name = 'hidden'";
    store.sql(change).await.unwrap();
    let said = said(store.db.accounts().of(&owner(1)).await);
    let named = format!("table accounts, row id {}", account.id);
    assert!(said.contains(&named), "{said}");
    assert!(!said.contains("hidden"), "{said}");
    assert_eq!(store.db.audit_log().about(&owner(2), 1).await.unwrap(), []);
}
