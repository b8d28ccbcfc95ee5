//! Wake-ups among nodes: a channel for each topic.

use std::sync::Arc;

use async_trait::async_trait;
use deadpool_redis::redis::cmd;
use futures::StreamExt;
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{Ended, LongLived, Signals, StoreError, Supervisor, Topic, WakeUps};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::channels::{self, TenantSignals};
use super::hub::Hub;
use super::redis_pool::RedisPool;
use super::refusal::{RedisRefusal, RedisRefused, RedisStep};
use super::subscriber::{Request, Subscriber};

/// Wake-ups among nodes. One connection listens for the whole process; clones share
/// it.
#[derive(Clone)]
pub(super) struct RedisSignals {
    redis: RedisPool,
    tenant: Option<TenantId>,
    hub: Arc<Hub>,
    requests: mpsc::UnboundedSender<Request>,
    /// Without signals no one needs the subscriber.
    _stop: Arc<DropGuard>,
}

impl RedisSignals {
    /// Begins to listen, until it is told to stop.
    pub(super) fn start(
        redis: RedisPool,
        tenant: Option<TenantId>,
        supervisor: &dyn Supervisor,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (requests, queue) = mpsc::unbounded_channel();
        let unsubscribe = requests.clone();
        let hub = Hub::new(move |channel| {
            // Once the subscriber stopped, there is nothing to unsubscribe.
            let _ = unsubscribe.send(Request::Unsubscribe(channel.to_owned()));
        });
        let signals = Self {
            redis: redis.clone(),
            tenant,
            hub: Arc::clone(&hub),
            requests,
            _stop: Arc::new(stop.clone().drop_guard()),
        };
        // What is asked for outlasts a subscriber that fails.
        let queue = Arc::new(Mutex::new(queue));
        let tasks = tasks.clone();
        supervisor.supervise(LongLived::orderly("redis signals", move || {
            let (redis, hub, queue) = (redis.clone(), Arc::clone(&hub), Arc::clone(&queue));
            let listening = async move {
                let requests = queue.lock_owned().await;
                Subscriber::new(redis, hub, requests).run().await;
            };
            // It ends when it is told to, or when no one is left who could ask.
            let stop = stop.clone();
            tasks.track_future(async move {
                stop.run_until_cancelled(listening).await;
                Ended::Told
            })
        }));
        signals
    }

    fn channel(&self, topic: Topic) -> String {
        let name = channels::channel(topic, self.tenant.as_ref());
        self.redis.key("signal", &name)
    }

    async fn wake(&self, channel: String) -> Result<(), RedisRefused> {
        self.redis
            .ask(RedisStep::Wake, |mut connection| async move {
                cmd("PUBLISH")
                    .arg(channel)
                    .arg("")
                    .query_async::<()>(&mut connection)
                    .await
            })
            .await
    }

    /// Listens, over the connection that listens for the whole process, and
    /// receives what it publishes itself.
    pub(super) async fn prove(&self, name: &str) -> Result<(), RedisRefused> {
        let channel = self.redis.key("signal", &format!("proof:{name}"));
        let mut listener = self.hub.listen(channel.clone());
        let late = |refusal, step| move |_| RedisRefused::silently(refusal, step);
        timeout(
            self.redis.timeout(),
            Request::subscribe(&self.requests, channel.clone()),
        )
        .await
        .map_err(late(RedisRefusal::Silent, RedisStep::Listen))??;
        self.wake(channel).await?;
        timeout(self.redis.timeout(), listener.next())
            .await
            .map_err(late(RedisRefusal::NotDelivered, RedisStep::Receive))?;
        Ok(())
    }
}

#[async_trait]
impl Signals for RedisSignals {
    async fn publish(&self, topic: Topic) -> Result<(), StoreError> {
        Ok(self.wake(self.channel(topic)).await?)
    }

    /// Does not fail while Redis is away: the subscription begins, with a
    /// wake-up, when it is back.
    async fn subscribe(&self, topic: Topic) -> Result<WakeUps, StoreError> {
        let channel = self.channel(topic);
        let listener = self.hub.listen(channel.clone());
        let confirmed = Request::subscribe(&self.requests, channel);
        // Not confirmed, or not in time: see above.
        let _ = timeout(self.redis.timeout(), confirmed).await;
        Ok(listener.boxed())
    }
}

impl TenantSignals for RedisSignals {
    fn of_tenant(&self, tenant: &TenantId) -> Arc<dyn TenantSignals> {
        Arc::new(Self {
            tenant: Some(tenant.clone()),
            ..self.clone()
        })
    }
}
