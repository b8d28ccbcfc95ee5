//! A local Telegram, storage, and nodes of Sesame over them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Once};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use futures::StreamExt as _;
use sesame_custody::{Custody, CustodyPorts, CustodySettings};
use sesame_domain::account::Account;
use sesame_domain::audit::{Access, Action, Actor, AuditEntry};
use sesame_domain::device::Device;
use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ids::{LoginId, NodeId, Owner, PersonId, TenantId};
use sesame_domain::login::{Asking, Login, Policy, Qr, QrAsking, Status};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{
    AccountService, Accounts as _, Answer, AuditLog as _, Begin, Begun, Leases, LoginService,
    Logins, Outbox as _, Vault,
};
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sesame_domain::time::{Clock as _, SystemClock};
use sesame_sandbox::dc::Dcs;
use sesame_sandbox::world::{
    Authorization, CloudPassword, Instead, NewPerson, NewRpcFault, NewTransportFault, Person,
    World, WorldOptions,
};
use sesame_sessions::{DataCentres, DataCentresError, DcTable, Ports, Sessions, SessionsSettings};
use sesame_store::{Coordination, CoordinationSettings, Database, DatabaseSettings};
use sesame_test_doubles::{ShiftedClock, SpawningSupervisor};
use tempfile::TempDir;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

pub(crate) use crate::eventually::{PATIENCE, eventually};

/// The data centres of the sandbox; each new session gets keys of its own.
struct Local(Arc<Dcs>);

#[async_trait]
impl DataCentres for Local {
    async fn fresh(&self) -> Result<DcTable, DataCentresError> {
        let keys = self.0.mint_keys();
        let dcs = keys
            .into_iter()
            .map(|key| (key.dc, key.address, key.auth_key));
        let table = DcTable::with_keys(dcs).map_err(|error| DataCentresError(error.into()))?;
        Ok(table.starting_at(1))
    }
}

pub(crate) struct Fixture {
    /// The clock of the nodes; leases and the vault have one of their own.
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) world: Arc<World>,
    pub(crate) dcs: Arc<Dcs>,
    pub(crate) database: Arc<Database>,
    coordination: Coordination,
    pub(crate) vault: Arc<dyn Vault>,
    folder: TempDir,
}

/// One node of Sesame. Its heart beats until it is dropped.
pub(crate) struct Node {
    _heart: AbortOnDropHandle<()>,
    pub(crate) sessions: Sessions,
    pub(crate) logins: Arc<dyn LoginService>,
    pub(crate) accounts: Arc<dyn AccountService>,
}

fn log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let subscriber = tracing_subscriber::fmt().with_env_filter(filter);
        // Another one may be there already, where the log itself is looked at.
        let _ = subscriber.with_test_writer().try_init();
    });
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::with_options(WorldOptions::default()).await
    }

    /// A fixture whose login tokens live this long.
    pub(crate) async fn with_token_life(life: Duration) -> Self {
        Self::with_options(WorldOptions {
            token_life: life,
            ..WorldOptions::default()
        })
        .await
    }

    async fn with_options(options: WorldOptions) -> Self {
        log();
        let world = Arc::new(World::new(options));
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let dcs = Dcs::start(Arc::clone(&world), &[any, any]).await.unwrap();
        Box::pin(Self::over(world, Arc::new(dcs))).await
    }

    /// Another Sesame over the same Telegram, that knows nothing of this one.
    pub(crate) async fn elsewhere(&self) -> Self {
        Self::over(self.world.clone(), self.dcs.clone()).await
    }

    async fn over(world: Arc<World>, dcs: Arc<Dcs>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = DatabaseSettings::file(folder.path().join("sesame.db"));
        let database = Arc::new(Database::connect(&settings).await.unwrap());
        database.migrate().await.unwrap();
        let clock = Arc::new(SystemClock);
        let settings = CoordinationSettings::memory();
        let supervisor = SpawningSupervisor::default();
        let coordination = Coordination::connect(&settings, clock.clone(), &supervisor)
            .await
            .unwrap();
        let keys = CustodyPorts {
            register: Arc::new(database.keys()),
            secrets: Arc::new(database.secrets()),
            clock,
            entropy: Arc::new(SystemEntropy),
        };
        let file = CustodySettings::file(folder.path().join("keys.json"));
        let custody = Custody::open(file, keys, true).await.unwrap();
        database.set_audit_keys(custody.token_keys());
        Self {
            clock: Arc::default(),
            world,
            dcs,
            coordination,
            vault: custody.vault(Arc::new(database.audit_log()), "test"),
            database,
            folder,
        }
    }

    /// Where the database is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn settings(&self) -> SessionsSettings {
        let options = self.world.options();
        let device = Device {
            model: "Sesame test".to_owned(),
            system_version: "Test bench".to_owned(),
            app_version: "9.8.7".to_owned(),
            app_name: options.app_title.clone(),
        };
        let mut settings = SessionsSettings::new(
            tenant(),
            options.api_id,
            options.api_hash.clone().into(),
            device,
        );
        settings.lease_ttl = Heartbeat::TTL;
        settings.sweep_every = Duration::from_millis(200);
        settings.throttling = sesame_sessions::Throttling::NONE;
        settings
    }

    pub(crate) fn node(&self) -> Node {
        self.node_with(self.settings())
    }

    /// A node whose logins live this long.
    pub(crate) fn node_with_ttl(&self, seconds: i64) -> Node {
        let mut settings = self.settings();
        settings.policy = Policy::new(TimeDelta::seconds(seconds));
        self.node_with(settings)
    }

    pub(crate) fn node_with(&self, settings: SessionsSettings) -> Node {
        Node::start(settings, self.ports())
    }

    /// A node whose logins are kept elsewhere.
    pub(crate) fn node_over(&self, logins: Arc<dyn Logins>) -> Node {
        let ports = Ports {
            logins,
            ..self.ports()
        };
        Node::start(self.settings(), ports)
    }

    /// A node with other ports.
    pub(crate) fn node_with_ports(&self, change: impl FnOnce(&mut Ports)) -> Node {
        self.node_as(self.settings(), change)
    }

    /// A node with other settings and ports.
    pub(crate) fn node_as(
        &self,
        settings: SessionsSettings,
        change: impl FnOnce(&mut Ports),
    ) -> Node {
        let mut ports = self.ports();
        change(&mut ports);
        Node::start(settings, ports)
    }

    /// A node of another tenant, with other ports.
    pub(crate) fn node_of_another_tenant(&self, change: impl FnOnce(&mut Ports)) -> Node {
        let mut settings = self.settings();
        settings.tenant = "other".parse().unwrap();
        self.node_as(settings, change)
    }

    /// A node that finds Telegram in its own way.
    pub(crate) fn node_finding(
        &self,
        settings: SessionsSettings,
        data_centres: Arc<dyn DataCentres>,
    ) -> Node {
        let ports = Ports {
            data_centres,
            ..self.ports()
        };
        Node::start(settings, ports)
    }

    /// A node for one command, which takes nothing over, perhaps with other ports.
    pub(crate) fn command(&self, change: impl FnOnce(&mut Ports)) -> Node {
        let mut ports = self.ports();
        change(&mut ports);
        let heartbeat = ports.heartbeat.clone();
        Node::of(Sessions::for_command(self.settings(), ports), &heartbeat)
    }

    fn ports(&self) -> Ports {
        let node = NodeId::generate(&SystemEntropy);
        let leases = self.coordination.leases();
        Ports {
            heartbeat: Arc::new(Heartbeat::new(leases, self.clock.clone(), node)),
            logins: Arc::new(self.database.logins()),
            login_attempts: Arc::new(self.database.login_attempts()),
            application_floods: Arc::new(self.database.application_floods()),
            accounts: Arc::new(self.database.accounts()),
            cursors: Arc::new(self.database.cursors()),
            peers: Arc::new(self.database.peers()),
            leases: self.coordination.leases(),
            signals: self.coordination.signals(),
            vault: self.vault.clone(),
            audit: Arc::new(self.database.audit_log()),
            erasures: Arc::new(self.database.erasures()),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
            data_centres: Arc::new(Local(self.dcs.clone())),
            supervisor: Arc::new(SpawningSupervisor::default()),
        }
    }

    /// Who may work on what.
    pub(crate) fn leases(&self) -> Arc<dyn Leases> {
        self.coordination.leases()
    }

    /// Where the data centres are.
    pub(crate) fn data_centres(&self) -> Box<dyn DataCentres> {
        Box::new(Local(self.dcs.clone()))
    }

    pub(crate) fn person(&self, home_dc: i32) -> Person {
        let new = NewPerson {
            id: None,
            first_name: "Ann".to_owned(),
            last_name: Some("Lee".to_owned()),
            username: None,
            phone: None,
            language: None,
            home_dc: Some(home_dc),
        };
        self.world.people().create(new).unwrap()
    }

    pub(crate) fn set_password(&self, person: &Person, password: &str) {
        let password = CloudPassword::derive(password, Some("the usual".to_owned()));
        self.world.set_password(person.id, Some(password)).unwrap();
    }

    /// The devices in the person's Settings > Devices.
    pub(crate) fn devices(&self, person: &Person) -> Vec<Arc<Authorization>> {
        self.world.authorizations().of(person.id)
    }

    /// The text in the code that is on show.
    pub(crate) async fn link(&self, login: &Login) -> String {
        let Some(QrAsking::Pending(qr)) = login.state.asking().and_then(Asking::qr) else {
            panic!("no code is on show: {:?}", login.state);
        };
        self.link_of(login, qr).await
    }

    async fn link_of(&self, login: &Login, qr: &Qr) -> String {
        let binding = Binding::login(&login.owner, login.id, Purpose::QrToken);
        let access = Access {
            actor: Actor::Owner,
            reason: "test".into(),
        };
        let token = self.vault.open(&binding, &qr.token, &access).await.unwrap();
        format!("tg://login?token={}", URL_SAFE_NO_PAD.encode(&*token))
    }

    /// Scans the code that is on show with the person's phone.
    pub(crate) async fn scan(&self, person: &Person, login: &Login) {
        self.world.scan(person.id, &self.link(login).await).unwrap();
    }

    /// The next calls of a method answer with this error.
    pub(crate) fn fault(&self, method: &str, code: i32, message: &str, times: u32) {
        self.world.faults().add(NewRpcFault {
            method: method.to_owned(),
            error_code: code,
            error_message: message.to_owned(),
            times,
            person: None,
            dc: None,
        });
    }

    /// Connections get this instead of an answer to what is sent with a key of
    /// the person.
    pub(crate) fn fault_line(&self, person: &Person, instead: Instead, times: u32) {
        self.world.faults().add_transport(NewTransportFault {
            instead,
            times,
            person: Some(person.id),
            dc: None,
        });
    }

    /// What the bot was told to say.
    pub(crate) async fn notices(&self) -> Vec<NoticeKind> {
        let now = self.clock.now();
        let taken = self
            .database
            .outbox()
            .take(&tenant(), now, now, 100)
            .await
            .unwrap();
        taken.into_iter().map(|notice| notice.kind).collect()
    }

    /// How often a method was called at Telegram so far.
    pub(crate) fn calls(&self, method: &str) -> u64 {
        let calls = self.dcs.stats().calls;
        let found = calls.iter().find(|(called, _)| *called == method);
        found.map_or(0, |(_, times)| *times)
    }

    /// What the audit says about the owner, oldest first.
    pub(crate) async fn audit(&self, owner: &Owner) -> Vec<AuditEntry> {
        let mut entries = self.database.audit_log().about(owner, 1_000).await.unwrap();
        entries.reverse();
        entries
    }

    /// What the audit says was done about the owner, oldest first.
    pub(crate) async fn actions(&self, owner: &Owner) -> Vec<Action> {
        let entries = self.audit(owner).await;
        entries.into_iter().map(|entry| entry.action).collect()
    }

    /// An account's session as it is stored, sealed. No node may have it open:
    /// this takes it away.
    pub(crate) async fn stored(&self, account: &Account) -> Sealed {
        let reader = NodeId::generate(&SystemEntropy);
        let accounts = self.database.accounts();
        let stored = accounts.claim_session(account.session, &reader);
        stored.await.unwrap().sealed
    }

    /// Waits until the person has no device but `left`.
    pub(crate) async fn devices_become(&self, person: &Person, left: usize) {
        let what = format!("{left} devices");
        eventually(&what, || async { self.devices(person).len() == left }).await;
    }

    /// Waits until nothing of a login is left to clean up.
    pub(crate) async fn cleaned_up(&self, id: LoginId) {
        eventually("the clean-up", || async {
            let login = self.database.logins().find(id).await.unwrap().unwrap();
            login.is_over() && login.cleanup_at.is_none()
        })
        .await;
    }

    /// Waits until no session waits to be logged out.
    pub(crate) async fn nothing_leaves(&self) {
        eventually("sessions to leave", || async {
            let later = SystemClock.now() + TimeDelta::days(1);
            self.database
                .accounts()
                .leaving(&tenant(), later, 10)
                .await
                .unwrap()
                .is_empty()
        })
        .await;
    }
}

impl Node {
    fn start(settings: SessionsSettings, ports: Ports) -> Self {
        let heartbeat = ports.heartbeat.clone();
        Self::of(Sessions::start(settings, ports), &heartbeat)
    }

    fn of(sessions: Sessions, heartbeat: &Arc<Heartbeat>) -> Self {
        let heartbeat = heartbeat.clone();
        let beating = async move {
            loop {
                heartbeat.beat().await.unwrap();
                tokio::time::sleep(Heartbeat::EVERY).await;
            }
        };
        Self {
            _heart: AbortOnDropHandle::new(TaskTracker::new().spawn(beating)),
            logins: sessions.login_service(),
            accounts: sessions.account_service(),
            sessions,
        }
    }

    pub(crate) async fn begin(&self, owner: &Owner) -> Login {
        self.begin_as(owner, Begin::default()).await
    }

    pub(crate) async fn begin_as(&self, owner: &Owner, begin: Begin) -> Login {
        match self.logins.begin(owner, begin).await.unwrap() {
            Begun::Created(login) => login,
            Begun::Existing(login) => panic!("not a new login: {:?}", login.state),
        }
    }

    /// Waits until a login is as wanted.
    pub(crate) async fn until(&self, login: &Login, wanted: impl Fn(&Login) -> bool) -> Login {
        let mut last = None;
        let wait = async {
            let mut updates = self.logins.watch(&login.owner, login.id).await.unwrap();
            while let Some(update) = updates.next().await {
                let update = update.unwrap();
                let found = wanted(&update);
                last = Some(update.clone());
                if found {
                    return Some(update);
                }
            }
            None
        };
        let found = tokio::time::timeout(PATIENCE, wait).await;
        let found = found.ok().flatten();
        found.unwrap_or_else(|| panic!("over or out of time, and not as wanted: {last:?}"))
    }

    pub(crate) async fn until_status(&self, login: &Login, status: Status) -> Login {
        self.until(login, |login| login.state.status() == status)
            .await
    }

    /// Begins a login and waits for its first code.
    pub(crate) async fn begin_and_show(&self, owner: &Owner) -> Login {
        let login = self.begin(owner).await;
        self.until_status(&login, Status::Pending).await
    }

    /// Links the person's account.
    pub(crate) async fn link_account(&self, fixture: &Fixture, person: &Person) -> Login {
        let login = self.begin_and_show(&owner(person)).await;
        fixture.scan(person, &login).await;
        self.until_status(&login, Status::Authorized).await
    }

    /// Sends a password; the login as it is while that is checked.
    pub(crate) async fn password(&self, login: &Login, password: &str) -> Login {
        let answer = Answer::Password(password.into());
        self.logins
            .submit(&login.owner, login.id, answer)
            .await
            .unwrap()
    }
}

pub(crate) fn tenant() -> TenantId {
    "default".parse().unwrap()
}

pub(crate) fn owner(person: &Person) -> Owner {
    Owner {
        tenant: tenant(),
        person: PersonId(person.id),
    }
}
