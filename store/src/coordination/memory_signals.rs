//! Wake-ups among the tasks of one process.

use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt;
use sesame_domain::ports::{Signals, StoreError, Topic, WakeUps};

use super::hub::Hub;

/// Wake-ups among the tasks of one process.
pub(super) struct MemorySignals {
    hub: Arc<Hub>,
}

impl MemorySignals {
    /// No one listens yet.
    pub(super) fn new() -> Self {
        Self {
            hub: Hub::new(|_| {}),
        }
    }
}

#[async_trait]
impl Signals for MemorySignals {
    async fn publish(&self, topic: Topic) -> Result<(), StoreError> {
        self.hub.wake(&topic.as_text());
        Ok(())
    }

    async fn subscribe(&self, topic: Topic) -> Result<WakeUps, StoreError> {
        Ok(self.hub.listen(topic.as_text()).boxed())
    }
}
