//! How updates come in.

use secrecy::{ExposeSecret, SecretString};
use teloxide::payloads::{DeleteWebhook, SetWebhook, SetWebhookSetters};
use teloxide::types::AllowedUpdate;
use url::Url;

use super::{ApiFault, Telegram};

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
}
