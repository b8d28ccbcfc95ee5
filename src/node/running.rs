//! Starts all parts in order, and stops them in order.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::SecondsFormat;
use metrics_exporter_prometheus::PrometheusHandle;
use sesame_bot::{Bot, BotPorts, BotState};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{Ended, LongLived, RateLimits, Sizes, Supervisor};
use sesame_domain::random::SystemEntropy;
use sesame_sessions::Outage;
use sesame_store::Coordination;
use sesame_webapp::{Lists, OperatorPorts, Probe, TenantAdministration};
use sesame_work::{BulkRequests, CheckRequests, Scheduler};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::channels;
use super::diagnosis::NodeDiagnosis;
use super::exports::NodeExports;
use super::folder_sizes::FolderSizes;
use super::jobs::JobLoops;
use super::keys::NodeKeys;
use super::presence::Presence;
use super::probe::{Check, Lack, Missing, Parts, unless};
use super::runtime::Runtime;
use super::slo_counts::SloKeeper;
use super::supervisor::TaskSupervisor;
use super::tenants::{self, Administration, TenantKeeper, TenantRoutes};
use super::watch::watch;
use super::{http, wiring};
use crate::config::{Layers, Settings, shown_settings};
use crate::diagnostics;
use crate::failure::Failure;
use crate::open_files;
use crate::telemetry::{Counting, SloTally};

/// How long the start waits for the bot's name. Without it, the Mini App has
/// no link back into the chat.
const NAME_WITHIN: Duration = Duration::from_secs(5);

/// How often the metrics are tidied (the exporter asks for it).
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Sesame as a running thing; it stops in order when told to.
pub(crate) struct Sesame {
    listens: SocketAddr,
    public_url: Url,
    bot_username: Option<String>,
    probe: Arc<Parts>,
    runtime: Runtime,
}

/// What the bot and the web server are wired to.
impl Runtime {
    /// Has a row say that this node is there.
    fn start_presence(&self, tenant: TenantId, stop: &CancellationToken) {
        let presence = Presence::new(&self.core, tenant);
        self.orderly("presence", stop, move |until| presence.clone().run(until));
    }

    /// Has kept what this node counts of the promises.
    fn start_slo_counts(&self, tally: Arc<SloTally>, stop: &CancellationToken) {
        let keeper = SloKeeper {
            tally,
            counts: Arc::new(self.core.database.slo_counts()),
            clock: Arc::clone(&self.core.clock),
        };
        self.orderly("slo counts", stop, move |until| keeper.clone().run(until));
    }

    /// Has what is done again and again asked for.
    pub(super) fn start_scheduler(&self, scheduler: Arc<Scheduler>, stop: &CancellationToken) {
        self.orderly("job scheduler", stop, move |until| {
            let scheduler = Arc::clone(&scheduler);
            async move { scheduler.run(until).await }
        });
    }

    fn start_jobs(&self, loops: JobLoops, stop: &CancellationToken) {
        let core = self.core.clone();
        let JobLoops { scheduler, runner } = loops;
        self.start_scheduler(scheduler, stop);
        self.orderly("job runner", stop, move |until| {
            let runner = Arc::clone(&runner);
            async move { runner.run(until).await }
        });
        self.endless("figures", move || {
            watch(
                core.database.clone(),
                core.administration(),
                Arc::clone(&core.clock),
            )
        });
    }

    /// Has a task looked after that is dropped when the node stops.
    pub(super) fn endless<F>(
        &self,
        name: &'static str,
        start: impl Fn() -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        self.supervisor.supervise(LongLived::endless(name, start));
    }

    /// A task that ends in an order of its own once the node stops.
    fn orderly<F>(
        &self,
        name: &'static str,
        stop: &CancellationToken,
        run: impl Fn(CancellationToken) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = stop.clone();
        let start = move || {
            let until = stop.clone();
            let running = run(until.clone());
            async move {
                running.await;
                Ended::when(until.is_cancelled())
            }
        };
        self.supervisor.supervise(LongLived::orderly(name, start));
    }

    pub(super) fn bot_ports(&self) -> BotPorts {
        let database = &self.core.database;
        BotPorts {
            accounts: self.sessions.account_service(),
            logins: self.sessions.login_service(),
            people: Arc::new(database.people()),
            outbox: Arc::new(database.outbox()),
            leases: self.coordination.leases(),
            node: self.core.node.clone(),
            sign_ins: Arc::new(database.sign_ins()),
            confirmations: Arc::new(database.confirmations()),
            audit: Arc::new(database.audit_log()),
            signals: self.coordination.signals(),
            rates: self.coordination.rate_limits(),
            clock: Arc::clone(&self.core.clock),
            entropy: Arc::clone(&self.core.entropy),
            supervisor: Arc::new(self.supervisor.clone()),
        }
    }

    fn probe(
        &self,
        bot: &Bot,
        jobs: &JobLoops,
        tenants: &Arc<Administration>,
        metrics: PrometheusHandle,
    ) -> Arc<Parts> {
        let core = &self.core;
        let tried: [(_, _, Arc<dyn Check>); _] = [
            ("database", Lack::Unready, Arc::new(core.database.clone())),
            ("keys", Lack::Unready, core.custody.clone()),
            // Redis coordinates, and what it coordinates waits: the rest works.
            ("redis", Lack::Degraded, Arc::new(self.coordination.clone())),
            ("dispatcher", Lack::Unready, Arc::new(bot.liveness())),
            ("jobs", Lack::Unready, jobs.runner.clone()),
        ];
        let (application, updates) = (self.sessions.application(), bot.update_health());
        let supervisor = self.supervisor.clone();
        let known: [Missing; _] = [
            unless("telegram", move || !application.is_refused()),
            unless("bot", move || !updates.is_failing()),
            Box::new(move || supervisor.failing()),
        ];
        // Whoever needs another data centre does not notice.
        let outages = self.sessions.outages();
        let tenants = Arc::clone(tenants);
        let known_to_wait: [Missing; _] = [
            Box::new(move || outages.now().into_iter().map(named).collect()),
            // Each has people of its own, who do not notice the others.
            Box::new(move || tenants.failing()),
        ];
        Arc::new(Parts::new(
            tried,
            known,
            known_to_wait,
            metrics,
            &core.clock,
        ))
    }

    /// What the operators' pages of a tenant need. Of the node they show the same.
    pub(super) fn operator_ports(
        &self,
        layers: &Layers,
        settings: &Settings,
        diagnosis: &Arc<NodeDiagnosis>,
        tenants: &Arc<Administration>,
    ) -> OperatorPorts {
        let database = &self.core.database;
        OperatorPorts {
            sign_ins: Arc::new(database.sign_ins()),
            sessions: Arc::new(database.operator_sessions()),
            confirmations: Arc::new(database.confirmations()),
            signals: self.coordination.signals(),
            lists: Lists::of(Arc::new(database.listing())),
            audit_verifications: Arc::new(database.audit_verifications()),
            slo_counts: Arc::new(database.slo_counts()),
            revocation: self.sessions.revocation(),
            checks: Arc::new(CheckRequests {
                jobs: Arc::new(database.job_actions()),
                entropy: Arc::clone(&self.core.entropy),
            }),
            schedules: Arc::new(database.schedules()),
            node: self.heartbeat.node().clone(),
            bulk: Arc::new(BulkRequests {
                selections: Arc::new(database.selections()),
                signals: self.coordination.signals(),
                clock: self.core.clock.clone(),
                entropy: Arc::new(SystemEntropy),
            }),
            job_actions: Arc::new(database.job_actions()),
            keys: Arc::new(NodeKeys::of(self.core.administration())),
            tenants: Arc::clone(tenants) as Arc<dyn TenantAdministration>,
            diagnosis: diagnosis.clone(),
            sizes: Arc::new([
                Arc::new(database.sizes()) as Arc<dyn Sizes>,
                Arc::new(FolderSizes::of(settings)),
            ]),
            configuration: shown_settings(layers).into(),
        }
    }

    /// Has everything looked at again and again that the doctor looks at.
    fn start_diagnosis(&self, diagnosis: Arc<NodeDiagnosis>, layers: &Layers, settings: &Settings) {
        let given = (layers.clone(), settings.clone(), self.core.clone());
        self.endless("diagnosis", move || {
            let (layers, settings, core) = given.clone();
            let ports = move || diagnostics::node_ports(&layers, &settings, &core);
            Arc::clone(&diagnosis).keep(ports)
        });
    }

    pub(super) fn web_ports(
        &self,
        bot: &Bot,
        probe: Arc<dyn Probe>,
        operators: OperatorPorts,
        node_rates: Arc<dyn RateLimits>,
        exports: Option<NodeExports>,
    ) -> sesame_webapp::Ports {
        let core = &self.core;
        let database = &core.database;
        sesame_webapp::Ports {
            dialogs: Arc::new(self.sessions.reader()),
            jobs: Arc::new(database.jobs()),
            exports: exports.map(|it| it.web(self)),
            channels: channels::web(self),
            logins: self.sessions.login_service(),
            accounts: self.sessions.account_service(),
            people: Arc::new(database.people()),
            one_time: Arc::new(database.one_time()),
            vault: Arc::clone(&core.vault),
            signals: self.coordination.signals(),
            token_keys: Arc::clone(&core.token_keys),
            audit: Arc::new(database.audit_log()),
            operators,
            webhook: bot.webhook(),
            chat: bot.chat(),
            bot_name: Arc::new(bot.name()),
            rates: self.coordination.rate_limits(),
            node_rates,
            probe,
            clock: Arc::clone(&self.core.clock),
            entropy: Arc::clone(&self.core.entropy),
        }
    }
}

impl Sesame {
    /// Starts everything. The listener is made before, so that an address
    /// that is taken is told before anything else happens.
    pub(crate) async fn start(
        layers: &Layers,
        settings: &Settings,
        listener: TcpListener,
        counting: Counting,
    ) -> Result<Self, Failure> {
        let metrics = counting.handle;
        let listens = http::address_of(&listener)?;
        let public_url = wiring::public_url(settings, listens)?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        // A start that fails leaves nothing behind that is started again.
        let unless_started = stop.clone().drop_guard();
        let supervisor = TaskSupervisor::over(tasks.clone(), stop.clone());
        let runtime = Runtime::start(settings, supervisor).await?;
        let bot = Bot::start(
            wiring::bot(settings, &public_url)?,
            runtime.bot_ports(),
            &tasks,
            stop.clone(),
        )
        .map_err(|error| Failure::other("the bot does not start", error))?;
        let bot_username = name_of(&bot).await;
        open_files::raise_limit();
        let limits = wiring::limits(settings);
        let web_settings = wiring::web(
            settings,
            public_url.clone(),
            bot_username.clone(),
            &runtime.telegram,
            limits.all,
        )
        .await?;
        let jobs = JobLoops::new(&runtime, settings)?;
        let administration = Arc::new(Administration::of(
            &runtime.core,
            runtime.coordination.signals(),
            layers,
            settings,
            &public_url,
        ));
        let probe = runtime.probe(&bot, &jobs, &administration, metrics.clone());
        let watched = probe.clone();
        runtime.endless("readiness", move || watched.clone().watch());
        let diagnosis = Arc::new(NodeDiagnosis::default());
        let operators = runtime.operator_ports(layers, settings, &diagnosis, &administration);
        // What addresses take, each node counts for itself.
        let node_rates = Coordination::in_memory(Arc::clone(&runtime.core.clock)).rate_limits();
        let ports = runtime.web_ports(
            &bot,
            probe.clone() as Arc<dyn Probe>,
            operators,
            Arc::clone(&node_rates),
            NodeExports::of(&runtime, settings)?,
        );
        let first = sesame_webapp::router(web_settings, ports, stop.clone());
        let by_tenant = Arc::new(TenantRoutes::below(&public_url));
        let router = by_tenant.over(first);
        let tenants = Arc::new(TenantKeeper::new(Arc::new(tenants::NodeParts {
            of_node: runtime.of_node(),
            layers: layers.clone(),
            public_url: public_url.clone(),
            first: settings.bot.tenant.clone(),
            is_pushed: settings.web.webhook_secret.is_some(),
            connections: limits.all,
            node_rates,
            signals: runtime.coordination.signals(),
            runner: Arc::clone(&jobs.runner),
            routes: by_tenant,
            diagnosis: Arc::clone(&diagnosis),
            administration,
        })));
        let listener = Arc::new(listener);
        let until = stop.clone();
        runtime
            .supervisor
            .supervise(LongLived::orderly("web", move || {
                let (router, limits) = (router.clone(), limits.clone());
                http::serve(Arc::clone(&listener), router, limits, stop.clone())
            }));
        runtime.endless("metrics", move || keep_tidy(metrics.clone()));
        let application = runtime.sessions.application();
        runtime.endless("application", move || application.clone().mind());
        runtime.orderly("tenants", &until, move |until| {
            let tenants = Arc::clone(&tenants);
            async move { tenants.run(until).await }
        });
        runtime.start_slo_counts(counting.slos, &until);
        runtime.start_presence(settings.bot.tenant.clone(), &until);
        runtime.start_jobs(jobs, &until);
        runtime.start_diagnosis(diagnosis, layers, settings);
        unless_started.disarm();
        Ok(Self {
            listens,
            public_url,
            bot_username,
            probe,
            runtime,
        })
    }

    /// Where this machine reaches the web server.
    pub(crate) fn local_url(&self) -> String {
        format!("http://{}", http::reachable(self.listens))
    }

    /// Where people reach the Mini App.
    pub(crate) fn app_url(&self) -> Result<Url, Failure> {
        wiring::app_url(&self.public_url)
    }

    /// The bot's name, if it answered in time.
    pub(crate) fn bot_username(&self) -> Option<&str> {
        self.bot_username.as_deref()
    }

    /// How the parts do.
    pub(crate) fn probe(&self) -> &dyn Probe {
        &*self.probe
    }

    /// Who looks after the tasks.
    #[cfg(test)]
    pub(crate) fn supervisor(&self) -> &TaskSupervisor {
        &self.runtime.supervisor
    }

    /// Waits for the case that this node must not go on.
    pub(crate) async fn failed(&self) -> Failure {
        self.runtime.lock_lost().await
    }

    /// Stops everything: no new requests, streams end, logins are parked for
    /// the next start or another node, sessions closed.
    pub(crate) async fn stop(self) {
        self.runtime.close().await;
    }
}

impl fmt::Debug for Sesame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sesame")
            .field("listens", &self.listens)
            .finish_non_exhaustive()
    }
}

/// A data centre that does not answer, as readiness names it.
fn named(outage: Outage) -> String {
    let until = outage.until.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("telegram data centre {} until {until}", outage.dc)
}

/// The bot's name once it answers, if it does so soon.
async fn name_of(bot: &Bot) -> Option<String> {
    let mut state = bot.watch();
    let running = state.wait_for(|state| matches!(state, BotState::Running { .. }));
    match tokio::time::timeout(NAME_WITHIN, running)
        .await
        .ok()?
        .ok()?
        .clone()
    {
        BotState::Running { username } => Some(username),
        BotState::Connecting | BotState::Stopped => None,
    }
}

async fn keep_tidy(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}
