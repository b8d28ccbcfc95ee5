//! How the program does.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use metrics_exporter_prometheus::PrometheusHandle;
use sesame_domain::time::Clock;
use sesame_store::{Coordination, Database};
use sesame_webapp::Probe;

use super::readiness::Readiness;

/// Asks the parts that requests need. The Bot API is not among them: while it
/// is out, the Mini App still works.
pub(crate) struct Parts {
    database: (Database, Readiness),
    coordination: (Coordination, Readiness),
    metrics: PrometheusHandle,
}

impl Parts {
    pub(crate) fn new(
        database: Database,
        coordination: Coordination,
        metrics: PrometheusHandle,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let part = |name| Readiness::of(name, Arc::clone(clock));
        Self {
            database: (database, part("database")),
            coordination: (coordination, part("redis")),
            metrics,
        }
    }
}

#[async_trait]
impl Probe for Parts {
    async fn unready(&self) -> Vec<&'static str> {
        let (database, coordination) = (&self.database, &self.coordination);
        let (database, coordination) = tokio::join!(
            database.1.ask(database.0.ping()),
            coordination.1.ask(coordination.0.ping()),
        );
        [("database", database), ("redis", coordination)]
            .into_iter()
            .filter(|(_, ready)| !ready)
            .map(|(name, _)| name)
            .collect()
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
