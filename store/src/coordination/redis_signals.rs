//! Wake-ups among nodes: a channel for each topic.

use std::sync::Arc;

use async_trait::async_trait;
use deadpool_redis::redis::cmd;
use futures::StreamExt;
use sesame_domain::ports::{Signals, StoreError, Topic, WakeUps};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::hub::Hub;
use super::redis_pool::RedisPool;
use super::subscriber::{Request, Subscriber};

/// Wake-ups among nodes. One connection listens for the whole process.
pub(super) struct RedisSignals {
    redis: RedisPool,
    hub: Arc<Hub>,
    requests: mpsc::UnboundedSender<Request>,
    /// Without signals no one needs the subscriber.
    _stop: DropGuard,
}

impl RedisSignals {
    /// Begins to listen, until it is told to stop.
    pub(super) fn start(redis: RedisPool, tasks: &TaskTracker, stop: CancellationToken) -> Self {
        let (requests, queue) = mpsc::unbounded_channel();
        let unsubscribe = requests.clone();
        let hub = Hub::new(move |channel| {
            // Once the subscriber stopped, there is nothing to unsubscribe.
            let _ = unsubscribe.send(Request::Unsubscribe(channel.to_owned()));
        });
        let subscriber = Subscriber::new(redis.clone(), Arc::clone(&hub), queue);
        let guard = stop.clone().drop_guard();
        tasks.spawn(async move {
            stop.run_until_cancelled(subscriber.run()).await;
        });
        Self {
            redis,
            hub,
            requests,
            _stop: guard,
        }
    }

    fn channel(&self, topic: Topic) -> String {
        self.redis.key("signal", &topic.as_text())
    }
}

#[async_trait]
impl Signals for RedisSignals {
    async fn publish(&self, topic: Topic) -> Result<(), StoreError> {
        self.redis
            .within(async {
                let mut connection = self.redis.connection().await?;
                cmd("PUBLISH")
                    .arg(self.channel(topic))
                    .arg("")
                    .query_async::<()>(&mut connection)
                    .await
                    .map_err(StoreError::unavailable)
            })
            .await
    }

    /// Does not fail while Redis is away: the subscription begins, with a
    /// wake-up, when it is back.
    async fn subscribe(&self, topic: Topic) -> Result<WakeUps, StoreError> {
        let channel = self.channel(topic);
        let listener = self.hub.listen(channel.clone());
        let confirmed = Request::subscribe(&self.requests, channel);
        // Not confirmed in time: see above.
        let _ = tokio::time::timeout(self.redis.timeout(), confirmed).await;
        Ok(listener.boxed())
    }
}
