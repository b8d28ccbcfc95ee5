//! Keeps what this node counted of the promises in the database, where the
//! operators' pages look.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ports::SloCounts;
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;
use tokio_util::sync::CancellationToken;

use crate::telemetry::SloTally;

/// How often. What a node that is killed counted since is lost.
const EVERY: Duration = Duration::from_secs(30);

/// Keeps what is counted.
#[derive(Clone)]
pub(super) struct SloKeeper {
    pub(super) tally: Arc<SloTally>,
    pub(super) counts: Arc<dyn SloCounts>,
    pub(super) clock: Arc<dyn Clock>,
}

impl SloKeeper {
    /// Keeps it again and again, and once more when the node stops.
    pub(super) async fn run(self, until: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        while !until.is_cancelled() {
            tokio::select! {
                _ = ticks.tick() => {}
                () = until.cancelled() => {}
            }
            self.keep().await;
        }
    }

    async fn keep(&self) {
        let counts = self.tally.take(self.clock.now());
        if counts.is_empty() {
            return;
        }
        if let Err(error) = self.counts.add(&counts).await {
            tracing::warn!(error = %Reason::of(&error), "figures of the promises are kept later");
            self.tally.put_back(counts);
        }
    }
}
