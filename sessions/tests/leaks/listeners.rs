//! Wake-ups whose listeners are counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::StreamExt as _;
use sesame_domain::ports::{Signals, StoreError, Topic, WakeUps};

/// Wake-ups whose listeners are counted.
pub(crate) struct CountedListeners {
    signals: Arc<dyn Signals>,
    count: Arc<AtomicUsize>,
}

impl CountedListeners {
    /// Those of these wake-ups; `count` is how many there are.
    pub(crate) fn over(signals: Arc<dyn Signals>, count: &Arc<AtomicUsize>) -> Self {
        let count = Arc::clone(count);
        Self { signals, count }
    }
}

/// Someone who listens.
struct Listening(Arc<AtomicUsize>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Signals for CountedListeners {
    async fn publish(&self, topic: Topic) -> Result<(), StoreError> {
        self.signals.publish(topic).await
    }

    async fn subscribe(&self, topic: Topic) -> Result<WakeUps, StoreError> {
        let wake_ups = self.signals.subscribe(topic).await?;
        self.count.fetch_add(1, Ordering::Relaxed);
        let listening = Listening(Arc::clone(&self.count));
        let counted = wake_ups.map(move |()| {
            let _ = &listening;
        });
        Ok(counted.boxed())
    }
}
