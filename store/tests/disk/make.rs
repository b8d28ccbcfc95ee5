//! What is written, and to where.

use std::path::Path;
use std::sync::Arc;

use chrono::{TimeDelta, TimeZone, Utc};
use secrecy::SecretString;
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::device::Device;
use sesame_domain::ids::{GrantId, LoginId, Owner, PersonId};
use sesame_domain::login::{Login, Method, Policy};
use sesame_domain::ports::{Grant, Logins, OneTime, OneTimeKind, StoreError, TokenKeys};
use sesame_domain::random::{Entropy, SystemEntropy};
use sesame_store::{Database, DatabaseSettings};
use tokio::sync::{Mutex, MutexGuard};

/// Some of these change what the whole process may write.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Waits until no other test of these runs.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().await
}

/// No one verifies what is linked here.
struct Keys;

impl TokenKeys for Keys {
    fn mac(&self, _purpose: &'static str, _data: &[u8]) -> [u8; 32] {
        [7; 32]
    }
}

pub(crate) async fn connect(file: &Path) -> Database {
    Database::connect(&DatabaseSettings::file(file))
        .await
        .unwrap()
        .with_audit_keys(Arc::new(Keys))
}

pub(crate) async fn connect_to_server(url: &str, connections: u32) -> Database {
    let mut settings = DatabaseSettings::new(SecretString::from(url));
    settings.max_connections = connections;
    Database::connect(&settings)
        .await
        .unwrap()
        .with_audit_keys(Arc::new(Keys))
}

pub(crate) fn owner(person: i64) -> Owner {
    Owner {
        tenant: "main".parse().unwrap(),
        person: PersonId(person),
    }
}

/// Begins a login, in a transaction that also writes the audit.
pub(crate) async fn begin(db: &Database, person: i64) -> Result<(), StoreError> {
    let now = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
    let device = Device {
        // As long as a name can be, so that room runs out soon.
        model: "x".repeat(20_000),
        system_version: "1".into(),
        app_version: "1".into(),
        app_name: "app".into(),
    };
    let id = LoginId::generate(&SystemEntropy, now);
    let login = Login::begin(
        id,
        owner(person),
        Method::Qr,
        device,
        &Policy::default(),
        now,
    );
    let entry = AuditEntry::new(
        now,
        owner(person),
        id.as_uuid(),
        Actor::Owner,
        Action::LoginBegan,
        "",
    );
    db.logins().begin(&login, entry).await.map(|_| ())
}

/// Spends something: a single statement, without a transaction of ours. Gives
/// what was spent.
pub(crate) async fn spend(db: &Database) -> Result<[u8; 32], StoreError> {
    let mut digest = [0; 32];
    SystemEntropy.fill(&mut digest);
    let at = Utc.with_ymd_and_hms(2026, 11, 28, 12, 0, 0).unwrap();
    let grant = Grant {
        id: GrantId::generate(&SystemEntropy, at),
        at,
        until: at + TimeDelta::hours(1),
    };
    db.one_time()
        .spend(OneTimeKind::Screen, digest, &owner(1), grant)
        .await?;
    Ok(digest)
}

/// Whether something was spent.
pub(crate) async fn is_spent(db: &Database, digest: [u8; 32]) -> bool {
    db.one_time()
        .is_spent(OneTimeKind::Screen, digest)
        .await
        .unwrap()
}

/// Begins logins, from this person on, until one is refused; gives those that
/// were answered "done", and why the last was not.
pub(crate) async fn until_refused(db: &Database, from: i64) -> (Vec<i64>, StoreError) {
    let mut done = Vec::new();
    for person in from..from + 10_000 {
        match begin(db, person).await {
            Ok(()) => done.push(person),
            Err(why) => return (done, why),
        }
    }
    panic!("the disk is never full");
}

/// Which of them have a login.
pub(crate) async fn kept(db: &Database, people: &[i64]) -> Vec<i64> {
    let mut kept = Vec::new();
    for person in people {
        if db
            .logins()
            .running(&owner(*person))
            .await
            .unwrap()
            .is_some()
        {
            kept.push(*person);
        }
    }
    kept
}
