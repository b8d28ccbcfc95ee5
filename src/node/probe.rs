//! How the program does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use metrics_exporter_prometheus::PrometheusHandle;
use sesame_bot::{Bot, Liveness, UpdateHealth};
use sesame_custody::{Custody, CustodyError};
use sesame_domain::time::Clock;
use sesame_store::{Coordination, Database};
use sesame_webapp::{Probe, Readiness};
use sesame_work::Runner;

use super::readiness::{Fault, Part};
use super::supervisor::TaskSupervisor;

pub(crate) use super::readiness::Lack;

/// How often the parts are looked at when no one asks for it.
const WATCH_EVERY: Duration = Duration::from_secs(15);

/// A part that requests need.
#[async_trait]
pub(crate) trait Check: Send + Sync {
    /// Tries what the part is needed for.
    async fn check(&self) -> Result<(), Fault>;
}

#[async_trait]
impl Check for Database {
    async fn check(&self) -> Result<(), Fault> {
        Ok(self.ping().await?)
    }
}

#[async_trait]
impl Check for Coordination {
    async fn check(&self) -> Result<(), Fault> {
        Ok(self.prove().await?)
    }
}

/// Without a key that seals, no login gets far.
#[async_trait]
impl Check for Custody {
    async fn check(&self) -> Result<(), Fault> {
        match self.sealing().await {
            // Of a database that does not answer, its own check tells.
            Ok(_) | Err(CustodyError::Register(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whoever gets updates and does not answer them looks like one who is gone.
#[async_trait]
impl Check for Liveness {
    async fn check(&self) -> Result<(), Fault> {
        Ok(Liveness::check(self)?)
    }
}

/// Jobs that no one looks for are not done, though the node says that it lives.
#[async_trait]
impl Check for Runner {
    async fn check(&self) -> Result<(), Fault> {
        Ok(Runner::check(self)?)
    }
}

/// Which parts do not work, among those that know by themselves how they do,
/// and tell.
pub(crate) type Missing = Box<dyn Fn() -> Vec<String> + Send + Sync>;

/// One part that knows whether it works.
pub(crate) fn unless(
    part: &'static str,
    works: impl Fn() -> bool + Send + Sync + 'static,
) -> Missing {
    Box::new(move || (!works()).then(|| part.to_owned()).into_iter().collect())
}

/// Asks the parts that requests need, and whether updates reach the bot: one
/// that gets none looks to people like one that is gone. A Bot API that is out
/// for a moment does not count: the Mini App still works.
pub(crate) struct Parts {
    tried: Vec<(Part, Arc<dyn Check>)>,
    known: Vec<Missing>,
    /// Those without which the rest works.
    known_to_wait: Vec<Missing>,
    metrics: PrometheusHandle,
}

impl Parts {
    /// These: those that have to be tried, by name and with what their failure
    /// means for the node, those that know, without which it is not ready, and
    /// those that know, without which some of what it does has to wait.
    pub(crate) fn new(
        tried: impl IntoIterator<Item = (&'static str, Lack, Arc<dyn Check>)>,
        known: impl IntoIterator<Item = Missing>,
        known_to_wait: impl IntoIterator<Item = Missing>,
        metrics: PrometheusHandle,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let tried = tried
            .into_iter()
            .map(|(name, lack, check)| (Part::new(name, lack, Arc::clone(clock)), check));
        Self {
            tried: tried.collect(),
            known: known.into_iter().collect(),
            known_to_wait: known_to_wait.into_iter().collect(),
            metrics,
        }
    }

    /// Looks at the parts also when no one asks: what fails is told.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(WATCH_EVERY);
        loop {
            ticks.tick().await;
            self.readiness().await;
        }
    }
}

#[async_trait]
impl Probe for Parts {
    async fn readiness(&self) -> Readiness {
        let asked = self.tried.iter().map(|(part, check)| async move {
            let works = part.ask(check.check()).await;
            (!works).then_some(part)
        });
        let mut readiness = Readiness::default();
        for part in join_all(asked).await.into_iter().flatten() {
            let lacking = match part.lack() {
                Lack::Unready => &mut readiness.unready,
                Lack::Degraded => &mut readiness.degraded,
            };
            lacking.push(part.name().to_owned());
        }
        let known = self.known.iter().flat_map(|missing| missing());
        readiness.unready.extend(known);
        let waiting = self.known_to_wait.iter().flat_map(|missing| missing());
        readiness.degraded.extend(waiting);
        readiness
    }

    fn metrics(&self) -> Option<String> {
        Some(self.metrics.render())
    }
}

/// How a tenant does that runs beside the first one. Of the node, that one tells.
pub(crate) struct TenantProbe {
    updates: UpdateHealth,
    supervisor: TaskSupervisor,
}

impl TenantProbe {
    /// Of the tenant with this bot and these tasks.
    pub(crate) fn of(bot: &Bot, supervisor: &TaskSupervisor) -> Self {
        Self {
            updates: bot.update_health(),
            supervisor: supervisor.clone(),
        }
    }
}

#[async_trait]
impl Probe for TenantProbe {
    async fn readiness(&self) -> Readiness {
        let mut unready = self.supervisor.failing();
        unready.extend(self.updates.is_failing().then(|| "bot".to_owned()));
        Readiness {
            unready,
            degraded: Vec::new(),
        }
    }

    fn metrics(&self) -> Option<String> {
        None
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}
