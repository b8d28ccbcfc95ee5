//! How updates come in.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use teloxide::payloads::{
    DeleteWebhook, GetUpdates, GetUpdatesSetters, GetWebhookInfo, SetWebhook, SetWebhookSetters,
};
use teloxide::types::AllowedUpdate;
use url::Url;

use super::wire::{CALL_LIMIT, Call};
use super::{ApiFault, Telegram};

/// How long Telegram holds a question for updates open.
pub(crate) const HOLD: Duration = Duration::from_secs(10);

/// What Telegram says of the webhook.
///
/// Source: core.telegram.org/bots/api#webhookinfo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct WebhookInfo {
    /// Where it leads; empty: there is none.
    #[serde(default)]
    pub(crate) url: String,
    /// How many updates wait.
    #[serde(default)]
    pub(crate) pending_update_count: u64,
    /// When a delivery failed last, in Unix seconds.
    pub(crate) last_error_date: Option<i64>,
    /// What happened then.
    pub(crate) last_error_message: Option<String>,
    /// Which kinds of updates are delivered; absent: the usual ones.
    pub(crate) allowed_updates: Option<Vec<String>>,
}

impl Telegram {
    /// Lets Telegram push updates to an address.
    pub(crate) async fn set_webhook(
        &self,
        address: Url,
        secret: &SecretString,
        updates: Vec<AllowedUpdate>,
    ) -> Result<(), ApiFault> {
        let payload = SetWebhook::new(address)
            .secret_token(secret.expose_secret())
            .allowed_updates(updates);
        self.tell(&payload).await
    }

    /// Lets updates wait to be fetched.
    pub(crate) async fn delete_webhook(&self) -> Result<(), ApiFault> {
        self.tell(&DeleteWebhook::new()).await
    }

    /// What Telegram says of the webhook.
    pub(crate) async fn webhook_info(&self) -> Result<WebhookInfo, ApiFault> {
        self.ask(&GetWebhookInfo::new()).await
    }

    /// Asks for the updates from `offset` on, and waits up to `hold` for some.
    /// What came before is forgotten by Telegram.
    pub(crate) async fn fetch(
        &self,
        offset: i32,
        hold: Duration,
        updates: Vec<AllowedUpdate>,
    ) -> Result<Vec<Value>, ApiFault> {
        let seconds = u32::try_from(hold.as_secs()).unwrap_or(u32::MAX);
        let payload = GetUpdates::new()
            .offset(offset)
            .timeout(seconds)
            .allowed_updates(updates);
        let call = Call::of(&payload)?;
        self.wire.call_within(&call, hold + CALL_LIMIT / 2).await
    }
}
