//! What Sesame asks of a sandbox that takes Telegram's place: the keys of its
//! data centres, and the key that signs launch data.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sesame_sessions::{DataCentres, DataCentresError, DcTable};
use url::Url;

/// How long the sandbox may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a sandbox is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    /// It does not answer as a sandbox does.
    #[error("the sandbox does not answer: is TELEGRAM_SANDBOX its control address?")]
    Silent(#[from] reqwest::Error),
    /// Its address cannot be extended by a path.
    #[error("TELEGRAM_SANDBOX cannot be the base of other addresses")]
    Address,
    /// What it says makes no sense.
    #[error("the sandbox gives no usable {0}")]
    Nonsense(&'static str),
}

/// A data centre with the key of one session.
pub(crate) type KeyedDc = (i32, SocketAddr, [u8; 256]);

/// The control interface of a sandbox.
#[derive(Clone, Debug)]
pub(crate) struct SandboxControl {
    client: Client,
    base: Url,
}

#[derive(Deserialize)]
struct AuthKeys {
    dcs: Vec<Dc>,
}

#[derive(Deserialize)]
struct Dc {
    id: i32,
    address: SocketAddr,
    auth_key: String,
}

#[derive(Deserialize)]
struct Bot {
    webapp_public_key: String,
}

impl SandboxControl {
    /// The control interface at this address.
    pub(crate) fn new(base: Url) -> Result<Self, SandboxError> {
        let client = Client::builder().timeout(PATIENCE).no_proxy().build()?;
        Ok(Self { client, base })
    }

    /// Has keys made for one new session, one for each data centre.
    pub(crate) async fn auth_keys(&self) -> Result<Vec<KeyedDc>, SandboxError> {
        let keys: AuthKeys = self.ask(Method::POST, "auth-keys").await?;
        keys.dcs
            .into_iter()
            .map(|dc| Some((dc.id, dc.address, decode(&dc.auth_key)?)))
            .collect::<Option<_>>()
            .ok_or(SandboxError::Nonsense("auth keys"))
    }

    /// The public key that signs launch data (Ed25519).
    pub(crate) async fn launch_data_key(&self) -> Result<[u8; 32], SandboxError> {
        let bot: Bot = self.ask(Method::GET, "bot").await?;
        let mut key = [0; 32];
        hex::decode_to_slice(&bot.webapp_public_key, &mut key)
            .map_err(|_| SandboxError::Nonsense("key for launch data"))?;
        Ok(key)
    }

    /// The site whose pages show the Mini App in a frame, under both names
    /// that people type.
    pub(crate) fn origins(&self) -> Vec<String> {
        let here = self.base.origin().ascii_serialization();
        let by_name = here.replacen("//127.0.0.1", "//localhost", 1);
        if by_name == here {
            vec![here]
        } else {
            vec![here, by_name]
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
    ) -> Result<T, SandboxError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| SandboxError::Address)?
            .pop_if_empty()
            .push(path);
        let asked = async {
            let answer = self.client.request(method, url).send().await?;
            answer.error_for_status()?.json().await
        };
        // An error must not carry the address along: it may hold a password.
        Ok(asked.await.map_err(reqwest::Error::without_url)?)
    }
}

/// The data centres of a sandbox: each new session gets keys of its own, made
/// in advance, because a client of ours shakes hands with Telegram alone. Logins
/// begin at its first data centre; who lives elsewhere shows a migration.
#[derive(Debug)]
pub(crate) struct SandboxCentres(SandboxControl);

impl SandboxCentres {
    /// Those of the sandbox with this control interface.
    pub(crate) fn new(control: SandboxControl) -> Self {
        Self(control)
    }
}

#[async_trait]
impl DataCentres for SandboxCentres {
    async fn fresh(&self) -> Result<DcTable, DataCentresError> {
        let keys = self
            .0
            .auth_keys()
            .await
            .map_err(|error| DataCentresError(Box::new(error)))?;
        let first = keys.first().map(|(dc, ..)| *dc);
        let table = DcTable::with_keys(keys).map_err(|error| DataCentresError(Box::new(error)))?;
        Ok(first.into_iter().fold(table, DcTable::starting_at))
    }
}

fn decode(key: &str) -> Option<[u8; 256]> {
    STANDARD.decode(key).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use serde_json::json;
    use tokio_util::sync::CancellationToken;
    use tokio_util::task::TaskTracker;

    use super::super::http::{Limits, Within, address_of, listen, serve};
    use super::*;

    async fn control(router: Router) -> SandboxControl {
        control_at("127.0.0.1:0", router).await
    }

    async fn control_at(address: &str, router: Router) -> SandboxControl {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = listen(address.parse().unwrap(), "LISTEN").await.unwrap();
        let base = format!("http://{}/control", address_of(&listener).unwrap());
        TaskTracker::new().spawn(serve(
            std::sync::Arc::new(listener),
            Router::new().nest("/control", router),
            Limits {
                all: 16,
                each: 16,
                proxies: "none".parse().unwrap(),
                within: Within::USUAL,
            },
            CancellationToken::new(),
        ));
        SandboxControl::new(base.parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn an_ipv6_address_in_brackets_is_an_address() {
        if std::net::TcpListener::bind("[::1]:0").is_err() {
            return;
        }
        let answer = json!({ "dcs": [
            { "id": 1, "address": "127.0.0.1:4431", "auth_key": STANDARD.encode([7; 256]) },
        ]});
        let router = Router::new().route("/auth-keys", post(|| async { Json(answer) }));
        let keys = control_at("[::1]:0", router).await.auth_keys().await;
        assert_eq!(keys.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_error_does_not_carry_the_address_along() {
        let base = "http://ann:hunter2@127.0.0.1:1/control";
        let _ = rustls::crypto::ring::default_provider().install_default();
        let error = SandboxControl::new(base.parse().unwrap())
            .unwrap()
            .auth_keys()
            .await
            .unwrap_err();
        let words = format!("{error:?} {}", sesame_domain::reason::Reason::of(&error));
        assert!(!words.contains("hunter2"), "{words}");
    }

    #[tokio::test]
    async fn keys_come_with_their_addresses() {
        let answer = json!({ "dcs": [
            { "id": 1, "address": "127.0.0.1:4431", "auth_key": STANDARD.encode([7; 256]) },
            { "id": 2, "address": "127.0.0.1:4432", "auth_key": STANDARD.encode([8; 256]) },
        ]});
        let router = Router::new().route("/auth-keys", post(|| async { Json(answer) }));
        let keys = control(router).await.auth_keys().await.unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[1].0, 2);
        assert_eq!(keys[1].1.port(), 4432);
        assert_eq!(keys[1].2, [8; 256]);
    }

    #[tokio::test]
    async fn a_key_of_the_wrong_length_is_refused() {
        let answer = json!({ "dcs": [
            { "id": 1, "address": "127.0.0.1:4431", "auth_key": STANDARD.encode([7; 255]) },
        ]});
        let router = Router::new().route("/auth-keys", post(|| async { Json(answer) }));
        let refused = control(router).await.auth_keys().await.unwrap_err();
        assert!(matches!(refused, SandboxError::Nonsense(_)), "{refused}");
    }

    #[tokio::test]
    async fn something_that_is_no_sandbox_is_told() {
        let control = control(Router::new()).await;
        let refused = control.auth_keys().await.unwrap_err();
        assert!(matches!(refused, SandboxError::Silent(_)), "{refused}");
    }

    #[tokio::test]
    async fn the_key_of_launch_data_is_read() {
        let answer = json!({ "id": 1, "webapp_public_key": hex::encode([9; 32]) });
        let router = Router::new().route("/bot", get(|| async { Json(answer) }));
        let control = control(router).await;
        assert_eq!(control.launch_data_key().await.unwrap(), [9; 32]);
        assert_eq!(control.origins().len(), 2);
    }
}
