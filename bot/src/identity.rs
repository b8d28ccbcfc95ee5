//! Whose token one is, before there is a bot with it.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use sesame_domain::ids::TenantId;
use sesame_domain::time::Clock;
use url::Url;

use crate::telegram::{ApiFault, Telegram};

/// Asks the Bot API whose token one is.
#[derive(Clone)]
pub struct BotIdentity {
    api_url: Option<Url>,
    clock: Arc<dyn Clock>,
}

/// Why it is not known whose token it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityRefused {
    /// It is no one's, or not any more.
    #[error("the Bot API does not accept the token")]
    Unauthorized,
    /// The Bot API could not be asked; why not.
    #[error("{0}")]
    Unreachable(String),
}

impl BotIdentity {
    /// At this Bot API, or at Telegram's own.
    pub fn at(api_url: Option<Url>, clock: Arc<dyn Clock>) -> Self {
        Self { api_url, clock }
    }

    /// The id of the bot, and its public name without the `@`.
    ///
    /// # Errors
    /// When the Bot API does not say.
    pub async fn of(&self, token: &SecretString) -> Result<(i64, String), IdentityRefused> {
        let unreachable =
            |fault: &dyn fmt::Display| IdentityRefused::Unreachable(fault.to_string());
        let tenant: TenantId = "new".parse().map_err(|error| unreachable(&error))?;
        let (api, clock) = (self.api_url.as_ref(), Arc::clone(&self.clock));
        let telegram =
            Telegram::new(tenant, token, api, clock).map_err(|error| unreachable(&error))?;
        match telegram.me().await {
            Ok(me) => {
                let id = i64::try_from(me.user.id.0).map_err(|error| unreachable(&error))?;
                Ok((id, me.username().to_owned()))
            }
            Err(ApiFault::Token) => Err(IdentityRefused::Unauthorized),
            Err(fault) => Err(unreachable(&fault)),
        }
    }
}

impl fmt::Debug for BotIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotIdentity").finish_non_exhaustive()
    }
}
