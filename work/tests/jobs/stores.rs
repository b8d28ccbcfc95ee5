//! What nodes share: a database, leases and wake-ups, and the time.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use sesame_domain::account::{Account, Profile};
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::device::Device;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ids::{AccountId, NodeId, Owner, PersonId, SessionId, TenantId};
use sesame_domain::ports::{Accounts as _, ImportRequest, Imported};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::{Clock, ManualClock, Timestamp};
use sesame_store::{Coordination, Database, DatabaseSettings};
use sesame_work::{Handler, Runner, RunnerPorts, SchedulerPorts};
use tempfile::TempDir;

pub(crate) struct Stores {
    pub(crate) database: Database,
    pub(crate) coordination: Coordination,
    pub(crate) clock: Arc<ManualClock>,
    _folder: TempDir,
}

impl Stores {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::connect(&DatabaseSettings::file(folder.path().join("s.db")))
            .await
            .unwrap();
        database.migrate().await.unwrap();
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let clock = Arc::new(ManualClock::new(start));
        Self {
            database,
            coordination: Coordination::in_memory(clock.clone()),
            clock,
            _folder: folder,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Links someone's account.
    #[allow(
        clippy::allow_attributes,
        dead_code,
        reason = "made for more tests than each binary has"
    )]
    pub(crate) async fn link(&self, person: i64) -> Account {
        let now = self.now();
        let owner = Owner {
            tenant: tenant(),
            person: PersonId(person),
        };
        let audit = AuditEntry::new(
            now,
            owner.clone(),
            uuid::Uuid::nil(),
            Actor::system("test"),
            Action::AccountImported,
            "import",
        );
        let text = || "a".to_owned();
        let request = ImportRequest {
            owner,
            new_account: AccountId::generate(&SystemEntropy, now),
            session: SessionId::generate(&SystemEntropy, now),
            sealed: Sealed {
                key_id: "k1".into(),
                wrapped_key: vec![1],
                ciphertext: vec![2],
            },
            cursor: None,
            profile: Profile {
                name: "Ann".into(),
                username: None,
            },
            device: Device {
                model: text(),
                system_version: text(),
                app_version: text(),
                app_name: text(),
            },
            now,
            audit,
        };
        match self.database.accounts().import(request).await.unwrap() {
            Imported::Linked(account) => account,
            Imported::Present(account) => panic!("{account:?}"),
        }
    }

    /// The runner of a node of its own.
    pub(crate) fn runner(&self, handlers: Vec<Arc<dyn Handler>>) -> TestRunner {
        let node = NodeId::generate(&SystemEntropy);
        let heartbeat = Heartbeat::new(self.coordination.leases(), self.clock.clone(), node);
        let heartbeat = Arc::new(heartbeat);
        let ports = RunnerPorts {
            tenant: tenant(),
            queue: Arc::new(self.database.jobs()),
            heartbeat: heartbeat.clone(),
            signals: self.coordination.signals(),
            clock: self.clock.clone(),
        };
        TestRunner {
            runner: Runner::new(ports, handlers),
            heartbeat,
        }
    }

    pub(crate) fn scheduler_ports(&self) -> SchedulerPorts {
        SchedulerPorts {
            schedules: Arc::new(self.database.schedules()),
            signals: self.coordination.signals(),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

pub(crate) fn tenant() -> TenantId {
    "main".parse().unwrap()
}

/// The runner of a node whose heart beats when it is told to.
pub(crate) struct TestRunner {
    pub(crate) runner: Runner,
    pub(crate) heartbeat: Arc<Heartbeat>,
}

impl TestRunner {
    /// Has it look once, alive.
    pub(crate) async fn begin(&self) {
        self.heartbeat.beat().await.unwrap();
        self.runner.look().await.unwrap();
    }

    /// The same, and waits for what it began.
    pub(crate) async fn look(&self) {
        self.begin().await;
        self.runner.idle().await;
    }
}
