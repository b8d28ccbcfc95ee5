//! This node's sign of life, for as long as it runs.

use std::sync::Arc;

use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::ports::{Ended, LongLived, Supervisor};
use sesame_domain::reason::Reason;
use tokio_util::sync::CancellationToken;

/// Has the heart beat until the stop. What a node does ends before: others
/// would take it over while it is still at it.
pub(crate) fn keep(
    heartbeat: &Arc<Heartbeat>,
    supervisor: &dyn Supervisor,
    stop: &CancellationToken,
) {
    let (heartbeat, stop) = (Arc::clone(heartbeat), stop.clone());
    supervisor.supervise(LongLived::orderly("heartbeat", move || {
        let (heartbeat, stop) = (Arc::clone(&heartbeat), stop.clone());
        async move {
            // It beats for ever.
            stop.run_until_cancelled(beat(&heartbeat)).await;
            Ended::when(stop.is_cancelled())
        }
    }));
}

async fn beat(heartbeat: &Heartbeat) {
    loop {
        if let Err(error) = heartbeat.beat().await {
            tracing::warn!(error = %Reason::of(&error), "other nodes do not hear that this one is alive");
        }
        tokio::time::sleep(Heartbeat::EVERY).await;
    }
}

/// Others look at once for what this node leaves.
pub(crate) async fn stop(heartbeat: &Heartbeat) {
    if let Err(error) = heartbeat.stop().await {
        tracing::debug!(error = %Reason::of(&error), "other nodes hear a moment later that this one is gone");
    }
}
