//! A database with a chain in it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use futures::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use sesame_custody::audit::{Pruned, Pruning, Report, checkpoint, prune, verify};
use sesame_domain::audit::{Action, Actor, AuditEntry, Checkpoint, Strand};
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::ports::{AuditLog, AuditTrail, TokenKeys};
use sesame_domain::time::{ManualClock, Timestamp};
use sesame_migrations::{Migrator, MigratorTrait};
use sesame_store::{Database, DatabaseSettings};
use sesame_test_support::postgres::Postgres;
use sesame_test_support::sqlite;
use sha2::Sha256;
use tempfile::TempDir;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

struct Keys;

impl TokenKeys for Keys {
    fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(purpose.as_bytes())
            .unwrap()
            .chain_update(data)
            .finalize()
            .into_bytes()
            .into()
    }
}

/// A database, and a node that uses it.
pub(crate) struct Chain {
    pub(crate) backend: Backend,
    pub(crate) db: Database,
    pub(crate) clock: ManualClock,
    url: String,
    _folder: Option<TempDir>,
}

pub(crate) fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(crate) fn tenant() -> TenantId {
    "main".parse().unwrap()
}

pub(crate) fn entry(number: u128) -> AuditEntry {
    let owner = Owner {
        tenant: tenant(),
        person: PersonId(7),
    };
    AuditEntry::new(
        noon() + TimeDelta::nanoseconds(1_001),
        owner,
        Uuid::from_u128(number),
        Actor::system("test"),
        Action::SessionOpened,
        "because",
    )
    .from("a node")
}

impl Chain {
    /// A database without the schema.
    pub(crate) async fn empty(backend: Backend) -> Self {
        let (url, folder) = match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = sqlite::url_of(&folder.path().join("sesame.db"));
                (url, Some(folder))
            }
            Backend::Postgres => {
                let server = Postgres::shared().await.unwrap();
                (server.create_database().await.unwrap(), None)
            }
        };
        Self {
            backend,
            db: connect(&url, 5).await,
            clock: ManualClock::new(noon()),
            url,
            _folder: folder,
        }
    }

    /// A database with the schema.
    pub(crate) async fn new(backend: Backend) -> Self {
        let chain = Self::empty(backend).await;
        chain.db.migrate().await.unwrap();
        chain
    }

    /// Brings the schema to that step.
    pub(crate) async fn migrate_up_to(&self, steps: usize) {
        let db = sea_orm::Database::connect(&self.url).await.unwrap();
        let steps = u32::try_from(steps).unwrap();
        Migrator::up(&db, Some(steps)).await.unwrap();
        db.close().await.unwrap();
    }

    /// Another node, with so many connections.
    pub(crate) async fn node(&self, connections: u32) -> Database {
        connect(&self.url, connections).await
    }

    /// Four writers on two nodes write so many entries each, at the same time.
    pub(crate) async fn write(&self, each: u128) {
        let other = self.node(5).await;
        let writers = (0..4_u128).map(|writer| {
            let db = if writer % 2 == 0 { &self.db } else { &other }.clone();
            tokio::spawn(async move {
                for number in 0..each {
                    db.audit_log()
                        .append(entry(writer * 1_000 + number))
                        .await
                        .unwrap();
                }
            })
        });
        join_all(writers).await.into_iter().for_each(Result::unwrap);
        other.close().await.unwrap();
    }

    /// An hour passes, and a checkpoint is made.
    pub(crate) async fn checkpoint(&self) -> Checkpoint {
        self.clock.advance(TimeDelta::hours(1));
        let made = checkpoint(&self.db.audit_trail(), &Keys, &self.clock, &tenant()).await;
        made.unwrap().unwrap()
    }

    pub(crate) async fn verify(&self) -> Report {
        verify(&self.db.audit_trail(), &Keys, &tenant(), &[])
            .await
            .unwrap()
    }

    pub(crate) async fn prune(&self, keep_minutes: u64) -> Option<Pruned> {
        let pruning = Pruning {
            keep: Duration::from_secs(keep_minutes * 60),
            actor: Actor::system("retention"),
            origin: "a node".into(),
        };
        prune(
            &self.db.audit_trail(),
            &Keys,
            &self.clock,
            &tenant(),
            &pruning,
        )
        .await
        .unwrap()
    }

    /// The strand with most entries.
    pub(crate) async fn longest(&self) -> Strand {
        let strands = self.db.audit_trail().strands(&tenant()).await.unwrap();
        let longest = strands.into_iter().max_by_key(|strand| strand.head.seq);
        longest.unwrap()
    }

    /// Does what no port does; how many rows it touched.
    pub(crate) async fn sql(&self, statement: &str) -> u64 {
        let db = sea_orm::Database::connect(&self.url).await.unwrap();
        let done = db.execute_unprepared(statement).await.unwrap();
        db.close().await.unwrap();
        done.rows_affected()
    }

    /// Takes away what keeps the tables append-only, as a superuser can.
    pub(crate) async fn loosen(&self) {
        let statements = match self.backend {
            Backend::Sqlite => [
                "DROP TRIGGER tg_audit_entries_no_update",
                "DROP TRIGGER tg_audit_entries_pruned",
                "DROP TRIGGER tg_audit_checkpoints_no_update",
                "DROP TRIGGER tg_audit_checkpoints_no_delete",
            ]
            .as_slice(),
            Backend::Postgres => [
                "ALTER TABLE audit_entries DISABLE TRIGGER USER",
                "ALTER TABLE audit_checkpoints DISABLE TRIGGER USER",
            ]
            .as_slice(),
        };
        for statement in statements {
            self.sql(statement).await;
        }
    }
}

async fn connect(url: &str, connections: u32) -> Database {
    let mut settings = DatabaseSettings::new(SecretString::from(url));
    settings.max_connections = connections;
    let db = Database::connect(&settings).await.unwrap();
    db.with_audit_keys(Arc::new(Keys))
}
