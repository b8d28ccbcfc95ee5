//! `setWebhook`, `deleteWebhook`, `getWebhookInfo`.

use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use super::bot::Bot;
use super::error::ApiError;
use super::webhook::Webhook;

/// `getWebhookInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookInfo {
    /// The address; empty if none is set.
    pub url: String,
    /// Always false: the sandbox takes no certificates.
    pub has_custom_certificate: bool,
    /// How many updates wait.
    pub pending_update_count: usize,
    /// When the last delivery failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error_date: Option<i64>,
    /// What happened then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error_message: Option<String>,
    /// How many deliveries the bot takes at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<u32>,
    /// Which kinds the bot wants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_updates: Vec<String>,
}

/// What `setWebhook` asks for.
pub(super) struct WebhookOrder {
    pub(super) url: String,
    pub(super) secret_token: Option<String>,
    pub(super) max_connections: Option<i64>,
    pub(super) allowed_updates: Option<Vec<String>>,
    pub(super) drop_pending_updates: bool,
}

impl Bot {
    /// Sets, changes or (with an empty address) removes the webhook; answers
    /// Telegram's note about it.
    pub(super) fn set_webhook(&self, order: WebhookOrder) -> Result<&'static str, ApiError> {
        if order.url.is_empty() {
            return Ok(self.delete_webhook(order.drop_pending_updates));
        }
        check_url(&order.url)?;
        check_secret(order.secret_token.as_deref())?;
        let webhook = Webhook {
            url: order.url,
            secret_token: order.secret_token,
            max_connections: u32::try_from(order.max_connections.unwrap_or(40).clamp(1, 100))
                .unwrap_or(40),
            last_error: None,
        };
        let note = self.change(|state| {
            if let Some(kinds) = order.allowed_updates {
                state.updates.allow(kinds);
            }
            if order.drop_pending_updates {
                state.updates.clear();
            }
            let same = state
                .webhook
                .as_ref()
                .is_some_and(|old| old.url == webhook.url);
            state.webhook = Some(webhook);
            if same {
                "Webhook is already set"
            } else {
                "Webhook was set"
            }
        });
        self.interrupt_poll();
        self.wake();
        Ok(note)
    }

    /// Removes the webhook; answers Telegram's note about it.
    pub(super) fn delete_webhook(&self, drop_pending_updates: bool) -> &'static str {
        let note = self.change(|state| {
            if drop_pending_updates {
                state.updates.clear();
            }
            match state.webhook.take() {
                Some(_) => "Webhook was deleted",
                None => "Webhook is already deleted",
            }
        });
        self.wake();
        note
    }

    /// What is known of the webhook.
    pub fn webhook_info(&self) -> WebhookInfo {
        self.read(|state| {
            let webhook = state.webhook.clone();
            let error = webhook.as_ref().and_then(|hook| hook.last_error.clone());
            WebhookInfo {
                max_connections: webhook.as_ref().map(|hook| hook.max_connections),
                url: webhook.map(|hook| hook.url).unwrap_or_default(),
                has_custom_certificate: false,
                pending_update_count: state.updates.len(),
                last_error_date: error.as_ref().map(|error| error.date),
                last_error_message: error.map(|error| error.message),
                allowed_updates: state.updates.allowed().to_vec(),
            }
        })
    }
}

fn check_url(address: &str) -> Result<(), ApiError> {
    let url =
        Url::parse(address).map_err(|_| ApiError::bad("bad webhook: Failed to parse the URL"))?;
    match (url.scheme(), url.host()) {
        ("http" | "https", Some(_)) => Ok(()),
        _ => Err(ApiError::bad(
            "bad webhook: An HTTPS URL must be provided for webhook",
        )),
    }
}

fn check_secret(secret: Option<&str>) -> Result<(), ApiError> {
    let Some(secret) = secret else {
        return Ok(());
    };
    if secret.len() > 256 {
        return Err(ApiError::bad("secret token is too long"));
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if secret.bytes().all(allowed) {
        Ok(())
    } else {
        Err(ApiError::bad("secret token contains unallowed characters"))
    }
}
