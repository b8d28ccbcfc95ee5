//! What is stored is not logged, not even at TRACE.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use chrono::{TimeZone, Utc};
use secrecy::SecretString;
use sesame_domain::account::Profile;
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::device::Device;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ids::{AccountId, GrantId, LoginId, NodeId, Owner, PersonId, SessionId};
use sesame_domain::login::{Ending, Login, Method, Policy, Qr, QrAsking};
use sesame_domain::ports::{
    Accounts, EndedLogin, Grant, HalfSession, LeaseKey, LinkRequest, Logins, OneTime, OneTimeKind,
    Saved, TokenKeys, Topic,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::SystemClock;
use sesame_store::{Coordination, CoordinationSettings, Database, DatabaseSettings};
use sesame_test_doubles::SpawningSupervisor;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Words that must not appear, as text or as the bytes that a `Debug` shows.
const SECRETS: [&str; 6] = [
    "hunter2-pw",
    "k-marker",
    "wrapped-marker",
    "cipher-marker",
    "name-marker",
    "digest-marker-digest-marker-1234",
];

/// No one verifies what is linked here.
struct Keys;

impl TokenKeys for Keys {
    fn mac(&self, _purpose: &'static str, _data: &[u8]) -> [u8; 32] {
        [7; 32]
    }
}

fn sealed() -> Sealed {
    Sealed {
        key_id: "k-marker".into(),
        wrapped_key: b"wrapped-marker".to_vec(),
        ciphertext: b"cipher-marker".to_vec(),
    }
}

async fn walk(settings: DatabaseSettings) {
    let db = Database::connect(&settings).await.unwrap();
    let db = db.with_audit_keys(Arc::new(Keys));
    db.migrate().await.unwrap();
    let now = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
    let owner = Owner {
        tenant: "main".parse().unwrap(),
        person: PersonId(1),
    };
    let device = Device {
        model: "name-marker".into(),
        system_version: "1".into(),
        app_version: "1".into(),
        app_name: "name-marker".into(),
    };
    let id = LoginId::generate(&SystemEntropy, now);
    let mut login = Login::begin(
        id,
        owner.clone(),
        Method::Qr,
        device,
        &Policy::default(),
        now,
    );
    let code = Qr {
        token: sealed(),
        expires_at: now,
        renew_at: now,
    };
    login.state = QrAsking::Pending(code).into();
    let actor = Actor::system("test");
    let entry = AuditEntry::new(
        now,
        owner.clone(),
        id.as_uuid(),
        actor,
        Action::LoginBegan,
        "",
    );
    db.logins().begin(&login, entry).await.unwrap();
    let node = NodeId::generate(&SystemEntropy);
    let claimed = db.logins().claim(id, &node).await.unwrap();
    db.logins()
        .save(Saved {
            login: &login,
            fence: claimed.fence,
            session: HalfSession::Replace(sealed()),
            identified: None,
            notices: Vec::new(),
            audit: Vec::new(),
        })
        .await
        .unwrap();
    let request = LinkRequest {
        login: &login,
        fence: claimed.fence,
        end: &|login, account| EndedLogin {
            login: login.clone().ended(Ending::Authorized { account }),
            notices: Vec::new(),
            audit: Vec::new(),
        },
        new_account: AccountId::generate(&SystemEntropy, now),
        session: SessionId::generate(&SystemEntropy, now),
        sealed: sealed(),
        cursor: None,
        profile: Profile {
            name: "name-marker".into(),
            username: None,
        },
        now,
        origin: "a test".into(),
    };
    let account = db.logins().link(request).await.unwrap().account;
    db.accounts()
        .claim_session(account.session, &node)
        .await
        .unwrap();
    let digest = b"digest-marker-digest-marker-1234";
    let grant = Grant {
        id: GrantId::generate(&SystemEntropy, now),
        at: now,
        until: now,
    };
    db.one_time()
        .spend(OneTimeKind::Screen, *digest, &owner, grant)
        .await
        .unwrap();
    db.close().await.unwrap();
    tracing::info!(?db, ?settings, "walked");
}

async fn coordinate(url: String) {
    let settings = CoordinationSettings::redis(SecretString::from(url));
    let supervisor = SpawningSupervisor::default();
    let redis = Coordination::connect(&settings, Arc::new(SystemClock), &supervisor)
        .await
        .unwrap();
    let node = NodeId::generate(&SystemEntropy);
    let lease = redis
        .leases()
        .acquire(LeaseKey::Node(node.clone()), &node, Heartbeat::TTL)
        .await
        .unwrap()
        .unwrap();
    redis.leases().release(&lease).await.unwrap();
    drop(redis.signals().subscribe(Topic::Outbox).await.unwrap());
    redis.signals().publish(Topic::Outbox).await.unwrap();
    redis.close().await;
    tracing::info!(?redis, ?settings, "coordinated");
}

#[tokio::test]
async fn nothing_that_is_stored_is_logged() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_writer(log.clone())
        .init();

    let folder = tempfile::tempdir().unwrap();
    walk(DatabaseSettings::file(folder.path().join("sesame.db"))).await;
    let server = Postgres::shared().await.unwrap();
    let postgres = server.create_database().await.unwrap();
    let postgres = postgres.replace("sesame@", "sesame:hunter2-pw@");
    walk(DatabaseSettings::new(SecretString::from(postgres))).await;
    let redis = Redis::start().await.unwrap();
    coordinate(redis.url()).await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("TRACE"), "the log works");
    assert!(log.contains("walked") && log.contains("coordinated"));
    for secret in SECRETS {
        let bytes = format!("{:?}", secret.as_bytes());
        let bytes = bytes.trim_matches(['[', ']']);
        for trace in [secret, bytes] {
            let line = log.lines().find(|line| line.contains(trace));
            assert_eq!(line, None, "{secret}");
        }
    }
}
