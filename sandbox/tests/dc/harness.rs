//! A sandbox and clients for it.

use std::net::{SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;

use grammers_client::tl::{self, RemoteCall, enums, functions, types};
use grammers_client::{Client, InvocationError};
use grammers_mtsender::{ConnectionParams, NoRetries, SenderPool};
use grammers_session::storages::MemorySession;
use grammers_session::types::DcOption;
use grammers_session::updates::UpdatesLike;
use grammers_session::{Session as _, SessionData};
use sesame_sandbox::dc::{Dcs, MintedKey};
use sesame_sandbox::world::{CloudPassword, NewPerson, Person, World, WorldOptions};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Sandbox {
    pub(crate) world: Arc<World>,
    pub(crate) dcs: Dcs,
}

impl Sandbox {
    pub(crate) async fn start() -> Self {
        Self::with_options(WorldOptions::default()).await
    }

    pub(crate) async fn with_options(options: WorldOptions) -> Self {
        Self::over(Arc::new(World::new(options))).await
    }

    pub(crate) async fn over(world: Arc<World>) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let dcs = Dcs::start(Arc::clone(&world), &[any, any]).await.unwrap();
        Self { world, dcs }
    }

    pub(crate) fn person(&self, first_name: &str, home_dc: i32) -> Person {
        let new = NewPerson {
            id: None,
            first_name: first_name.to_owned(),
            last_name: None,
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

    pub(crate) fn client(&self) -> TestClient {
        TestClient::new(self)
    }

    /// A client with the keys that another has.
    pub(crate) async fn client_like(&self, other: &TestClient) -> TestClient {
        let client = self.client();
        for (dc, _) in self.dcs.addresses() {
            let mut option = client.session.dc_option(dc).unwrap().unwrap();
            let known = other.session.dc_option(dc).unwrap().unwrap();
            option.auth_key = known.auth_key;
            client.session.set_dc_option(&option).await.unwrap();
        }
        client
    }

    /// A client that is logged in.
    pub(crate) async fn logged_in(&self, person: &Person) -> TestClient {
        let client = self.client();
        let token = client.export().await.unwrap();
        self.world.scan(person.id, &link(&token)).unwrap();
        let again = client.export_anyhow().await.unwrap();
        let again = match again {
            enums::auth::LoginToken::MigrateTo(to) => client.follow(to).await.unwrap(),
            other => other,
        };
        assert!(matches!(again, enums::auth::LoginToken::Success(_)));
        client
    }
}

/// A grammers client with fresh keys.
pub(crate) struct TestClient {
    pub(crate) client: Client,
    pub(crate) session: Arc<MemorySession>,
    pub(crate) updates: tokio::sync::Mutex<mpsc::Receiver<UpdatesLike>>,
    api: (i32, String),
    runner: JoinHandle<()>,
}

impl Drop for TestClient {
    fn drop(&mut self) {
        self.runner.abort();
    }
}

impl TestClient {
    fn new(sandbox: &Sandbox) -> Self {
        let mut data = SessionData {
            home_dc: 1,
            ..SessionData::default()
        };
        data.dc_options.clear();
        for key in sandbox.dcs.mint_keys() {
            let SocketAddr::V4(ipv4) = key.address else {
                panic!("the sandbox listens on IPv4");
            };
            let ipv6 = SocketAddrV6::new(ipv4.ip().to_ipv6_mapped(), ipv4.port(), 0, 0);
            let option = DcOption {
                id: key.dc,
                ipv4,
                ipv6,
                auth_key: Some(key.auth_key),
            };
            data.dc_options.insert(key.dc, option);
        }
        let session = Arc::new(MemorySession::from(data));
        let options = sandbox.world.options();
        let params = ConnectionParams {
            device_model: "Test bench".to_owned(),
            system_version: "Linux".to_owned(),
            app_version: "1.2.3".to_owned(),
            system_lang_code: "en".to_owned(),
            lang_code: "en".to_owned(),
            use_ipv6: false,
            retry_policy: Box::new(NoRetries),
            updates_channel_capacity: 100.try_into().unwrap(),
            __non_exhaustive: (),
        };
        let pool = SenderPool::with_configuration(Arc::clone(&session), options.api_id, params);
        let client = Client::new(pool.handle);
        Self {
            client,
            session,
            updates: tokio::sync::Mutex::new(pool.updates),
            api: (options.api_id, options.api_hash.clone()),
            runner: tokio::spawn(pool.runner.run()),
        }
    }

    /// The key that the client has for a data centre.
    pub(crate) fn key(&self, sandbox: &Sandbox, dc: i32) -> MintedKey {
        let known = self.session.dc_option(dc).unwrap().unwrap();
        let addresses = sandbox.dcs.addresses();
        let (_, address) = addresses.into_iter().find(|(id, _)| *id == dc).unwrap();
        MintedKey {
            dc,
            address,
            auth_key: known.auth_key.unwrap(),
        }
    }

    pub(crate) async fn call<R: RemoteCall>(
        &self,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        tokio::time::timeout(PATIENCE, self.client.invoke(request))
            .await
            .expect("an answer in time")
    }

    pub(crate) async fn export_anyhow(&self) -> Result<enums::auth::LoginToken, InvocationError> {
        self.export_except(Vec::new()).await
    }

    pub(crate) async fn export_except(
        &self,
        except_ids: Vec<i64>,
    ) -> Result<enums::auth::LoginToken, InvocationError> {
        let (api_id, api_hash) = self.api.clone();
        let request = functions::auth::ExportLoginToken {
            api_id,
            api_hash,
            except_ids,
        };
        self.call(&request).await
    }

    /// Exports a token that can be scanned.
    pub(crate) async fn export(&self) -> Result<types::auth::LoginToken, InvocationError> {
        match self.export_anyhow().await? {
            enums::auth::LoginToken::Token(token) => Ok(token),
            other => panic!("expected a token, got {other:?}"),
        }
    }

    /// Goes on at another data centre.
    pub(crate) async fn follow(
        &self,
        to: types::auth::LoginTokenMigrateTo,
    ) -> Result<enums::auth::LoginToken, InvocationError> {
        self.session.set_home_dc_id(to.dc_id).await.unwrap();
        let request = functions::auth::ImportLoginToken { token: to.token };
        self.call(&request).await
    }

    pub(crate) async fn me(&self) -> Result<types::User, InvocationError> {
        let request = functions::users::GetUsers {
            id: vec![enums::InputUser::UserSelf],
        };
        match self.call(&request).await?.remove(0) {
            enums::User::User(me) => Ok(me),
            other @ enums::User::Empty(_) => panic!("expected oneself, got {other:?}"),
        }
    }

    pub(crate) async fn try_password(
        &self,
        password: &str,
    ) -> Result<enums::auth::Authorization, InvocationError> {
        let asked = self.call(&functions::account::GetPassword {}).await?;
        let enums::account::Password::Password(asked) = asked;
        let password = answer(&asked, password);
        self.call(&functions::auth::CheckPassword { password })
            .await
    }

    /// Waits for an update that fits.
    pub(crate) async fn update(&self, fits: impl Fn(&enums::Update) -> bool) -> enums::Update {
        let mut updates = self.updates.lock().await;
        let wait = async {
            loop {
                match updates.recv().await.expect("a living client") {
                    UpdatesLike::Updates(enums::Updates::UpdateShort(short))
                        if fits(&short.update) =>
                    {
                        return short.update;
                    }
                    UpdatesLike::Updates(enums::Updates::Updates(all)) => {
                        if let Some(update) = all.updates.into_iter().find(|one| fits(one)) {
                            return update;
                        }
                    }
                    _ => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("an update in time")
    }
}

/// The client's half of a password check.
pub(crate) fn answer(
    asked: &types::account::Password,
    password: &str,
) -> enums::InputCheckPasswordSrp {
    use enums::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow as Known;
    let Some(Known(algo)) = &asked.current_algo else {
        panic!("an unknown algorithm");
    };
    let (m1, a) = grammers_crypto::two_factor_auth::calculate_2fa(
        &algo.salt1,
        &algo.salt2,
        &algo.p,
        &algo.g,
        asked.srp_b.clone().unwrap(),
        asked.secure_random.clone(),
        password,
    );
    tl::enums::InputCheckPasswordSrp::Srp(types::InputCheckPasswordSrp {
        srp_id: asked.srp_id.unwrap(),
        a: a.to_vec(),
        m1: m1.to_vec(),
    })
}

/// Something to be said.
pub(crate) fn message(peer: enums::InputPeer, words: &str) -> functions::messages::SendMessage {
    functions::messages::SendMessage {
        no_webpage: false,
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer,
        reply_to: None,
        message: words.to_owned(),
        random_id: 1,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
        suggested_post: None,
        rich_message: None,
    }
}

/// The link that a QR code shows.
pub(crate) fn link(token: &types::auth::LoginToken) -> String {
    use base64::Engine as _;
    let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&token.token);
    format!("tg://login?token={token}")
}

/// The name of the error that a call answered with.
pub(crate) fn error<T>(result: Result<T, InvocationError>) -> (i32, String) {
    match result {
        Err(InvocationError::Rpc(error)) => (error.code, error.name),
        Err(other) => panic!("not an answer: {other:?}"),
        Ok(_) => panic!("expected an error"),
    }
}
