use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use grammers_session::Session as _;
use grammers_session::types::{
    ChannelState, DcOption, PeerAuth, PeerInfo, UpdateState, UpdatesState,
};
use sesame_custody::{Custody, CustodyPorts, CustodySettings};
use sesame_domain::account::Profile;
use sesame_domain::audit::{Access, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::device::Device;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ids::{AccountId, NodeId, PersonId, SessionId};
use sesame_domain::ports::{
    Accounts as _, AuditLog as _, Cursors as _, ImportRequest, Peers as _, Vault,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Purpose, Sealed};
use sesame_domain::session::cursor::AccountCursor;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::{Clock as _, SystemClock};
use sesame_store::{Coordination, CoordinationSettings, Database, DatabaseSettings};
use sesame_test_doubles::SpawningSupervisor;
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::*;
use crate::node::Ports;
use crate::session::{AUTH_KEY_BYTES, Credentials};
use crate::settings::SessionsSettings;
use crate::{Telegram, pool};

/// Counts what is sealed.
struct Counting {
    vault: Arc<dyn Vault>,
    sessions: AtomicU32,
    peers: AtomicU32,
}

#[async_trait]
impl Vault for Counting {
    async fn seal(
        &self,
        binding: &Binding,
        plaintext: &[u8],
        access: &Access,
    ) -> Result<Sealed, VaultError> {
        match binding.purpose {
            Purpose::Peers => self.peers.fetch_add(1, Ordering::SeqCst),
            _ => self.sessions.fetch_add(1, Ordering::SeqCst),
        };
        self.vault.seal(binding, plaintext, access).await
    }

    async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
        access: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.vault.open(binding, sealed, access).await
    }
}

/// A node over a real database, with one account.
struct Bench {
    node: Arc<Node>,
    database: Arc<Database>,
    vault: Arc<Counting>,
    owner: Owner,
    session: SessionId,
    _folder: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = DatabaseSettings::file(folder.path().join("sesame.db"));
        let database = Arc::new(Database::connect(&settings).await.unwrap());
        database.migrate().await.unwrap();
        let clock = Arc::new(SystemClock);
        let keys = CustodyPorts {
            register: Arc::new(database.keys()),
            secrets: Arc::new(database.secrets()),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        let file = CustodySettings::file(folder.path().join("keys.json"));
        let custody = Custody::open(file, keys, true).await.unwrap();
        database.set_audit_keys(custody.token_keys());
        let vault = Arc::new(Counting {
            vault: custody.vault(Arc::new(database.audit_log()), "test"),
            sessions: AtomicU32::new(0),
            peers: AtomicU32::new(0),
        });
        let memory = CoordinationSettings::memory();
        let coordination =
            Coordination::connect(&memory, clock.clone(), &SpawningSupervisor::default()).await;
        let coordination = coordination.unwrap();
        let ports = Ports {
            heartbeat: Arc::new(Heartbeat::new(
                coordination.leases(),
                clock.clone(),
                NodeId::generate(&SystemEntropy),
            )),
            logins: Arc::new(database.logins()),
            login_attempts: Arc::new(database.login_attempts()),
            application_floods: Arc::new(database.application_floods()),
            accounts: Arc::new(database.accounts()),
            cursors: Arc::new(database.cursors()),
            peers: Arc::new(database.peers()),
            leases: coordination.leases(),
            signals: coordination.signals(),
            vault: vault.clone(),
            audit: Arc::new(database.audit_log()),
            erasures: Arc::new(database.erasures()),
            clock,
            entropy: Arc::new(SystemEntropy),
            data_centres: Arc::new(Telegram::Production),
            supervisor: Arc::new(SpawningSupervisor::default()),
        };
        let settings = SessionsSettings::new(
            "main".parse().unwrap(),
            1,
            "hash".to_owned().into(),
            device(),
        );
        Self {
            node: Arc::new(Node::new(settings, ports)),
            owner: Owner {
                tenant: "main".parse().unwrap(),
                person: PersonId(7),
            },
            session: SessionId::generate(&SystemEntropy, SystemClock.now()),
            database,
            vault,
            _folder: folder,
        }
    }

    /// Stores an account whose session is these bytes.
    async fn link(&self, bytes: &[u8]) {
        let binding = Binding::session(&self.owner, self.session);
        let access = access("test", AccessPurpose::Link);
        let sealed = self.vault.seal(&binding, bytes, &access).await.unwrap();
        let now = SystemClock.now();
        let request = ImportRequest {
            owner: self.owner.clone(),
            new_account: AccountId::generate(&SystemEntropy, now),
            session: self.session,
            sealed,
            cursor: None,
            profile: Profile {
                name: "Ann".to_owned(),
                username: None,
            },
            device: device(),
            now,
            audit: AuditEntry::new(
                now,
                self.owner.clone(),
                self.session.as_uuid(),
                Actor::system("test"),
                Action::AccountImported,
                "test",
            ),
        };
        self.database.accounts().import(request).await.unwrap();
    }

    /// Opens the session, as a node does.
    async fn open(&self) -> (Arc<UserSession>, Saving) {
        let account = self
            .database
            .accounts()
            .of(&self.owner)
            .await
            .unwrap()
            .unwrap();
        let (session, claim) = pool::open::read(&self.node, &account, &AccessPurpose::Check)
            .await
            .unwrap();
        let session = Arc::new(session);
        let node = Arc::clone(&self.node);
        let saving = Saving::new(node, self.owner.clone(), claim, Arc::clone(&session));
        (session, saving)
    }

    /// What the audit says was done, how often credentials and peers were
    /// sealed.
    async fn done(&self) -> (usize, u32, u32) {
        let entries = self
            .database
            .audit_log()
            .about(&self.owner, 1_000)
            .await
            .unwrap();
        (
            entries.len(),
            self.vault.sessions.load(Ordering::SeqCst),
            self.vault.peers.load(Ordering::SeqCst),
        )
    }

    /// The stored credentials. It takes the session away from whoever has it.
    async fn stored(&self) -> Sealed {
        let reader = NodeId::generate(&SystemEntropy);
        let accounts = self.database.accounts();
        let stored = accounts.claim_session(self.session, &reader).await;
        stored.unwrap().sealed
    }
}

fn device() -> Device {
    Device {
        model: "Sesame".to_owned(),
        system_version: "1".to_owned(),
        app_version: "2".to_owned(),
        app_name: "test".to_owned(),
    }
}

fn option(dc: i32, byte: u8) -> DcOption {
    DcOption {
        id: dc,
        ipv4: SocketAddrV4::new(Ipv4Addr::LOCALHOST, 443),
        ipv6: SocketAddrV6::new(Ipv6Addr::LOCALHOST, 443, 0, 0),
        auth_key: Some([byte; AUTH_KEY_BYTES]),
    }
}

/// Credentials with a key for a data centre.
async fn credentials() -> Zeroizing<Vec<u8>> {
    let session = UserSession::new(Credentials {
        home: 2,
        me: Some(7),
        ..Credentials::default()
    });
    session.set_dc_option(&option(2, 9)).await.unwrap();
    session.to_bytes().0
}

/// What the library says while it reads updates: the common sequence, and
/// every channel in which something happens.
async fn a_second_of_updates(session: &UserSession, second: i32) {
    let primary = UpdateState::Primary {
        pts: 1_000 + second,
        date: 1_800_000_000 + second,
        seq: second,
    };
    session.set_update_state(primary).await.unwrap();
    for id in 1..=20 {
        let channel = UpdateState::Channel { id, pts: second };
        session.set_update_state(channel).await.unwrap();
    }
    let all = session.updates_state().await.unwrap();
    let synced = session.set_update_state(UpdateState::All(all));
    synced.await.unwrap();
}

#[tokio::test]
async fn a_minute_of_updates_seals_nothing_and_writes_no_audit_entry() {
    let bench = Bench::new().await;
    bench.link(&credentials().await).await;
    let (session, mut saving) = bench.open().await;
    let before = bench.done().await;
    let start = Instant::now();
    for second in 1..=60 {
        let now = start + Duration::from_secs(second);
        a_second_of_updates(&session, i32::try_from(second).unwrap()).await;
        saving.note(now);
        saving.save_due(now).await.unwrap();
    }
    saving.save_all().await.unwrap();
    assert_eq!(bench.done().await, before);
    let cursors = bench.database.cursors().of(bench.session).await.unwrap();
    let account = AccountCursor {
        pts: 1_060,
        qts: 0,
        date: 1_800_000_060,
        seq: 60,
    };
    assert_eq!(cursors.account, Some(account));
    assert_eq!(cursors.channels.len(), 20);
    assert!(cursors.channels.values().all(|pts| *pts == 60));
    // And whoever opens it next goes on from there, without a word either.
    let (again, _) = bench.open().await;
    let state = again.updates_state().await.unwrap();
    let expected = UpdatesState {
        pts: 1_060,
        qts: 0,
        date: 1_800_000_060,
        seq: 60,
        channels: (1..=20).map(|id| ChannelState { id, pts: 60 }).collect(),
    };
    assert_eq!(state, expected);
    // The opening itself is on record, once.
    assert_eq!(bench.done().await, (before.0 + 1, before.1, before.2));
}

#[tokio::test]
async fn another_key_is_sealed_and_audited_within_a_second() {
    let bench = Bench::new().await;
    bench.link(&credentials().await).await;
    let (session, mut saving) = bench.open().await;
    let (entries, sealed, peers) = bench.done().await;
    let now = Instant::now();
    a_second_of_updates(&session, 1).await;
    session.set_dc_option(&option(4, 5)).await.unwrap();
    saving.note(now);
    let due = saving.due().unwrap();
    assert!(due <= now + Duration::from_secs(1));
    saving.save_due(due).await.unwrap();
    assert_eq!(bench.done().await, (entries + 1, sealed + 1, peers));
    let last = bench
        .database
        .audit_log()
        .about(&bench.owner, 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (last.action, last.reason),
        (
            Action::SessionSealed,
            AuditReason::Access(AccessPurpose::Changed)
        )
    );
    let (again, _) = bench.open().await;
    assert_eq!(again.keyed_dcs(), [2, 4]);
}

#[tokio::test]
async fn whom_a_session_met_is_sealed_now_and_then_and_not_audited() {
    let bench = Bench::new().await;
    bench.link(&credentials().await).await;
    let (session, mut saving) = bench.open().await;
    let (entries, sealed, peers) = bench.done().await;
    let start = Instant::now();
    for second in 1..=120 {
        let met = PeerInfo::User {
            id: i64::try_from(second).unwrap(),
            auth: Some(PeerAuth::from_hash(-5)),
            bot: None,
            is_self: None,
        };
        session.cache_peer(met).await.unwrap();
        let now = start + Duration::from_secs(second);
        saving.note(now);
        saving.save_due(now).await.unwrap();
    }
    assert_eq!(bench.done().await, (entries, sealed, peers + 1));
    saving.save_all().await.unwrap();
    let (again, _) = bench.open().await;
    let known = again.known(PeerId::User(120)).unwrap();
    assert_eq!(known.access_hash, Some(-5));
    let stored = bench.database.peers().of(bench.session).await.unwrap();
    let hash = (-5_i64).to_be_bytes();
    let in_plain = stored.unwrap().ciphertext.windows(8).any(|it| it == hash);
    assert!(!in_plain);
}

/// A session that was stored when it was one value, with cursors and peers.
async fn whole() -> Vec<u8> {
    let mut bytes = credentials().await.to_vec();
    // After version, home and `me`.
    let cursors = 5 + 9;
    bytes[cursors..cursors + 4].copy_from_slice(&77_i32.to_be_bytes());
    bytes.truncate(bytes.len() - 4);
    bytes.extend(1_u32.to_be_bytes());
    bytes.push(2);
    bytes.extend(12_i64.to_be_bytes());
    bytes
}

#[tokio::test]
async fn a_session_from_when_it_was_one_value_opens_and_comes_apart() {
    let bench = Bench::new().await;
    bench.link(&whole().await).await;
    let before = bench.stored().await;
    let (session, mut saving) = bench.open().await;
    assert!(session.known(PeerId::Group(12)).is_some());
    let (entries, sealed, _) = bench.done().await;
    saving.save_all().await.unwrap();
    // Its parts are where they belong, and nothing was put on record for it.
    let cursors = bench.database.cursors().of(bench.session).await.unwrap();
    assert_eq!(cursors.account.unwrap().pts, 77);
    assert!(
        bench
            .database
            .peers()
            .of(bench.session)
            .await
            .unwrap()
            .is_some()
    );
    let (after, sealed_after, _) = bench.done().await;
    assert_eq!((after, sealed_after), (entries, sealed));
    assert_eq!(bench.stored().await, before);
    // The next write of its credentials leaves them alone in there.
    let (session, mut saving) = bench.open().await;
    assert!(session.known(PeerId::Group(12)).is_some());
    session.set_home(4);
    saving.save_all().await.unwrap();
    let access = access("test", AccessPurpose::Check);
    let binding = Binding::session(&bench.owner, bench.session);
    let stored = bench.stored().await;
    let opened = bench.vault.open(&binding, &stored, &access).await.unwrap();
    let mut expected = credentials().await;
    expected[1..5].copy_from_slice(&4_i32.to_be_bytes());
    assert_eq!(*opened, *expected);
}

#[tokio::test]
async fn peers_that_do_not_open_are_met_anew_and_the_session_lives() {
    let bench = Bench::new().await;
    bench.link(&credentials().await).await;
    let (session, mut saving) = bench.open().await;
    session.meet(&[sesame_domain::session::peer::Peer::new(PeerId::Group(3))]);
    saving.save_all().await.unwrap();
    let mut broken = bench
        .database
        .peers()
        .of(bench.session)
        .await
        .unwrap()
        .unwrap();
    broken.ciphertext[20] ^= 1;
    bench
        .database
        .peers()
        .save(&saving.claim, &broken)
        .await
        .unwrap();
    let (session, mut saving) = bench.open().await;
    assert!(session.known(PeerId::Group(3)).is_none());
    let entries = bench
        .database
        .audit_log()
        .about(&bench.owner, 100)
        .await
        .unwrap();
    let broken = entries.iter().filter(|it| it.action == Action::SealBroken);
    assert_eq!(broken.count(), 1);
    session.meet(&[sesame_domain::session::peer::Peer::new(PeerId::Group(4))]);
    saving.save_all().await.unwrap();
    let (session, _) = bench.open().await;
    assert!(session.known(PeerId::Group(4)).is_some());
}

#[tokio::test]
async fn who_lost_the_session_writes_no_part_of_it() {
    let bench = Bench::new().await;
    bench.link(&credentials().await).await;
    let (session, mut saving) = bench.open().await;
    let (_, mut newer) = bench.open().await;
    a_second_of_updates(&session, 5).await;
    let lost = saving.save_all().await.unwrap_err();
    assert!(lost.is_lost(), "{lost}");
    assert!(
        bench
            .database
            .cursors()
            .of(bench.session)
            .await
            .unwrap()
            .is_empty()
    );
    newer.save_all().await.unwrap();
}
