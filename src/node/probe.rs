//! How the program does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use metrics_exporter_prometheus::PrometheusHandle;
use sesame_bot::Hearing;
use sesame_custody::{Custody, CustodyError};
use sesame_domain::time::Clock;
use sesame_sessions::Application;
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

/// Updates do not reach the bot, which has told why.
#[derive(Debug, thiserror::Error)]
#[error("the bot does not hear people")]
struct Deaf;

#[async_trait]
impl Check for Hearing {
    async fn check(&self) -> Result<(), Fault> {
        if self.is_lost() {
            return Err(Deaf.into());
        }
        Ok(())
    }
}

/// Telegram refused `API_ID` and `API_HASH`, and has not taken them since.
#[derive(Debug, thiserror::Error)]
#[error("Telegram refuses API_ID and API_HASH: no one can link an account")]
struct Refused;

#[async_trait]
impl Check for Application {
    async fn check(&self) -> Result<(), Fault> {
        if self.is_refused() {
            return Err(Refused.into());
        }
        Ok(())
    }
}

/// Asks the parts that requests need, and whether the bot hears people: a bot
/// that is deaf looks to them like one that is gone. A Bot API that is out for
/// a moment does not count: the Mini App still works.
pub(crate) struct Parts {
    parts: Vec<(Readiness, Arc<dyn Check>)>,
    metrics: PrometheusHandle,
}

impl Parts {
    /// These, by name.
    pub(crate) fn new(
        parts: impl IntoIterator<Item = (&'static str, Arc<dyn Check>)>,
        metrics: PrometheusHandle,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let parts = parts
            .into_iter()
            .map(|(name, check)| (Readiness::of(name, Arc::clone(clock)), check));
        Self {
            parts: parts.collect(),
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
        let asked = self.parts.iter().map(|(readiness, part)| async {
            let ready = readiness.ask(part.check()).await;
            (!ready).then(|| readiness.part())
        });
        join_all(asked).await.into_iter().flatten().collect()
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
