//! Rows from the future: a newer program runs beside this one, or ran before
//! it. In every table there is one that this program does not understand, and
//! what is beside it works.

use std::slice;

use futures::future::BoxFuture;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sesame_domain::audit::Action;
use sesame_domain::ids::{GrantId, Owner};
use sesame_domain::keys::{KeyState, NewKey, Provider};
use sesame_domain::ports::{
    Accounts, BackupSource, Erasure, Erasures, Grant, InstanceSecrets, Intent, KeyRegister, Logins,
    OneTime, OneTimeKind, Outbox, People, Rewrapping, StoreError, WrappedPlace,
};
use sesame_domain::random::SystemEntropy;
use uuid::Uuid;

use crate::backend::{Backend, Store};
use crate::make::{
    Starts as _, at, entry, linked, linking, login, node, notice, owner, saved, sealed, session_id,
    tenant,
};
use crate::{
    application_floods, audit_verifications, channels_forgotten, exports, figures, future_audit,
    instance_secrets, job_actions, jobs_left, listing, login_attempts, operators, posts, schedules,
    selections, session_parts, tenant_register,
};

/// The name of no tenant, here and now.
pub(crate) const TENANT: &str = "Tenant of the Future";

/// What must hold beside a row from the future.
type Case = for<'a> fn(&'a Store) -> BoxFuture<'a, ()>;

/// A table without one fails [`nothing_stops_beside_a_row_from_the_future`].
fn case(table: &str) -> Option<Case> {
    Some(match table {
        "people" => |store| Box::pin(people(store)),
        "sessions" => |store| Box::pin(sessions(store)),
        "accounts" => |store| Box::pin(accounts(store)),
        "logins" => |store| Box::pin(logins(store)),
        "application_floods" => |store| Box::pin(application_floods::beside_the_future(store)),
        "login_attempts" => |store| Box::pin(login_attempts::beside_the_future(store)),
        "audit_entries" => |store| Box::pin(future_audit::entries(store)),
        "audit_strands" => |store| Box::pin(future_audit::strands(store)),
        "audit_checkpoints" => |store| Box::pin(future_audit::checkpoints(store)),
        "audit_verifications" => |store| Box::pin(audit_verifications::beside_the_future(store)),
        "outbox" => |store| Box::pin(outbox(store)),
        "one_time" => |store| Box::pin(one_time(store)),
        "key_versions" => |store| Box::pin(key_versions(store)),
        "key_policy" => |store| Box::pin(key_policy(store)),
        "instance_secrets" => |store| Box::pin(instance_secrets::beside_the_future(store)),
        "erased_sessions" => |store| Box::pin(erased_sessions(store)),
        "erasures" => |store| Box::pin(erasures(store)),
        "readiness" => |store| Box::pin(readiness(store)),
        "jobs" => |store| Box::pin(jobs_left::beside_the_future(store)),
        "job_attempts" | "job_pauses" => |store| Box::pin(job_actions::beside_the_future(store)),
        "tenants" => |store| Box::pin(tenant_register::beside_the_future(store)),
        "slo_hours" | "account_figures" => |store| Box::pin(figures::beside_the_future(store)),
        "nodes" => |store| Box::pin(listing::nodes_beside_the_future(store)),
        "selections" | "selection_parts" | "selection_rows" => {
            |store| Box::pin(selections::beside_the_future(store))
        }
        "exports" | "export_leavings" => |store| Box::pin(exports::beside_the_future(store)),
        "channels" | "channel_subscriptions" | "post_changes" => {
            |store| Box::pin(channels_forgotten::beside_the_future(store))
        }
        "posts" | "post_parts" => |store| Box::pin(posts::beside_the_future(store)),
        "schedules" => |store| Box::pin(schedules::beside_the_future(store)),
        "session_cursors" | "channel_cursors" | "session_peers" => {
            |store| Box::pin(session_parts::beside_the_future(store))
        }
        "sign_in_links" | "operator_sessions" | "confirmations" => {
            |store| Box::pin(operators::beside_the_future(store))
        }
        _ => return None,
    })
}

#[rstest]
#[tokio::test]
async fn nothing_stops_beside_a_row_from_the_future(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    for table in tables(&backend.store().await).await {
        let case = case(&table).unwrap_or_else(|| panic!("no row from the future for {table}"));
        let store = backend.store().await;
        case(&store).await;
    }
}

/// The tables of the schema. In that of the migrations, a row from the future
/// is refused (`schema`).
async fn tables(store: &Store) -> Vec<String> {
    let db = sea_orm::Database::connect(&store.url).await.unwrap();
    let backend = db.get_database_backend();
    let query = match backend {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' \
         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'post_words%'"
        }
        _ => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, query))
        .await;
    let names = rows.unwrap().into_iter();
    let mut names: Vec<String> = names.map(|row| row.try_get("", "name").unwrap()).collect();
    db.close().await.unwrap();
    names.retain(|name| name != "seaql_migrations");
    assert!(names.len() > 10, "{names:?}");
    names
}

impl Store {
    /// Changes rows as a newer program would have written them.
    pub(crate) async fn future(&self, statement: &str) {
        let changed = self.sql(statement).await.unwrap();
        assert!(changed > 0, "{statement}");
    }

    /// How many rows there are of this kind.
    pub(crate) async fn count(&self, what: &str) -> i64 {
        let db = sea_orm::Database::connect(&self.url).await.unwrap();
        let query = format!("SELECT count(*) AS rows FROM {what}");
        let query = Statement::from_string(db.get_database_backend(), query);
        let row = db.query_one_raw(query).await.unwrap().unwrap();
        let rows = row.try_get("", "rows").unwrap();
        db.close().await.unwrap();
        rows
    }
}

/// Whoever asks for that very row is told so, by its name.
pub(crate) fn assert_names<T: std::fmt::Debug>(
    read: Result<T, StoreError>,
    table: &str,
    key: &str,
) {
    let error = read.unwrap_err();
    assert!(matches!(error, StoreError::Inconsistent(_)), "{error}");
    let said = error.to_string();
    assert!(said.contains(&format!("table {table}")), "{said}");
    assert!(said.contains(key), "{said}");
}

async fn people(store: &Store) {
    let db = &store.db;
    db.people()
        .seen(&owner(1), Some("en"), at(0))
        .await
        .unwrap();
    db.people()
        .seen(&owner(2), Some("en"), at(0))
        .await
        .unwrap();
    store
        .future(&format!(
            "UPDATE people SET tenant = '{TENANT}', language = 'x-martian' WHERE person = 2"
        ))
        .await;
    assert!(db.people().find(&owner(1)).await.unwrap().is_some());
    assert_eq!(db.people().find(&owner(2)).await.unwrap(), None);
    db.people().seen(&owner(2), None, at(1)).await.unwrap();
    assert_eq!(store.count("people").await, 3);
}

async fn accounts(store: &Store) {
    let db = &store.db;
    // In this order, so that it is in front of the others.
    let newer = linked(db, &owner(2), 0).await;
    let known = linked(db, &owner(1), 10).await;
    let future = "UPDATE accounts SET health = 'dozing', health_cause = 'tired' WHERE person = 2";
    store.future(future).await;

    let page = db.accounts().page(None, 1).await.unwrap();
    assert_eq!(page, slice::from_ref(&known));
    assert_eq!(db.accounts().page(Some(known.id), 1).await.unwrap(), []);
    let due = db
        .accounts()
        .due_for_check(&tenant(), at(100), at(100), 1)
        .await
        .unwrap();
    assert_eq!(due, slice::from_ref(&known));
    let backup = db.backup_source().linked(None, 1).await.unwrap();
    let backup: Vec<_> = backup.into_iter().map(|record| record.account).collect();
    assert_eq!(backup, slice::from_ref(&known));
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(known));
    // It is there for its owner: no second one is linked over it.
    let key = newer.id.to_string();
    assert_names(db.accounts().of(&owner(2)).await, "accounts", &key);
    assert_names(
        db.accounts().find(&owner(2), newer.id).await,
        "accounts",
        &key,
    );
    let again = linking(db, &owner(2), 20).await;
    let request = crate::make::request(&again, session_id(), 20);
    assert_names(db.logins().link(request).await, "accounts", &key);
    assert_eq!(store.count("accounts WHERE health = 'dozing'").await, 1);
    // And can be unlinked.
    let audit = entry(&owner(2), newer.id.as_uuid(), Action::AccountUnlinked, 30);
    assert!(
        db.accounts()
            .unlink(&owner(2), newer.id, audit, None)
            .await
            .unwrap()
    );
}

async fn sessions(store: &Store) {
    let db = &store.db;
    for person in [2, 1] {
        let account = linked(db, &owner(person), 0).await;
        let audit = entry(
            &owner(person),
            account.id.as_uuid(),
            Action::AccountUnlinked,
            10,
        );
        db.accounts()
            .unlink(&owner(person), account.id, audit, None)
            .await
            .unwrap();
    }
    store
        .future(&format!(
            "UPDATE sessions SET tenant = '{TENANT}', attempts = -1 WHERE person = 2"
        ))
        .await;
    let leaving = db.accounts().leaving(&tenant(), at(20), 1).await.unwrap();
    assert_eq!(leaving.len(), 1);
    assert_eq!(leaving[0].owner, owner(1));
    // Its data key stays as it is; the others' are wrapped anew.
    let place = WrappedPlace::Session;
    let wrapped = db
        .rewrapping()
        .wrapped_by_others("k2", place, None, 1)
        .await
        .unwrap();
    assert_eq!(wrapped.len(), 1);
    assert_eq!(wrapped[0].binding.owner, owner(1));
    assert_eq!(db.keys().wrapped_by("k1", 10).await.unwrap(), wrapped);
}

async fn logins(store: &Store) {
    let db = &store.db;
    let newer: Vec<_> = (2..5).map(|person| login(&owner(person), person)).collect();
    for login in &newer {
        db.logins().start(login).await.unwrap();
    }
    let known = login(&owner(1), 10);
    db.logins().start(&known).await.unwrap();
    store
        .future("UPDATE logins SET state = 'waiting_for_code' WHERE person = 2")
        .await;
    store
        .future("UPDATE logins SET method = 'passkey' WHERE person = 3")
        .await;
    let over = "UPDATE logins SET state = 'failed', failure_code = 'of_the_future', \
                ended_at = created_at, cleanup_at = created_at WHERE person = 4";
    store.future(over).await;

    let unattended = db.logins().unattended(&tenant(), at(20), 1).await.unwrap();
    assert_eq!(
        unattended.iter().map(|it| it.login).collect::<Vec<_>>(),
        [known.id]
    );
    assert_eq!(
        db.logins().running(&owner(1)).await.unwrap(),
        Some(known.clone())
    );
    for login in &newer {
        let key = login.id.to_string();
        assert_names(db.logins().find(login.id).await, "logins", &key);
        // Whoever understands it keeps their claim.
        assert_names(db.logins().claim(login.id, &node()).await, "logins", &key);
    }
    assert_eq!(store.count("logins WHERE fence > 0").await, 0);
    // It runs, and no other begins beside it.
    assert_names(
        db.logins().running(&owner(2)).await,
        "logins",
        &newer[0].id.to_string(),
    );
    let other = login(&owner(2), 20);
    assert_names(
        db.logins().start(&other).await,
        "logins",
        &newer[0].id.to_string(),
    );
    // What is wanted of it in words of the future is not taken for anything.
    store
        .future("UPDATE logins SET wish = 'pause' WHERE person = 1")
        .await;
    assert_eq!(db.logins().intent(known.id).await.unwrap(), None);
    let claimed = db.logins().claim(known.id, &node()).await.unwrap();
    assert_eq!(claimed.intent, None);
    db.logins()
        .save(saved(&claimed.login, claimed.fence))
        .await
        .unwrap();
    assert_eq!(store.count("logins WHERE wish = 'pause'").await, 1);
    db.logins()
        .set_intent(known.id, Intent::Cancel)
        .await
        .unwrap();
    assert_eq!(
        db.logins().intent(known.id).await.unwrap(),
        Some(Intent::Cancel)
    );
    // A token of another format keeps no version of the key from being told.
    let packed = "UPDATE logins SET qr_token = 'xx' WHERE person = 2";
    store.future(packed).await;
    db.keys().in_use().await.unwrap();
}

async fn outbox(store: &Store) {
    let db = &store.db;
    let begun = login(&owner(9), 0);
    db.logins().start(&begun).await.unwrap();
    let fence = db.logins().claim(begun.id, &node()).await.unwrap().fence;
    let notices: Vec<_> = (1..6)
        .map(|person| notice(&owner(person), person))
        .collect();
    let mut with_notices = saved(&begun, fence);
    with_notices.notices.clone_from(&notices);
    db.logins().save(with_notices).await.unwrap();
    for future in [
        "UPDATE outbox SET notice = '{\"kind\":\"invited\"}' WHERE person = 1",
        "UPDATE outbox SET notice = '{\"kind\":\"login_failed\",\"failure\":{\"code\":\"tired\"}}' \
         WHERE person = 2",
        "UPDATE outbox SET notice = 'no json', attempts = -1 WHERE person = 3",
        "UPDATE outbox SET tenant = 'Tenant of the Future' WHERE person = 4",
    ] {
        store.future(future).await;
    }
    let taken = db
        .outbox()
        .take(&tenant(), at(60), at(90), 1)
        .await
        .unwrap();
    assert_eq!(taken, notices[4..]);
    assert_eq!(
        db.outbox()
            .take(&tenant(), at(60), at(90), 1)
            .await
            .unwrap(),
        []
    );
    assert_eq!(store.count("outbox WHERE due_at = created_at").await, 4);
}

async fn one_time(store: &Store) {
    let db = &store.db;
    let grant = Grant {
        id: GrantId::generate(&SystemEntropy, at(0)),
        at: at(0),
        until: at(10),
    };
    for digest in [1, 2] {
        let kind = OneTimeKind::InitData;
        db.one_time()
            .spend(kind, [digest; 32], &owner(1), grant)
            .await
            .unwrap();
    }
    let second = if store.url.starts_with("sqlite") {
        "CAST(digest AS TEXT) LIKE char(2) || '%'"
    } else {
        "get_byte(digest, 0) = 2"
    };
    let future = format!("UPDATE one_time SET kind = 'passkey' WHERE {second}");
    store.future(&future).await;
    assert!(
        db.one_time()
            .is_spent(OneTimeKind::InitData, [1; 32])
            .await
            .unwrap()
    );
    assert_eq!(db.one_time().sweep(at(1_000)).await.unwrap(), 1);
    assert_eq!(store.count("one_time WHERE kind = 'passkey'").await, 1);
}

async fn key_versions(store: &Store) {
    let db = &store.db;
    let new = |id: &str| NewKey {
        id: id.to_owned(),
        provider: Provider::File,
        reference: None,
        created_at: at(0),
        handover: None,
    };
    db.keys().activate(new("k1"), None, None).await.unwrap();
    db.keys()
        .activate(new("k2"), Some("k1"), None)
        .await
        .unwrap();
    store
        .future("UPDATE key_versions SET provider = 'hsm', encryptions = -1, handover = 'x' WHERE id = 'k1'")
        .await;
    let versions = db.keys().all().await.unwrap();
    let names: Vec<_> = versions
        .iter()
        .map(|it| (it.id.as_str(), it.provider.as_str()))
        .collect();
    assert_eq!(names, [("k1", "hsm"), ("k2", "file")]);
    // Too high a count has it rotated; too low a count would be dangerous.
    assert_eq!(versions[0].encryptions, u64::MAX);
    assert_eq!(db.keys().active().await.unwrap().unwrap().id, "k2");
    let third = db
        .keys()
        .activate(new("k3"), Some("k2"), None)
        .await
        .unwrap();
    assert_eq!(third.number, 3);
    // What it seals is known to be sealed under it.
    db.secrets().put("token", &sealed("x")).await.unwrap();
    let retiring = entry(&Owner::instance(), Uuid::nil(), Action::KeyRetired, 10);
    assert!(db.keys().set_minimum(2, retiring.clone()).await.is_err());
    let rotated = "UPDATE instance_secrets SET key_id = 'k3'";
    store.future(rotated).await;
    db.keys().set_minimum(2, retiring).await.unwrap();
    let first = db.keys().find("k1").await.unwrap().unwrap();
    assert_eq!(first.state, KeyState::Retired);
    // An active one is seen by whoever wants to seal.
    store
        .future("UPDATE key_versions SET provider = 'hsm' WHERE id = 'k3'")
        .await;
    let active = db.keys().active().await.unwrap().unwrap();
    assert_eq!(active.provider, Provider::Other("hsm".to_owned()));
}

/// The schema has room for one row, and every number is a minimum.
async fn key_policy(store: &Store) {
    let second = "INSERT INTO key_policy (id, minimum) VALUES (2, 1)";
    store.sql(second).await.unwrap_err();
    assert_eq!(store.db.keys().minimum().await.unwrap(), 1);
}

async fn erased_sessions(store: &Store) {
    let db = &store.db;
    let account = linked(db, &owner(1), 0).await;
    let future = "INSERT INTO erased_sessions (id, at) SELECT id, linked_at FROM accounts";
    store.future(future).await;
    assert_eq!(
        db.backup_source().tombstones(at(-1)).await.unwrap().len(),
        1
    );
    assert_eq!(db.accounts().of(&owner(1)).await.unwrap(), Some(account));
}

async fn erasures(store: &Store) {
    let db = &store.db;
    for person in [2_i64, 1] {
        let erasure = Erasure {
            id: Uuid::from_u128(u128::from(person.unsigned_abs())),
            owner: owner(person),
            asked_at: at(10 - person),
            done_at: None,
        };
        let audit = entry(&erasure.owner, erasure.id, Action::PersonErased, 0);
        db.erasures().begin(&erasure, audit).await.unwrap();
    }
    store
        .future(&format!(
            "UPDATE erasures SET tenant = '{TENANT}' WHERE person = 2"
        ))
        .await;
    let pending = db.erasures().pending(1).await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].owner, owner(1));
    let audit = |person| entry(&owner(person), Uuid::nil(), Action::PersonErased, 20);
    assert!(db.erasures().finish(pending[0].id, audit(1)).await.unwrap());
    let other = Uuid::from_u128(2);
    assert_names(
        db.erasures().finish(other, audit(2)).await,
        "erasures",
        &other.to_string(),
    );
    assert_eq!(store.count("erasures WHERE done_at IS NULL").await, 1);
}

async fn readiness(store: &Store) {
    store.db.ping().await.unwrap();
    let second = "INSERT INTO readiness (id, proofs) SELECT 2, proofs FROM readiness";
    // Whether there is room for one is the schema's affair.
    let _ = store.sql(second).await;
    store.db.ping().await.unwrap();
}
