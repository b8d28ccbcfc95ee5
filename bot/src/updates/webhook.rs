//! Updates that are pushed.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{WebhookReceiver, WebhookRefusal};
use sesame_domain::time::Clock;
use subtle::ConstantTimeEq;
use tracing::warn;

use super::deliveries::LastUpdate;
use super::raw::parse;
use crate::dispatcher::{Dispatcher, Incoming};

/// Takes in what Telegram pushes.
pub(crate) struct PushedUpdates {
    pub(crate) tenant: TenantId,
    pub(crate) secret: SecretString,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) last_update: LastUpdate,
    pub(crate) clock: Arc<dyn Clock>,
}

impl WebhookReceiver for PushedUpdates {
    fn is_of(&self, tenant: &str) -> bool {
        self.tenant.as_str() == tenant
    }

    fn knows(&self, secret: &[u8]) -> bool {
        let expected = self.secret.expose_secret().as_bytes();
        secret.ct_eq(expected).into()
    }

    /// What cannot be read is taken in as well: Telegram would push it again
    /// and again, and nothing after it.
    fn receive(&self, update: &[u8]) -> Result<(), WebhookRefusal> {
        let Some(raw) = parse(update) else {
            warn!("what was pushed is not an update");
            return Err(WebhookRefusal::Malformed);
        };
        if let Some(incoming) = Incoming::read(&raw)
            && self.dispatcher.put(incoming).is_err()
        {
            return Err(WebhookRefusal::Busy);
        }
        self.last_update.note(self.clock.now());
        Ok(())
    }
}
