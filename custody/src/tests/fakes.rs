//! The database in memory, and nodes that share it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta};
use secrecy::SecretString;
use sesame_domain::audit::{Access, Action, Actor, AuditEntry};
use sesame_domain::ids::{Owner, PersonId};
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::ports::{StoreError, Vault, VaultError, WrappedPlace};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sesame_domain::time::{ManualClock, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Custody, CustodyError, CustodyPorts, CustodySettings, KeyAdministration};

/// What all nodes share: see `fake_ports.rs` for what it does.
pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    state: Mutex<State>,
}

/// What is stored.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) versions: Vec<KeyVersion>,
    pub(crate) minimum: i64,
    pub(crate) secrets: BTreeMap<String, Sealed>,
    pub(crate) rows: BTreeMap<(u8, Uuid), Row>,
    /// What lives for minutes, by the version that wraps it.
    pub(crate) passing: BTreeMap<String, u64>,
    pub(crate) audit: Vec<AuditEntry>,
    /// The audit takes nothing.
    pub(crate) audit_is_full: bool,
    pub(crate) fault: Option<Fault>,
    /// Done to the rows just before newly wrapped keys are stored for the
    /// n-th time from now.
    pub(crate) meanwhile: Option<(usize, Meanwhile)>,
}

pub(crate) type Meanwhile = Box<dyn FnOnce(&mut State) + Send>;

/// A sealed session, of a linked account or of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) place: WrappedPlace,
    pub(crate) binding: Binding,
    pub(crate) sealed: Sealed,
}

/// The process dies at its n-th write from now: before it, or just after.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) writes_left: usize,
    pub(crate) is_written: bool,
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            clock: Arc::new(ManualClock::new(noon())),
            state: Mutex::new(State {
                minimum: 1,
                ..State::default()
            }),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Changes what is stored, unless the process dies.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut state = self.state();
        let died = || StoreError::unavailable(io::Error::other("the process died"));
        match &mut state.fault {
            None => change(&mut state),
            Some(fault) if fault.writes_left > 1 => {
                fault.writes_left -= 1;
                change(&mut state)
            }
            Some(fault) => {
                // Dead stays dead.
                let is_written = fault.writes_left == 1 && fault.is_written;
                fault.writes_left = 0;
                if is_written {
                    change(&mut state)?;
                }
                Err(died())
            }
        }
    }

    pub(crate) fn ports(self: &Arc<Self>) -> CustodyPorts {
        CustodyPorts {
            register: self.clone(),
            secrets: self.clone(),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
        }
    }

    pub(crate) fn later(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    /// Every entry with this action, oldest first.
    pub(crate) fn audited(&self, action: &Action) -> Vec<AuditEntry> {
        let state = self.state();
        let entries = state.audit.iter();
        entries.filter(|it| it.action == *action).cloned().collect()
    }

    /// What is in a row, by the id of its session.
    pub(crate) fn row(&self, id: u128) -> Row {
        let state = self.state();
        let mut rows = state.rows.values();
        rows.find(|row| row.binding.subject == Uuid::from_u128(id))
            .unwrap()
            .clone()
    }

    pub(crate) fn put_row(&self, row: Row) {
        let key = (place_no(row.place), row.binding.subject);
        self.state().rows.insert(key, row);
    }
}

pub(crate) fn place_no(place: WrappedPlace) -> u8 {
    match place {
        WrappedPlace::Session => 0,
        WrappedPlace::LoginSession => 1,
        WrappedPlace::Secret => 2,
        WrappedPlace::Peers => 3,
        WrappedPlace::Export => 4,
    }
}

/// A running node, or a command.
pub(crate) struct Node {
    pub(crate) custody: Custody,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) keys: KeyAdministration,
}

impl Node {
    pub(crate) async fn start(world: &Arc<World>, settings: CustodySettings) -> Self {
        Self::try_start(world, settings).await.unwrap()
    }

    pub(crate) async fn try_start(
        world: &Arc<World>,
        settings: CustodySettings,
    ) -> Result<Self, CustodyError> {
        let is_first = world.state().rows.is_empty();
        let custody = Custody::open(settings, world.ports(), is_first).await?;
        Ok(Self {
            vault: custody.vault(world.clone(), "node 1"),
            keys: custody.administration(world.clone(), world.clone(), "command line"),
            custody,
        })
    }

    pub(crate) async fn seal(&self, binding: &Binding, secret: &[u8]) -> Sealed {
        let sealed = self.vault.seal(binding, secret, &access()).await;
        sealed.unwrap()
    }

    pub(crate) async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
    ) -> Result<Vec<u8>, VaultError> {
        let opened = self.vault.open(binding, sealed, &access()).await;
        opened.map(|it| it.to_vec())
    }

    /// Stores sealed sessions with ids from 1; each says its own id.
    pub(crate) async fn store_sessions(&self, world: &World, ids: std::ops::RangeInclusive<u128>) {
        for id in ids {
            let (place, purpose) = if id.is_multiple_of(5) {
                (WrappedPlace::LoginSession, Purpose::LoginSession)
            } else {
                (WrappedPlace::Session, Purpose::Session)
            };
            let binding = Binding {
                subject: Uuid::from_u128(id),
                ..binding(purpose)
            };
            let sealed = self.seal(&binding, &id.to_be_bytes()).await;
            world.put_row(Row {
                place,
                binding,
                sealed,
            });
        }
    }

    /// Whether every stored session opens as what it was.
    pub(crate) async fn opens_all(&self, world: &World) {
        let rows: Vec<Row> = world.state().rows.values().cloned().collect();
        for row in rows {
            let opened = self.open(&row.binding, &row.sealed).await.unwrap();
            assert_eq!(opened, row.binding.subject.as_u128().to_be_bytes());
        }
    }

    pub(crate) async fn rotate(&self) -> KeyVersion {
        self.keys.rotate(operator()).await.unwrap()
    }

    pub(crate) async fn rewrap(&self) -> crate::RewrapReport {
        self.keys.rewrap(operator(), &mut |_| ()).await.unwrap()
    }
}

pub(crate) fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// A key file in a folder of its own.
pub(crate) fn in_file(folder: &TempDir) -> CustodySettings {
    CustodySettings::file(folder.path().join("keys.json"))
}

pub(crate) const SECRET: &str = "a secret of thirty-two characters";

/// Keys from a secret, and a key file in this folder for what it still opens.
pub(crate) fn from_secret(folder: &TempDir, secret: &str) -> CustodySettings {
    CustodySettings {
        provider: Provider::Secret,
        secret: Some(SecretString::from(secret)),
        ..in_file(folder)
    }
}

/// A first start with a provider that needs no file.
pub(crate) async fn quick_node(world: &Arc<World>) -> Node {
    let nowhere = CustodySettings::file("/nowhere/keys.json");
    let settings = CustodySettings {
        provider: Provider::Secret,
        secret: Some(SecretString::from(SECRET)),
        ..nowhere
    };
    Node::start(world, settings).await
}

pub(crate) fn binding(purpose: Purpose) -> Binding {
    Binding {
        owner: Owner {
            tenant: "default".parse().unwrap(),
            person: PersonId(777_000_123),
        },
        subject: Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab),
        purpose,
    }
}

pub(crate) fn access() -> Access {
    Access {
        actor: Actor::Owner,
        reason: "unlink".into(),
    }
}

pub(crate) fn operator() -> Actor {
    Actor::Operator {
        name: "ada".to_owned(),
    }
}
