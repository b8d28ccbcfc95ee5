//! One tenant, as it runs on this node.

use std::sync::Arc;

use axum::Router;
use sesame_bot::{Bot, BotState};
use sesame_domain::tenant::{Tenant, TenantState};
use url::Url;

use super::node_parts::NodeParts;
use super::removal::Removal;
use super::routes;
use super::tokens::{TokenError, Tokens};
use crate::config::{Layers, OwnTenant, Problems, Settings};
use crate::failure::Failure;
use crate::node::core::Core;
use crate::node::exports::NodeExports;
use crate::node::jobs::TenantJobs;
use crate::node::probe::TenantProbe;
use crate::node::runtime::Runtime;
use crate::node::wiring;

/// Why a tenant does not run on this node.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("its settings do not fit")]
    Settings(#[from] Problems),
    #[error("the public address cannot be the base of others")]
    Address,
    #[error("it cannot start")]
    Failed(#[source] Failure),
}

impl From<Failure> for StartError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The settings of a tenant that is a row.
pub(super) async fn settings_of(
    row: &Tenant,
    core: &Core,
    layers: &Layers,
    public_url: &Url,
    webhook_secret: Option<String>,
) -> Result<Settings, StartError> {
    let token = Tokens::of(core).open(&row.token).await?;
    let own = OwnTenant {
        id: &row.id,
        token: &token,
        public_url,
        webhook_secret,
        settings: &row.settings,
    };
    Ok(own.load(layers)?)
}

/// One tenant, as it runs on this node.
pub(super) struct RunningTenant {
    pub(super) row: Tenant,
    runtime: Runtime,
    /// Silent, while the tenant leaves.
    bot: Option<Bot>,
}

impl RunningTenant {
    /// Starts what its row says.
    pub(super) async fn start(row: Tenant, node: &Arc<NodeParts>) -> Result<Self, StartError> {
        let public_url = routes::url_of(&node.public_url, &row.id).ok_or(StartError::Address)?;
        let secret = node.webhook_secret(&row.id);
        let settings = settings_of(&row, node.core(), &node.layers, &public_url, secret).await?;
        let runtime = Runtime::beside(&node.of_node, &settings)?;
        crate::telemetry::show_tenant(&row.id);
        let mut this = Self {
            row,
            runtime,
            bot: None,
        };
        let started = this.start_parts(&settings, public_url, node).await;
        if let Err(error) = started {
            this.stop(node).await;
            return Err(error);
        }
        Ok(this)
    }

    async fn start_parts(
        &mut self,
        settings: &Settings,
        public_url: Url,
        node: &Arc<NodeParts>,
    ) -> Result<(), StartError> {
        let runtime = &self.runtime;
        let application = runtime.sessions.application();
        runtime.endless("application", move || application.clone().mind());
        let jobs = if self.row.state == TenantState::Leaving {
            let removal = Removal::of(&self.row.id, runtime);
            TenantJobs::leaving(runtime, &self.row.id, Arc::new(removal))
        } else {
            TenantJobs::of(runtime, settings)?
        };
        runtime.start_scheduler(jobs.scheduler, runtime.supervisor.stopping());
        node.runner.take_on(self.row.id.clone(), jobs.handlers);
        if self.row.state == TenantState::Active {
            let (bot, router) = self.open(settings, public_url, node).await?;
            self.bot = Some(bot);
            node.routes.open(&self.row.id, router);
        }
        Ok(())
    }

    /// Its bot and its pages.
    async fn open(
        &self,
        settings: &Settings,
        public_url: Url,
        node: &Arc<NodeParts>,
    ) -> Result<(Bot, Router), StartError> {
        let runtime = &self.runtime;
        let (tasks, stop) = (runtime.supervisor.tasks(), runtime.supervisor.stopping());
        let bot = Bot::start(
            wiring::bot(settings, &public_url)?,
            runtime.bot_ports(),
            tasks,
            stop.clone(),
        )
        .map_err(|error| Failure::other("the bot does not start", error))?;
        let username = Some(self.row.bot.username.clone());
        let web = wiring::web(
            settings,
            public_url,
            username,
            &runtime.telegram,
            node.connections,
        )
        .await?;
        let probe = TenantProbe::of(&bot, &runtime.supervisor);
        let operators = runtime.operator_ports(
            &node.layers,
            settings,
            &node.diagnosis,
            &node.administration,
        );
        let rates = Arc::clone(&node.node_rates);
        let exports = NodeExports::of(runtime, settings)?;
        let ports = runtime.web_ports(&bot, Arc::new(probe), operators, rates, exports);
        let router = sesame_webapp::router(web, ports, stop.clone());
        Ok((bot, router))
    }

    /// What of it does not work, by name.
    pub(super) fn failing(&self) -> Vec<String> {
        let mut failing = self.runtime.supervisor.failing();
        let is_refused = self.runtime.sessions.application().is_refused();
        failing.extend(is_refused.then(|| "telegram".to_owned()));
        if let Some(bot) = &self.bot
            && bot.update_health().is_failing()
        {
            failing.push("bot".to_owned());
        }
        failing
    }

    /// Whether its bot has reached the Bot API.
    pub(super) fn bot_runs(&self) -> bool {
        let state = self.bot.as_ref().map(Bot::state);
        matches!(state, Some(BotState::Running { .. }))
    }

    /// Stops it in order: logins are parked, sessions closed, the bot is silent.
    pub(super) async fn stop(self, node: &NodeParts) {
        node.routes.shut(&self.row.id);
        node.runner.let_go(&self.row.id);
        self.runtime.stop_work().await;
    }
}
