//! What all handlers share.

use std::ops::Deref;
use std::sync::{Arc, Once};

use sesame_domain::ids::{GrantId, Owner, PersonId};
use sesame_domain::ports::{AGAIN_WITHIN, Grant, Standing};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::assets::Assets;
use crate::base_path::BasePath;
use crate::identity::{Token, Tokens};
use crate::init_data::{InitData, Verifier};
use crate::ports::Ports;
use crate::problem::{ApiError, Unauthorized};
use crate::settings::Settings;
use crate::streams::{OpenStreams, Watchers};

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
    pub(crate) operator_assets: Assets,
    pub(crate) streams: OpenStreams,
    pub(crate) watchers: Watchers,
    /// It is told once that someone forwards requests who is not trusted.
    pub(crate) unknown_proxy: Once,
    /// Cancelled when the program stops: ends what streams and waits.
    pub(crate) shutdown: CancellationToken,
}

impl App {
    pub(crate) fn new(settings: Settings, ports: Ports, shutdown: CancellationToken) -> Self {
        sesame_words::load();
        let base = BasePath::of(&settings.public_url);
        Self(Arc::new(Shared {
            verifier: Verifier::new(&settings),
            tokens: Tokens::new(settings.tenant.clone(), Arc::clone(&ports.token_keys)),
            assets: Assets::of_miniapp(&base),
            operator_assets: Assets::of_operators(&base),
            base,
            streams: OpenStreams::new(&settings.tenant, settings.max_streams),
            settings,
            ports,
            watchers: Watchers::default(),
            unknown_proxy: Once::new(),
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

    /// Refuses a token that was given out anew since, or whose person was
    /// erased. One that is good is in use from now on.
    pub(crate) async fn admit(&self, token: &Token) -> Result<(), ApiError> {
        let (kind, origin) = (token.scope.exchanged(), token.origin);
        let standing = self.ports.one_time.admit(kind, origin, token.grant).await?;
        match standing {
            Standing::Good => Ok(()),
            Standing::Superseded => Err(Unauthorized::TokenSuperseded.into()),
            Standing::Revoked => Err(Unauthorized::TokenRevoked.into()),
            Standing::Unknown => Err(Unauthorized::TokenExpired.into()),
        }
    }

    /// Refuses launch data from before everything about its person was erased.
    /// Telegram dates it to the second, so one second is refused too many.
    pub(crate) async fn after_erasure(&self, data: &InitData) -> Result<(), ApiError> {
        let owner = self.owner(data.person);
        match self.ports.one_time.erased_at(&owner).await? {
            Some(erased) if data.made_at <= erased => Err(Unauthorized::TokenRevoked.into()),
            Some(_) | None => Ok(()),
        }
    }

    /// A token that is given out now, and good until then at most.
    pub(crate) fn grant(&self, until: Timestamp) -> Grant {
        let now = self.ports.clock.now();
        Grant {
            id: GrantId::generate(&*self.ports.entropy, now),
            at: now,
            // Other nodes' clocks may be a little ahead when they tidy up.
            until: until + AGAIN_WITHIN,
        }
    }

    /// Remembers that the person opened the app. They are not kept waiting,
    /// nor sent away, because this did not work.
    pub(crate) async fn remember(&self, owner: &Owner, language: Option<&str>) {
        let now = self.ports.clock.now();
        if let Err(error) = self.ports.people.seen(owner, language, now).await {
            tracing::warn!(
                error = %Reason::of(&error),
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
