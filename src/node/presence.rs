//! A row for this node, for people to look at: that it is there, since when, and
//! of which version. Whether it is alive, its lease says ([`super::heartbeat`]).

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::ids::TenantId;
use sesame_domain::ports::{NodeRecord, Nodes};
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;
use tokio_util::sync::CancellationToken;

use super::core::{Core, host};

/// How often it says so.
const EVERY: Duration = Duration::from_secs(5);

/// What a node says of itself.
#[derive(Clone)]
pub(super) struct Presence {
    nodes: Arc<dyn Nodes>,
    clock: Arc<dyn Clock>,
    record: NodeRecord,
}

impl Presence {
    /// Of this process, which starts now.
    pub(super) fn new(core: &Core, tenant: TenantId) -> Self {
        let now = core.clock.now();
        Self {
            nodes: Arc::new(core.database.nodes()),
            clock: Arc::clone(&core.clock),
            record: NodeRecord {
                id: core.node.clone(),
                tenant,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                host: host(),
                started_at: now,
                seen_at: now,
                stopped_at: None,
            },
        }
    }

    /// Says so until the stop, and that it stops.
    pub(super) async fn run(self, stop: CancellationToken) {
        stop.run_until_cancelled(self.keep_saying()).await;
        let now = self.clock.now();
        if let Err(error) = self.nodes.stopped(&self.record.id, now).await {
            tracing::debug!(error = %Reason::of(&error), "no one reads that this node stops");
        }
    }

    async fn keep_saying(&self) {
        loop {
            let record = NodeRecord {
                seen_at: self.clock.now(),
                ..self.record.clone()
            };
            // Readiness says that the database does not answer.
            if let Err(error) = self.nodes.seen(&record).await {
                tracing::debug!(error = %Reason::of(&error), "no one reads that this node is there");
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}
