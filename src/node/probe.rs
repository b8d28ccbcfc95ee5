//! How the program does.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use metrics_exporter_prometheus::PrometheusHandle;
use sesame_domain::ports::StoreError;
use sesame_store::{Coordination, Database};
use sesame_webapp::Probe;

/// A part that takes longer to answer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the parts that requests need. The Bot API is not among them: while it
/// is out, the Mini App still works.
pub(crate) struct Parts {
    pub(crate) database: Database,
    pub(crate) coordination: Coordination,
    pub(crate) metrics: PrometheusHandle,
}

#[async_trait]
impl Probe for Parts {
    async fn unready(&self) -> Vec<&'static str> {
        let (database, coordination) = tokio::join!(
            answers(self.database.ping()),
            answers(self.coordination.ping()),
        );
        [("database", database), ("redis", coordination)]
            .into_iter()
            .filter(|(_, answers)| !answers)
            .map(|(name, _)| name)
            .collect()
    }

    fn metrics(&self) -> Option<String> {
        Some(self.metrics.render())
    }
}

async fn answers(ping: impl Future<Output = Result<(), StoreError>>) -> bool {
    matches!(tokio::time::timeout(PATIENCE, ping).await, Ok(Ok(())))
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}
