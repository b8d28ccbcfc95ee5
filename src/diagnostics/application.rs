//! What Sesame is at Telegram.

use async_trait::async_trait;
use sesame_checks::{Application, Refusal};
use sesame_sessions::Trial;

use crate::config::Settings;
use crate::node;

/// The application of these settings.
pub(super) struct ApplicationOf(pub(super) Settings);

#[async_trait]
impl Application for ApplicationOf {
    async fn try_out(&self) -> Result<(), Refusal> {
        match node::try_application(&self.0).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Trial::Refused(name))) => Err(Refusal::Refused(name)),
            Ok(Err(Trial::Unknown(error))) => Err(Refusal::Unknown(error)),
            Err(failure) => Err(Refusal::Sandbox(failure.to_string())),
        }
    }
}
