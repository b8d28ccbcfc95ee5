//! Work that is done again and again.

use std::future::Future;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use sesame_domain::ports::{StoreError, Topic};
use sesame_domain::reason::Reason;

use crate::node::Node;

/// Wake-ups for a piece of work.
pub(crate) type WakeUps = BoxStream<'static, ()>;

/// No wake-ups: the work is done when it is due.
pub(crate) fn unprompted() -> WakeUps {
    futures::stream::empty().boxed()
}

/// Wake-ups of a topic; if they cannot be had, the work is done when it is due.
pub(crate) async fn prompted_by(node: &Node, topic: Topic) -> WakeUps {
    match node.ports.signals.subscribe(topic).await {
        Ok(wake_ups) => wake_ups,
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), topic = topic.as_text(), "no wake-ups");
            unprompted()
        }
    }
}

/// Waits for a wake-up, no longer than so long; ends at once when the node
/// stops.
pub(crate) async fn pause(node: &Node, wake_ups: &mut WakeUps, at_most: Duration) {
    tokio::select! {
        () = node.stop.cancelled() => {}
        Some(()) = wake_ups.next() => {}
        () = tokio::time::sleep(at_most) => {}
    }
}

/// Does something until the node stops: now, at each wake-up, and after so
/// long without one. What fails is done again with the next.
pub(crate) async fn repeat<F>(
    node: &Node,
    every: Duration,
    mut wake_ups: WakeUps,
    work: impl Fn() -> F,
    failed: &'static str,
) where
    F: Future<Output = Result<(), StoreError>>,
{
    while !node.stop.is_cancelled() {
        if let Err(error) = work().await {
            tracing::warn!(error = %Reason::of(&error), "{failed}");
        }
        pause(node, &mut wake_ups, every).await;
    }
}
