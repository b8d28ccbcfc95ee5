//! How the program does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use metrics_exporter_prometheus::PrometheusHandle;
use sesame_custody::{Custody, CustodyError};
use sesame_domain::time::Clock;
use sesame_store::{Coordination, Database};
use sesame_webapp::Probe;

use super::readiness::{Fault, Readiness};

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

/// Whether a part works that knows by itself how it does, and tells.
pub(crate) type Works = Box<dyn Fn() -> bool + Send + Sync>;

/// Asks the parts that requests need, and whether the bot hears people: a bot
/// that is deaf looks to them like one that is gone. A Bot API that is out for
/// a moment does not count: the Mini App still works.
pub(crate) struct Parts {
    tried: Vec<(Readiness, Arc<dyn Check>)>,
    known: Vec<(&'static str, Works)>,
    metrics: PrometheusHandle,
}

impl Parts {
    /// These, by name: those that have to be tried, and those that know.
    pub(crate) fn new(
        tried: impl IntoIterator<Item = (&'static str, Arc<dyn Check>)>,
        known: impl IntoIterator<Item = (&'static str, Works)>,
        metrics: PrometheusHandle,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let tried = tried
            .into_iter()
            .map(|(name, check)| (Readiness::of(name, Arc::clone(clock)), check));
        Self {
            tried: tried.collect(),
            known: known.into_iter().collect(),
            metrics,
        }
    }

    /// Looks at the parts also when no one asks: what fails is told.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(WATCH_EVERY);
        loop {
            ticks.tick().await;
            self.unready().await;
        }
    }
}

#[async_trait]
impl Probe for Parts {
    async fn unready(&self) -> Vec<&'static str> {
        let asked = self.tried.iter().map(|(readiness, part)| async {
            let ready = readiness.ask(part.check()).await;
            (!ready).then(|| readiness.part())
        });
        let tried = join_all(asked).await.into_iter().flatten();
        let known = self.known.iter();
        let known = known.filter_map(|(name, works)| (!works()).then_some(*name));
        tried.chain(known).collect()
    }

    fn metrics(&self) -> Option<String> {
        Some(self.metrics.render())
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}
