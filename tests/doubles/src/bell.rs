//! Wake-ups within one process.

use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use sesame_domain::ports::{Signals, StoreError, Topic, WakeUps};
use tokio::sync::watch;

/// One bell for all topics.
#[derive(Debug)]
pub struct Bell(watch::Sender<u32>);

impl Default for Bell {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

#[async_trait]
impl Signals for Bell {
    async fn publish(&self, _: Topic) -> Result<(), StoreError> {
        self.0.send_modify(|count| *count += 1);
        Ok(())
    }

    async fn subscribe(&self, _: Topic) -> Result<WakeUps, StoreError> {
        let wake_ups = stream::unfold(self.0.subscribe(), |mut bell| async move {
            bell.changed().await.ok().map(|()| ((), bell))
        });
        Ok(wake_ups.boxed())
    }
}
