//! Backups with the keys that there really are: after a fire, a copy of the
//! key file and a backup must be enough.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use object_store::memory::InMemory;
use sesame_domain::audit::Access;
use sesame_domain::ports::{TokenKeys, Vault};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::Binding;
use sesame_domain::time::{Clock, ManualClock};

use super::database::Memory;
use super::world::{actor, noon, quietly, record};
use crate::backup::target::BackupTarget;
use crate::backup::{
    BackupError, BackupPorts, BackupSettings, Backups, Restore, RestorePorts, Scratch, Which,
    read_manifest,
};
use crate::{Custody, CustodyPorts, CustodySettings, TOKENS};

/// A node with its key file and its database.
struct Node {
    db: Arc<Memory>,
    clock: Arc<ManualClock>,
    custody: Custody,
    vault: Arc<dyn Vault>,
    token_keys: Arc<dyn TokenKeys>,
}

impl Node {
    async fn start(db: Arc<Memory>, key_file: &Path, first_start: bool) -> Self {
        let clock = Arc::new(ManualClock::new(noon()));
        let ports = CustodyPorts {
            register: db.clone(),
            secrets: db.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        let settings = CustodySettings::file(key_file);
        let custody = Custody::open(settings, ports, first_start).await.unwrap();
        Self {
            vault: custody.vault(db.clone(), "node 1"),
            token_keys: custody.token_keys(),
            db,
            clock,
            custody,
        }
    }

    async fn link(&self, number: i64) {
        let record = record(self.vault.as_ref(), number, self.clock.now()).await;
        self.db.insert(record);
    }

    async fn rotate(&self) {
        self.clock.advance(TimeDelta::days(90));
        let keys = self
            .custody
            .administration(self.db.clone(), self.db.clone(), "node 1");
        keys.rotate(actor()).await.unwrap();
    }

    fn backups(&self, place: &BackupTarget) -> Backups {
        let ports = BackupPorts {
            source: self.db.clone(),
            keys: self.db.clone(),
            secrets: self.db.clone(),
            trail: self.db.clone(),
            vault: self.vault.clone(),
            token_keys: self.token_keys.clone(),
            audit: self.db.clone(),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        let settings = BackupSettings {
            origin: "node 1".to_owned(),
            sesame: "0.3.0".to_owned(),
            secrets: vec![TOKENS.to_owned()],
        };
        Backups::new(place.clone(), ports, settings)
    }

    fn restore(&self, place: &BackupTarget) -> Restore {
        let ports = RestorePorts {
            target: self.db.clone(),
            keys: self.db.clone(),
            vault: self.vault.clone(),
            token_keys: self.token_keys.clone(),
            audit: self.db.clone(),
            clock: self.clock.clone(),
        };
        Restore::new(place.clone(), ports, "command line on db1")
    }

    /// What the sessions say.
    async fn sessions(&self) -> Vec<String> {
        let mut sessions = Vec::new();
        for record in self.db.all() {
            let binding = Binding::session(&record.account.owner, record.account.session);
            let access = Access {
                actor: actor(),
                reason: "validation".into(),
            };
            let opened = self.vault.open(&binding, &record.sealed, &access).await;
            sessions.push(String::from_utf8(opened.unwrap().to_vec()).unwrap());
        }
        sessions
    }
}

fn place() -> BackupTarget {
    let store = Arc::new(InMemory::new());
    BackupTarget::new(store, "sesame".into(), None, "memory".to_owned())
}

fn private_folder() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("keys-").tempdir().unwrap()
}

#[tokio::test]
async fn a_backup_and_a_key_file_from_before_the_last_rotation_are_enough() {
    let (before, after) = (private_folder(), private_folder());
    let key_file = before.path().join("keys.json");
    let safe_copy = after.path().join("keys.json");
    let node = Node::start(Arc::default(), &key_file, true).await;
    node.link(1).await;
    fs::copy(&key_file, &safe_copy).unwrap();
    node.rotate().await;
    node.rotate().await;
    node.link(2).await;
    let place = place();
    let made = node.backups(&place).make(&actor(), &quietly).await.unwrap();
    assert_eq!(made.records, 2);
    drop((node, before));

    let db: Arc<Memory> = Arc::default();
    let manifest = read_manifest(&place, Which::Newest).await.unwrap();
    manifest.set_up(db.as_ref(), db.as_ref()).await.unwrap();
    let rebuilt = Node::start(db, &safe_copy, false).await;
    let restore = rebuilt.restore(&place);
    let report = restore
        .run(Which::Newest, &actor(), &quietly)
        .await
        .unwrap();
    assert_eq!(report.counts.added, 2);
    assert_eq!(rebuilt.sessions().await, ["session 1", "session 2"]);
    // It is the same instance: its backups go on where they stopped.
    let next = rebuilt
        .backups(&place)
        .make(&actor(), &quietly)
        .await
        .unwrap();
    assert_eq!((next.unchanged, next.uploaded_packs), (2, 0));
}

#[tokio::test]
async fn a_rehearsal_opens_sessions_under_every_key_in_use() {
    let folder = private_folder();
    let node = Node::start(Arc::default(), &folder.path().join("keys.json"), true).await;
    node.link(1).await;
    node.rotate().await;
    node.link(2).await;
    let place = place();
    let backups = node.backups(&place);
    backups.make(&actor(), &quietly).await.unwrap();
    let db: Arc<Memory> = Arc::default();
    let scratch = Scratch {
        target: db.clone(),
        source: db,
    };
    let done = backups
        .rehearse(&scratch, 9, &actor(), &quietly)
        .await
        .unwrap();
    assert_eq!((done.records, done.opened), (2, 2));
}

#[tokio::test]
async fn another_instance_does_not_believe_the_backup() {
    let (one, other) = (private_folder(), private_folder());
    let node = Node::start(Arc::default(), &one.path().join("keys.json"), true).await;
    node.link(1).await;
    let place = place();
    node.backups(&place).make(&actor(), &quietly).await.unwrap();
    let stranger = Node::start(Arc::default(), &other.path().join("keys.json"), true).await;
    let restore = stranger.restore(&place);
    match restore
        .run(Which::Newest, &actor(), &quietly)
        .await
        .unwrap_err()
    {
        BackupError::Forged(_) => {}
        error => panic!("{error:?}"),
    }
    assert!(stranger.db.all().is_empty() && stranger.db.keys.lock().unwrap().len() == 1);
}
