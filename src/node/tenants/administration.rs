//! What operators do to tenants: implements [`TenantAdministration`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use secrecy::SecretString;
use sesame_bot::{BotIdentity, IdentityRefused};
use sesame_domain::audit::{Action, AuditEntry};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::order::Order;
use sesame_domain::ports::{Signals, StoreError, TenantChanged, TenantRegister as _, Topic};
use sesame_domain::reason::Reason;
use sesame_domain::tenant::{
    SealedToken, Tenant, TenantBot, TenantChange, TenantSettings, TenantState, audit_subject,
};
use sesame_store::Database;
use sesame_webapp::{
    NewTenant, OfferedSetting, ShownTenant, TenantAdministration, TenantRefusal, TenantStanding,
};
use url::Url;

use super::routes;
use super::standing::Standing;
use super::tokens::Tokens;
use crate::config::{self, Layers, Settings};
use crate::node::core::Core;

/// What operators do to tenants.
pub(crate) struct Administration {
    database: Database,
    tokens: Tokens,
    signals: Arc<dyn Signals>,
    layers: Layers,
    public_url: Url,
    /// The tenant of the environment.
    first: TenantId,
    identity: BotIdentity,
    /// The bot of the environment's tenant, by the number in its token.
    first_bot: String,
    standing: Mutex<BTreeMap<TenantId, Standing>>,
}

impl Administration {
    pub(crate) fn of(
        core: &Core,
        signals: Arc<dyn Signals>,
        layers: &Layers,
        settings: &Settings,
        public_url: &Url,
    ) -> Self {
        use secrecy::ExposeSecret as _;
        let token = settings.bot.bot_token.expose_secret();
        let first_bot = token.split(':').next().unwrap_or_default().to_owned();
        Self {
            database: core.database.clone(),
            tokens: Tokens::of(core),
            signals,
            layers: layers.clone(),
            public_url: public_url.clone(),
            first: settings.bot.tenant.clone(),
            identity: BotIdentity::at(settings.bot.bot_api_url.clone(), Arc::clone(&core.clock)),
            first_bot,
            standing: Mutex::default(),
        }
    }

    /// How all that run do now; of the others, those that failed stay.
    pub(super) fn told(&self, runs: BTreeMap<TenantId, Standing>, failed: &[TenantId]) {
        let mut standing = self.standing();
        standing.retain(|id, _| failed.contains(id));
        standing.extend(runs);
    }

    /// One did not start.
    pub(super) fn failed(&self, id: &TenantId, why: String) {
        self.standing().insert(id.clone(), Standing::Failed(why));
    }

    /// What of the tenants does not work, by name: the rest of the node does.
    pub(crate) fn failing(&self) -> Vec<String> {
        let standing = self.standing();
        let failing = standing.iter().flat_map(|(id, standing)| match standing {
            Standing::Runs { failing, .. } => failing
                .iter()
                .map(|what| format!("tenant {id}: {what}"))
                .collect(),
            Standing::Failed(_) => vec![format!("tenant {id}")],
        });
        failing.collect()
    }

    fn standing(&self) -> MutexGuard<'_, BTreeMap<TenantId, Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bot of a token, asked of the Bot API.
    async fn bot_of(&self, token: &SecretString) -> Result<TenantBot, TenantRefusal> {
        if let Some(flaw) = config::token_flaw(&self.layers, token) {
            return Err(TenantRefusal::Token(format!("It {flaw}.")));
        }
        match self.identity.of(token).await {
            Ok((id, _)) if id.to_string() == self.first_bot => {
                Err(TenantRefusal::Bot(self.first.clone()))
            }
            Ok((id, username)) => Ok(TenantBot { id, username }),
            Err(IdentityRefused::Unauthorized) => Err(TenantRefusal::Token(
                "Telegram does not know this token: it may have been revoked. @BotFather shows the one that counts."
                    .to_owned(),
            )),
            Err(IdentityRefused::Unreachable(why)) => Err(TenantRefusal::BotApi(why)),
        }
    }

    fn fits(&self, settings: &TenantSettings) -> Result<(), TenantRefusal> {
        let flaws = config::flaws(&self.layers, settings).into_iter();
        let flaws: Vec<_> = flaws.map(|it| (it.name, it.message)).collect();
        if flaws.is_empty() {
            Ok(())
        } else {
            Err(TenantRefusal::Settings(flaws))
        }
    }

    async fn find(&self, id: &TenantId) -> Result<Tenant, TenantRefusal> {
        if *id == self.first {
            return Err(TenantRefusal::FromEnvironment);
        }
        let all = self.database.tenants().all().await?;
        let found = all.into_iter().flatten().find(|it| it.id == *id);
        found.ok_or(TenantRefusal::NotFound)
    }

    async fn change(
        &self,
        id: &TenantId,
        version: i64,
        change: TenantChange,
        audit: AuditEntry,
    ) -> Result<(), TenantRefusal> {
        let register = self.database.tenants();
        let changed = register.change(id, version, change, audit).await?;
        self.done(changed).await
    }

    /// The nodes hear of it at once, or a little later by themselves.
    async fn done(&self, changed: TenantChanged) -> Result<(), TenantRefusal> {
        match changed {
            TenantChanged::Done(_) => {
                if let Err(error) = self.signals.publish(Topic::Tenants).await {
                    tracing::debug!(error = %Reason::of(&error), "nodes look a little later");
                }
                Ok(())
            }
            TenantChanged::NameTaken => Err(TenantRefusal::NameTaken),
            TenantChanged::BotTaken(other) => Err(TenantRefusal::Bot(other)),
            TenantChanged::NotFound => Err(TenantRefusal::NotFound),
            TenantChanged::Stale => Err(TenantRefusal::Stale),
        }
    }

    /// No node has it in its environment: two programs would answer for one tenant.
    async fn is_free(&self, id: &TenantId) -> Result<(), TenantRefusal> {
        use sesame_domain::listing::Tenants;
        use sesame_domain::ports::listing::NodeListing as _;
        if id.is_instance() || *id == self.first {
            return Err(TenantRefusal::NameTaken);
        }
        let nodes = self.database.listing().nodes(&Tenants::All).await?;
        let mut nodes = nodes.into_iter().flatten().map(|it| it.node);
        let is_theirs = nodes.any(|it| it.tenant == *id && it.stopped_at.is_none());
        if is_theirs {
            return Err(TenantRefusal::NameTaken);
        }
        Ok(())
    }

    fn shown(&self, row: Tenant) -> ShownTenant {
        let standing = self.standing().get(&row.id).cloned();
        let standing = match (row.state, standing) {
            (TenantState::Paused, _) => TenantStanding::Paused,
            (TenantState::Leaving, _) => TenantStanding::Leaving,
            (TenantState::Active, None) => TenantStanding::Starting,
            (TenantState::Active, Some(Standing::Failed(why))) => TenantStanding::Failed(why),
            (
                TenantState::Active,
                Some(Standing::Runs {
                    bot: false,
                    failing,
                }),
            ) if failing.is_empty() => TenantStanding::Starting,
            (TenantState::Active, Some(Standing::Runs { failing, .. })) => {
                if failing.is_empty() {
                    TenantStanding::Works
                } else {
                    TenantStanding::Failed(failing.join(", "))
                }
            }
        };
        let url = routes::url_of(&self.public_url, &row.id);
        ShownTenant {
            is_row: true,
            standing,
            bot: Some(row.bot),
            url: url.map(|url| format!("{url}/app")).unwrap_or_default(),
            settings: row.settings,
            version: row.version,
            added_at: Some(row.added_at),
            id: row.id,
        }
    }
}

fn entry(order: &Order, id: &TenantId, action: Action) -> AuditEntry {
    order.entry(Owner::tenant_itself(id.clone()), audit_subject(id), action)
}

#[async_trait]
impl TenantAdministration for Administration {
    async fn all(&self) -> Result<Vec<ShownTenant>, StoreError> {
        let rows = self.database.tenants().all().await?;
        let rows = rows.into_iter().flatten().filter(|it| it.id != self.first);
        let first = ShownTenant {
            id: self.first.clone(),
            is_row: false,
            standing: TenantStanding::Works,
            bot: None,
            url: format!("{}/app", self.public_url.as_str().trim_end_matches('/')),
            settings: TenantSettings::default(),
            version: 0,
            added_at: None,
        };
        let rows = rows.map(|row| self.shown(row));
        Ok([first].into_iter().chain(rows).collect())
    }

    fn offered(&self) -> Vec<OfferedSetting> {
        let own = config::own_settings(&self.layers).into_iter();
        own.map(|it| OfferedSetting {
            name: it.name,
            expects: it.expects,
            explanation: it.explanation,
            usual: it.usual,
        })
        .collect()
    }

    async fn add(&self, new: NewTenant, order: &Order) -> Result<(), TenantRefusal> {
        self.fits(&new.settings)?;
        self.is_free(&new.id).await?;
        let bot = self.bot_of(&new.token).await?;
        let sealed = self
            .tokens
            .seal(&new.id, &new.token, order.by.clone())
            .await;
        let SealedToken { name, sealed } = sealed?;
        let tenant = Tenant {
            id: new.id,
            state: TenantState::Active,
            bot,
            token: name,
            settings: new.settings,
            version: 1,
            added_at: order.at,
            changed_at: order.at,
        };
        let audit = entry(order, &tenant.id, Action::TenantAdded);
        let register = self.database.tenants();
        let added = register.add(&tenant, &sealed, audit).await?;
        self.done(added).await
    }

    async fn set(
        &self,
        id: &TenantId,
        version: i64,
        settings: TenantSettings,
        order: &Order,
    ) -> Result<(), TenantRefusal> {
        self.find(id).await?;
        self.fits(&settings)?;
        let change = TenantChange {
            settings: Some(settings),
            ..TenantChange::default()
        };
        let audit = entry(order, id, Action::TenantChanged);
        self.change(id, version, change, audit).await
    }

    async fn set_token(
        &self,
        id: &TenantId,
        version: i64,
        token: SecretString,
        order: &Order,
    ) -> Result<(), TenantRefusal> {
        self.find(id).await?;
        let bot = self.bot_of(&token).await?;
        let sealed = self.tokens.seal(id, &token, order.by.clone()).await?;
        let change = TenantChange {
            bot: Some((bot, sealed)),
            ..TenantChange::default()
        };
        let audit = entry(order, id, Action::TenantChanged);
        self.change(id, version, change, audit).await
    }

    async fn set_paused(
        &self,
        id: &TenantId,
        paused: bool,
        order: &Order,
    ) -> Result<(), TenantRefusal> {
        let row = self.find(id).await?;
        let (from, to, action) = if paused {
            (
                TenantState::Active,
                TenantState::Paused,
                Action::TenantPaused,
            )
        } else {
            (
                TenantState::Paused,
                TenantState::Active,
                Action::TenantResumed,
            )
        };
        if row.state == to {
            return Ok(());
        }
        if row.state != from {
            return Err(TenantRefusal::Stale);
        }
        let change = TenantChange {
            state: Some(to),
            ..TenantChange::default()
        };
        self.change(id, row.version, change, entry(order, id, action))
            .await
    }

    async fn remove(&self, id: &TenantId, order: &Order) -> Result<(), TenantRefusal> {
        let row = self.find(id).await?;
        if row.state == TenantState::Leaving {
            return Ok(());
        }
        let change = TenantChange {
            state: Some(TenantState::Leaving),
            ..TenantChange::default()
        };
        let audit = entry(order, id, Action::TenantLeaves);
        self.change(id, row.version, change, audit).await
    }
}

impl fmt::Debug for Administration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Administration").finish_non_exhaustive()
    }
}
