//! An instance with linked accounts, a place for its backups, and a clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use object_store::path::Path;
use sesame_domain::account::{Account, Health, Profile};
use sesame_domain::audit::{Access, Actor};
use sesame_domain::device::Device;
use sesame_domain::ids::{AccountId, Owner, PersonId, SessionId};
use sesame_domain::keys::{KeyState, KeyVersion, NewKey, Provider};
use sesame_domain::ports::{KeyRegister, LinkedRecord, Vault};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Binding, Purpose};
use sesame_domain::time::{Clock, ManualClock, Timestamp};
use uuid::Uuid;

use super::database::Memory;
use super::store::TestStore;
use super::vault::TestVault;
use crate::backup::target::BackupTarget;
use crate::backup::{
    BackupError, BackupPorts, BackupRetention, BackupSettings, Backups, ListedBackup, MadeBackup,
    NewestBackup, Progress, Pruned, Restore, RestorePorts, RestoreReport, Verified, Which,
};

pub(super) struct World {
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Arc<TestStore>,
    pub(super) db: Arc<Memory>,
    pub(super) vault: Arc<TestVault>,
    pub(super) place: BackupTarget,
}

pub(super) fn actor() -> Actor {
    Actor::system("backup")
}

pub(super) fn quietly(_: Progress) {}

pub(super) fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(super) const KEEP_ONE: BackupRetention = BackupRetention {
    keep_last: 1,
    keep_for: TimeDelta::zero(),
};

impl World {
    /// An instance with this many accounts.
    pub(super) async fn with(accounts: i64) -> Self {
        let clock = Arc::new(ManualClock::new(noon()));
        let store = Arc::new(TestStore::new(clock.clone()));
        let path = Path::from("sesame");
        let place = BackupTarget::new(store.clone(), path, None, "memory".to_owned());
        let world = Self {
            clock,
            store,
            db: Arc::default(),
            vault: Arc::new(TestVault::new()),
            place,
        };
        world.db.keys.lock().unwrap().push(first_key());
        let binding = Binding::instance(Purpose::InstanceSecret, Uuid::from_u128(1));
        let sealed = world.vault.seal(&binding, b"secret", &access()).await;
        let secrets = BTreeMap::from([("tokens".to_owned(), sealed.unwrap())]);
        *world.db.secrets.lock().unwrap() = secrets;
        for number in 1..=accounts {
            world.link(number).await;
        }
        world
    }

    /// Links an account, or links it again.
    pub(super) async fn link(&self, number: i64) -> LinkedRecord {
        let record = self.record(number).await;
        self.db.insert(record.clone());
        record
    }

    /// A record of a fresh session.
    pub(super) async fn record(&self, number: i64) -> LinkedRecord {
        record(self.vault.as_ref(), number, self.clock.now()).await
    }

    /// Makes a new key that seals from now on.
    pub(super) async fn rotate(&self, id: &str) {
        self.vault.rotate(id);
        let key = NewKey {
            id: id.to_owned(),
            provider: Provider::File,
            reference: None,
            created_at: self.clock.now(),
            handover: Some(b"sealed under the key before".to_vec()),
        };
        self.db.activate(key, None, None).await.unwrap();
    }

    pub(super) fn backups(&self) -> Backups {
        self.backups_at(self.place.clone())
    }

    pub(super) fn backups_at(&self, place: BackupTarget) -> Backups {
        let ports = BackupPorts {
            source: self.db.clone(),
            keys: self.db.clone(),
            secrets: self.db.clone(),
            trail: self.db.clone(),
            vault: self.vault.clone(),
            token_keys: self.vault.clone(),
            audit: self.db.clone(),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        let settings = BackupSettings {
            origin: "node 1".to_owned(),
            sesame: "0.3.0".to_owned(),
            secrets: vec!["tokens".to_owned()],
        };
        Backups::new(place, ports, settings)
    }

    pub(super) async fn try_back_up(&self) -> Result<MadeBackup, BackupError> {
        self.backups().make(&actor(), &quietly).await
    }

    /// Makes a backup, an hour after whatever was before.
    pub(super) async fn back_up(&self) -> MadeBackup {
        self.clock.advance(TimeDelta::hours(1));
        self.try_back_up().await.unwrap()
    }

    pub(super) async fn list(&self) -> Vec<ListedBackup> {
        self.backups().list(&actor(), &quietly).await.unwrap()
    }

    pub(super) async fn newest(&self) -> Option<NewestBackup> {
        self.backups().newest(&actor()).await.unwrap()
    }

    pub(super) async fn verify(&self, which: Which) -> Result<Verified, BackupError> {
        self.backups().verify(which, &actor(), &quietly).await
    }

    pub(super) async fn prune(&self, retention: BackupRetention) -> Pruned {
        self.backups().prune(retention, &actor()).await.unwrap()
    }

    pub(super) fn restore_into(&self, db: &Arc<Memory>) -> Restore {
        let ports = RestorePorts {
            target: db.clone(),
            keys: db.clone(),
            vault: self.vault.clone(),
            token_keys: self.vault.clone(),
            audit: db.clone(),
            clock: self.clock.clone(),
        };
        Restore::new(self.place.clone(), ports, "command line on db1")
    }

    pub(super) async fn restore(
        &self,
        db: &Arc<Memory>,
        which: Which,
    ) -> Result<RestoreReport, BackupError> {
        let restore = self.restore_into(db);
        restore.run(which, &actor(), &quietly).await
    }

    pub(super) async fn plan(
        &self,
        db: &Arc<Memory>,
        which: Which,
    ) -> Result<RestoreReport, BackupError> {
        let restore = self.restore_into(db);
        restore.plan(which, &actor(), &quietly).await
    }

    /// The newest backup gives back just what the database has.
    pub(super) async fn newest_is_whole(&self) {
        let empty = Arc::default();
        self.restore(&empty, Which::Newest).await.unwrap();
        assert!(empty.all() == self.db.all());
    }

    pub(super) async fn packs(&self) -> Vec<String> {
        self.store.files_in("sesame/packs").await
    }

    pub(super) async fn manifests(&self) -> Vec<String> {
        self.store.files_in("sesame/manifests").await
    }
}

pub(super) fn account(number: i64) -> AccountId {
    Uuid::from_u128(u128::try_from(number).unwrap()).into()
}

fn first_key() -> KeyVersion {
    KeyVersion {
        number: 1,
        id: "k1".to_owned(),
        provider: Provider::File,
        reference: None,
        state: KeyState::Active,
        created_at: noon(),
        encryptions: 7,
        handover: None,
    }
}

fn access() -> Access {
    Access {
        actor: Actor::Owner,
        reason: "login".into(),
    }
}

/// A record of a fresh session, which says `session {number}`.
pub(super) async fn record(vault: &dyn Vault, number: i64, now: Timestamp) -> LinkedRecord {
    let owner = Owner {
        tenant: "default".parse().unwrap(),
        person: PersonId(777_000_000 + number),
    };
    let session = SessionId::generate(&SystemEntropy, now);
    let binding = Binding::session(&owner, session);
    let text = format!("session {number}");
    let sealed = vault.seal(&binding, text.as_bytes(), &access()).await;
    LinkedRecord {
        sealed: sealed.unwrap(),
        account: Account {
            id: account(number),
            owner,
            profile: Profile {
                name: format!("Ada {number}"),
                username: (number % 2 == 0).then(|| format!("ada_{number}")),
            },
            session,
            device: Device {
                model: "Sesame".to_owned(),
                system_version: "1".to_owned(),
                app_version: "2".to_owned(),
                app_name: "Sesame App".to_owned(),
            },
            health: match number % 3 {
                0 => Health::Frozen { since: now },
                _ => Health::Alive,
            },
            linked_at: now,
            checked_at: now,
            used_at: now,
        },
        language: (number % 2 == 1).then(|| "pt-BR".to_owned()),
        session_created_at: now,
    }
}
