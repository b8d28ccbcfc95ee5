//! The Bot API, as far as it is used here.

mod answers;
mod documents;
mod fault;
mod profile;
mod retry;
mod updates;
mod wire;

use std::fmt;
use std::sync::Arc;

use metrics::counter;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use sesame_domain::ids::TenantId;
use sesame_domain::time::Clock;
use teloxide::payloads::GetMe;
use teloxide::requests::Payload;
use teloxide::types::Me;
use url::{Host, Url};

use crate::settings::StartError;

pub(crate) use answers::Place;
pub(crate) use fault::ApiFault;
pub(crate) use updates::{HOLD, WebhookInfo};

use retry::Patience;
use wire::{Call, Wire};

/// The Bot API. Its `Debug` does not show the token, and its errors show
/// neither the token nor what people wrote.
#[derive(Clone)]
pub(crate) struct Telegram {
    wire: Wire,
    patience: Patience,
    clock: Arc<dyn Clock>,
    tenant: TenantId,
}

impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

impl Telegram {
    /// The Bot API for this token, at Telegram or at `api_url`.
    pub(crate) fn new(
        tenant: TenantId,
        token: &SecretString,
        api_url: Option<&Url>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let mut client = teloxide::net::default_reqwest_settings();
        if api_url.is_some_and(is_this_machine) {
            // A proxy from the environment leads away from this machine.
            client = client.no_proxy();
        }
        let client = client.build().map_err(|_| StartError::HttpClient)?;
        let bot = teloxide::Bot::with_client(token.expose_secret(), client);
        let bot = match api_url {
            Some(url) => bot.set_api_url(url.clone()),
            None => bot,
        };
        Ok(Self {
            wire: Wire::new(bot),
            patience: Patience::default(),
            clock,
            tenant,
        })
    }

    /// Who the bot is.
    pub(crate) async fn me(&self) -> Result<Me, ApiFault> {
        self.ask(&GetMe::new()).await
    }

    /// Makes a call, once.
    async fn ask<T: DeserializeOwned>(
        &self,
        payload: &(impl Payload + Serialize),
    ) -> Result<T, ApiFault> {
        self.wire.call(&Call::of(payload)?).await
    }

    /// The same, if it does not matter what is answered.
    async fn tell(&self, payload: &(impl Payload + Serialize)) -> Result<(), ApiFault> {
        self.ask::<IgnoredAny>(payload).await.map(|_| ())
    }

    fn count<T>(&self, method: &'static str, answer: &Result<T, ApiFault>) {
        let outcome = answer.as_ref().map_or_else(ApiFault::label, |_| "ok");
        counter!(
            "sesame_bot_messages_total",
            "tenant" => self.tenant.to_string(), "method" => method, "outcome" => outcome
        )
        .increment(1);
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
