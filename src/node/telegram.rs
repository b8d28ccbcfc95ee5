//! The Telegram that a node talks to.

use std::sync::Arc;

use ed25519_dalek::VerifyingKey;
use sesame_sessions::DataCentres;
use sesame_webapp::init_data::telegram_keys;

#[cfg(feature = "sandbox")]
use super::sandbox::{SandboxCentres, SandboxControl};
use crate::config::{Servers, Telegram as TelegramSettings};
use crate::failure::Failure;

/// The Telegram that a node talks to: the real one, or a sandbox in its place.
#[derive(Clone, Debug)]
pub(crate) enum Telegram {
    /// Telegram's own servers.
    Real(Servers),
    /// A sandbox, known to builds that have one.
    #[cfg(feature = "sandbox")]
    Sandbox(SandboxControl),
}

impl Telegram {
    /// The one that the settings name.
    pub(crate) fn of(settings: &TelegramSettings) -> Result<Self, Failure> {
        match &settings.telegram_sandbox {
            None => Ok(Self::Real(settings.telegram_servers)),
            #[cfg(feature = "sandbox")]
            Some(address) => SandboxControl::new(address.clone())
                .map(Self::Sandbox)
                .map_err(|error| Failure::other("the sandbox cannot be used", error)),
            // The settings refuse it before.
            #[cfg(not(feature = "sandbox"))]
            Some(_) => Err(anyhow::anyhow!("this Sesame was built without the sandbox").into()),
        }
    }

    /// Where new sessions begin.
    pub(crate) fn data_centres(&self) -> Arc<dyn DataCentres> {
        match self {
            Self::Real(Servers::Production) => Arc::new(sesame_sessions::Telegram::Production),
            Self::Real(Servers::Test) => Arc::new(sesame_sessions::Telegram::TestServers),
            #[cfg(feature = "sandbox")]
            Self::Sandbox(control) => Arc::new(SandboxCentres::new(control.clone())),
        }
    }

    /// The keys that sign launch data.
    #[cfg_attr(
        not(feature = "sandbox"),
        allow(clippy::unused_async, reason = "a sandbox has to be asked")
    )]
    pub(crate) async fn launch_data_keys(&self) -> Result<Vec<VerifyingKey>, Failure> {
        match self {
            Self::Real(_) => Ok(telegram_keys()),
            #[cfg(feature = "sandbox")]
            Self::Sandbox(control) => {
                let key = control
                    .launch_data_key()
                    .await
                    .map_err(|error| Failure::other("the sandbox cannot be used", error))?;
                let key = VerifyingKey::from_bytes(&key).map_err(|error| {
                    Failure::other("the sandbox gives no usable key for launch data", error)
                })?;
                Ok(vec![key])
            }
        }
    }

    /// Sites beside Telegram's own whose pages show the Mini App in a frame.
    pub(crate) fn frame_ancestors(&self) -> Vec<String> {
        match self {
            Self::Real(_) => Vec::new(),
            #[cfg(feature = "sandbox")]
            Self::Sandbox(control) => control.origins(),
        }
    }
}
