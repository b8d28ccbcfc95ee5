//! Telegram behind lines that can break: Sesame is told the proxies' addresses
//! instead of the data centres' own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use reqwest::Client;
use serde_json::Value;
use sesame_test_support::http;
use sesame_test_support::proxy::{Ear, Proxy};
use sesame_test_support::ready::Ready;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::auth_keys::AuthKeys;
use crate::nodes::Processes;

/// How long the way to a data centre is, so that each state lasts a while.
pub(crate) const DISTANCE: Duration = Duration::from_millis(60);

/// What answers in the control interface's place.
struct Front {
    client: Client,
    control: String,
    addresses: BTreeMap<i64, SocketAddr>,
    /// The keys that were handed out, in base64: secrets.
    keys: Mutex<Vec<String>>,
}

/// Telegram behind lines that can break.
pub(crate) struct Telegram {
    pub(crate) lines: BTreeMap<i32, Arc<Proxy>>,
    pub(crate) auth_keys: Arc<AuthKeys>,
    /// The control interface, as Sesame is told.
    pub(crate) control: String,
    front: Arc<Front>,
    /// Held for its end.
    _serving: JoinSet<()>,
}

impl Telegram {
    /// Lines to the data centres of this sandbox.
    pub(crate) async fn before(ready: &Ready, processes: &Arc<Processes>) -> Result<Self> {
        let auth_keys = Arc::new(AuthKeys::of(processes));
        let mut lines = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        for dc in &ready.dcs {
            let (id, heard) = (dc.id, Arc::clone(&auth_keys));
            let ear: Ear = Arc::new(move |sent| heard.hear(id, sent));
            let proxy = Proxy::heard_by(vec![dc.address.clone()], ear).await?;
            proxy.delay(DISTANCE);
            addresses.insert(i64::from(id), proxy.address().parse()?);
            lines.insert(id, Arc::new(proxy));
        }
        let front = Arc::new(Front {
            client: http::client()?,
            control: ready.control.trim_end_matches('/').to_owned(),
            addresses,
            keys: Mutex::default(),
        });
        let router = Router::new()
            .route("/control/auth-keys", post(mint))
            .route("/control/bot", get(bot))
            .with_state(Arc::clone(&front));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let control = format!("http://{}/control", listener.local_addr()?);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // It ends with this value.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            lines,
            auth_keys,
            control,
            front,
            _serving: serving,
        })
    }

    /// The keys of all sessions that there were, in base64.
    pub(crate) fn keys(&self) -> Vec<String> {
        let keys = self.front.keys.lock();
        keys.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn mint(State(front): State<Arc<Front>>) -> Result<(StatusCode, Json<Value>), StatusCode> {
    let minted = minted(&front).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok((StatusCode::CREATED, Json(minted)))
}

async fn minted(front: &Front) -> Result<Value> {
    let url = format!("{}/auth-keys", front.control);
    let mut minted: Value = front.client.post(url).send().await?.json().await?;
    let dcs = minted["dcs"].as_array_mut().context("data centres")?;
    for dc in dcs {
        let id = dc["id"].as_i64().context("an id")?;
        let address = front.addresses.get(&id).context("a line")?;
        dc["address"] = address.to_string().into();
        let key = dc["auth_key"].as_str().context("a key")?.to_owned();
        let mut keys = front.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.push(key);
    }
    Ok(minted)
}

async fn bot(State(front): State<Arc<Front>>) -> Result<Json<Value>, StatusCode> {
    let asked = async {
        let url = format!("{}/bot", front.control);
        front.client.get(url).send().await?.json().await
    };
    let answer: Result<Value, reqwest::Error> = asked.await;
    answer.map(Json).map_err(|_| StatusCode::BAD_GATEWAY)
}
