//! Many sealed sessions in a database, without anyone at Telegram.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_custody::{Custody, CustodyPorts, CustodySettings};
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::audit::{Access, AccessPurpose, Action, Actor, AuditEntry};
use sesame_domain::device::Device;
use sesame_domain::ids::{AccountId, Owner, PersonId, SessionId};
use sesame_domain::ports::{
    AuditLog, BackupSource, KeyRegister, LinkedRecord, RestoreTarget, StoreError, Vault,
};
use sesame_domain::random::{Entropy, SystemEntropy};
use sesame_domain::sealed::Binding;
use sesame_domain::time::{Clock, SystemClock, Timestamp};
use sesame_store::{Database, DatabaseSettings};

/// How many records are read or written at a time.
const BATCH: u32 = 500;
/// As long as a session with keys for two data centres.
const SESSION_BYTES: usize = 700;

const ACCESS: Access = Access {
    actor: Actor::Owner,
    reason: AccessPurpose::Check,
};

/// A database with sealed sessions.
pub(crate) struct Chest {
    pub(crate) database: Database,
    vault: Arc<dyn Vault>,
    /// What each session says, and how it is sealed; by its id.
    contents: HashMap<SessionId, (Vec<u8>, Vec<u8>)>,
}

/// These tests seal and open far more than anyone would record.
struct NoAudit;

#[async_trait]
impl AuditLog for NoAudit {
    async fn append(&self, _: AuditEntry) -> Result<(), StoreError> {
        Ok(())
    }

    async fn about(&self, _: &Owner, _: u32) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(Vec::new())
    }

    async fn page(
        &self,
        _: &Owner,
        _: Option<Timestamp>,
        _: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(Vec::new())
    }
}

impl Chest {
    /// Fills a database that is empty with this many sessions, sealed under
    /// the first key of a key file that is made for it.
    pub(crate) async fn fill(url: &str, key_file: &Path, sessions: usize) -> Self {
        let database = Database::connect(&DatabaseSettings::new(url.into()))
            .await
            .unwrap();
        database.migrate().await.unwrap();
        let vault = open_vault(&database, key_file).await;
        let mut chest = Self {
            database,
            vault,
            contents: HashMap::new(),
        };
        let people: Vec<i64> = (1..=sessions.try_into().unwrap()).collect();
        for people in people.chunks(BATCH as usize) {
            chest.put(people).await;
        }
        chest
    }

    async fn put(&mut self, people: &[i64]) {
        let mut records = Vec::new();
        for &person in people {
            let record = self.record(person).await;
            records.push(record);
        }
        let audit = AuditEntry::new(
            SystemClock.now(),
            Owner::instance(),
            uuid::Uuid::nil(),
            Actor::Owner,
            Action::BackupRestored,
            "test",
        );
        self.database
            .restore_target()
            .restore(&records, audit)
            .await
            .unwrap();
    }

    async fn record(&mut self, person: i64) -> LinkedRecord {
        let now = SystemClock.now();
        let owner = Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(person),
        };
        let session = SessionId::generate(&SystemEntropy, now);
        let mut plaintext = vec![0; SESSION_BYTES];
        SystemEntropy.fill(&mut plaintext);
        let binding = Binding::session(&owner, session);
        let sealed = self
            .vault
            .seal(&binding, &plaintext, &ACCESS)
            .await
            .unwrap();
        self.contents
            .insert(session, (plaintext, sealed.ciphertext.clone()));
        LinkedRecord {
            account: Account {
                id: AccountId::generate(&SystemEntropy, now),
                owner,
                profile: Profile {
                    name: format!("Person {person}"),
                    username: None,
                },
                session,
                device: Device {
                    model: "Sesame".to_owned(),
                    system_version: "Linux".to_owned(),
                    app_version: "1".to_owned(),
                    app_name: "Sesame".to_owned(),
                },
                health: Health::Alive,
                linked_at: now,
                checked_at: now,
                used_at: now,
            },
            language: None,
            sealed,
            session_created_at: now,
        }
    }

    /// How many sessions are under the active key, and how many under others.
    pub(crate) async fn wrapped(&self) -> (u64, u64) {
        let active = self.database.keys().active().await.unwrap().unwrap().id;
        let uses = self.database.keys().in_use().await.unwrap();
        let sum = |by_active: bool| {
            let uses = uses.iter().filter(|it| (it.key_id == active) == by_active);
            uses.map(|it| it.sessions).sum()
        };
        (sum(true), sum(false))
    }

    /// Opens every session: each says what was sealed, and its ciphertext is
    /// as it was. Returns how many there are.
    pub(crate) async fn open_all(&self) -> usize {
        let mut opened = 0;
        let mut after = None;
        loop {
            let page = self
                .database
                .backup_source()
                .linked(after, BATCH)
                .await
                .unwrap();
            let Some(last) = page.last() else {
                return opened;
            };
            after = Some(last.account.id);
            for record in &page {
                let binding = Binding::session(&record.account.owner, record.account.session);
                let plaintext = self
                    .vault
                    .open(&binding, &record.sealed, &ACCESS)
                    .await
                    .unwrap();
                let (said, ciphertext) = &self.contents[&record.account.session];
                assert_eq!(&*plaintext, said);
                assert_eq!(&record.sealed.ciphertext, ciphertext);
                opened += 1;
            }
        }
    }
}

async fn open_vault(database: &Database, key_file: &Path) -> Arc<dyn Vault> {
    let ports = CustodyPorts {
        register: Arc::new(database.keys()),
        secrets: Arc::new(database.secrets()),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let custody = Custody::open(CustodySettings::file(key_file), ports, true)
        .await
        .unwrap();
    database.set_audit_keys(custody.token_keys());
    custody.vault(Arc::new(NoAudit), "test")
}
