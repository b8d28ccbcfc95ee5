//! What all handlers share.

use std::ops::Deref;
use std::sync::Arc;

use sesame_domain::ids::{Owner, PersonId};
use tokio_util::sync::CancellationToken;

use crate::base_path::BasePath;
use crate::identity::{Checked, Tokens};
use crate::init_data::Verifier;
use crate::miniapp::Assets;
use crate::ports::Ports;
use crate::problem::{ApiError, Unauthorized};
use crate::settings::Settings;

/// What all handlers share.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    /// With what every address begins that is named to someone.
    pub(crate) base: BasePath,
    pub(crate) ports: Ports,
    pub(crate) verifier: Verifier,
    pub(crate) tokens: Tokens,
    pub(crate) assets: Assets,
    /// Cancelled when the program stops: ends what streams and waits.
    pub(crate) shutdown: CancellationToken,
}

impl App {
    pub(crate) fn new(settings: Settings, ports: Ports, shutdown: CancellationToken) -> Self {
        Self(Arc::new(Shared {
            verifier: Verifier::new(&settings),
            tokens: Tokens::new(settings.tenant.clone(), Arc::clone(&ports.token_keys)),
            assets: Assets::new(&BasePath::of(&settings.public_url)),
            base: BasePath::of(&settings.public_url),
            settings,
            ports,
            shutdown,
        }))
    }

    /// The person within this bot.
    pub(crate) fn owner(&self, person: PersonId) -> Owner {
        Owner {
            tenant: self.settings.tenant.clone(),
            person,
        }
    }

    /// Refuses a token from before everything about its person was erased:
    /// they are not known then, or only since they came back.
    pub(crate) async fn still_known(&self, token: &Checked) -> Result<(), ApiError> {
        let person = self.ports.people.find(&token.owner).await?;
        match person {
            Some(person) if !token.is_older_than(person.first_seen_at) => Ok(()),
            Some(_) | None => Err(Unauthorized::TokenRevoked.into()),
        }
    }

    /// Remembers that the person opened the app. They are not kept waiting,
    /// nor sent away, because this did not work.
    pub(crate) async fn remember(&self, owner: &Owner, language: Option<&str>) {
        let now = self.ports.clock.now();
        if let Err(error) = self.ports.people.seen(owner, language, now).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a person could not be remembered"
            );
        }
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
