//! The connection that listens to Redis for the whole process.

use std::sync::Arc;
use std::time::Duration;

use deadpool_redis::redis::aio::{PubSub, PubSubSink};
use deadpool_redis::redis::{Msg, RedisError, Value};
use futures::{Stream, StreamExt};
use sesame_domain::backoff::Backoff;
use sesame_domain::reason::Reason;
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::hub::Hub;
use super::redis_pool::RedisPool;
use super::refusal::{RedisRefusal, RedisRefused, RedisStep};

/// The waits between two tries to connect.
const WAITS: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
/// How often a quiet connection is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(15);

/// What is wanted of the subscriber.
pub(super) enum Request {
    /// Listen to a channel; says when it does, or why it cannot now.
    Subscribe(String, oneshot::Sender<Result<(), RedisRefused>>),
    /// No one here listens to the channel any more.
    Unsubscribe(String),
}

impl Request {
    /// Asks to listen to a channel; ends when that is so, or is put off until
    /// Redis is back and allows it.
    pub(super) async fn subscribe(
        requests: &mpsc::UnboundedSender<Self>,
        channel: String,
    ) -> Result<(), RedisRefused> {
        let (done, confirmed) = oneshot::channel();
        // Neither fails unless the subscriber was stopped.
        let _ = requests.send(Self::Subscribe(channel, done));
        confirmed.await.unwrap_or_else(|_| Err(lost()))
    }
}

/// The connection is gone, and no one says why.
fn lost() -> RedisRefused {
    RedisRefused::silently(RedisRefusal::Lost, RedisStep::Listen)
}

/// Fails also when Redis answers with an error: it may be reading its data.
async fn ping(sink: &mut PubSubSink) -> Result<(), RedisError> {
    match sink.ping::<Value>().await? {
        Value::ServerError(error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// No answer in time.
fn silent() -> RedisRefused {
    RedisRefused::silently(RedisRefusal::Silent, RedisStep::Listen)
}

/// Why a connection is no longer listened to.
enum Ended {
    /// It was lost, or does not do what it is for.
    Lost(RedisRefused),
    /// No one can ask for anything any more.
    Stopped,
}

/// Listens to Redis, connects again when the connection is lost.
pub(super) struct Subscriber {
    redis: RedisPool,
    hub: Arc<Hub>,
    requests: OwnedMutexGuard<mpsc::UnboundedReceiver<Request>>,
    /// Why nothing is received, as far as it was told.
    refused: Option<RedisRefused>,
}

impl Subscriber {
    /// Listens to what the hub's listeners listen to.
    pub(super) fn new(
        redis: RedisPool,
        hub: Arc<Hub>,
        requests: OwnedMutexGuard<mpsc::UnboundedReceiver<Request>>,
    ) -> Self {
        Self {
            redis,
            hub,
            requests,
            refused: None,
        }
    }

    /// Listens for as long as anyone may ask for it.
    pub(super) async fn run(mut self) {
        let mut failed: u32 = 0;
        loop {
            let why = match self.connect().await {
                Ok(connection) => {
                    failed = 0;
                    if self.refused.take().is_some() {
                        tracing::info!("listening to redis again");
                    }
                    match self.listen(connection).await {
                        Ended::Lost(why) => {
                            tracing::warn!(error = %Reason::of(&why), "lost the connection that listens to redis");
                            why
                        }
                        Ended::Stopped => return,
                    }
                }
                Err(why) => {
                    self.tell(&why);
                    self.refused = Some(why.clone());
                    why
                }
            };
            if !self.wait(WAITS.wait(failed), &why).await {
                return;
            }
            failed = failed.saturating_add(1);
        }
    }

    /// Says why nothing is received, once for each reason.
    fn tell(&self, why: &RedisRefused) {
        let known = self.refused.as_ref().map(|told| (told.refusal, told.step));
        if known != Some((why.refusal, why.step)) {
            tracing::error!(
                error = %Reason::of(why),
                "cannot listen to redis: what other nodes do is noticed late; trying again"
            );
        }
    }

    /// Connects and listens again to what was listened to before.
    async fn connect(&self) -> Result<PubSub, RedisRefused> {
        let connected = async {
            let refused = |step| move |error: RedisError| self.redis.refused(&error, step);
            let mut connection = self
                .redis
                .client()
                .get_async_pubsub()
                .await
                .map_err(refused(RedisStep::Connect))?;
            let channels = self.hub.channels();
            if !channels.is_empty() {
                connection
                    .subscribe(&channels)
                    .await
                    .map_err(refused(RedisStep::Listen))?;
            }
            // What was published in between is lost: let everyone look.
            for channel in &channels {
                self.hub.wake(channel);
            }
            Ok(connection)
        };
        timeout(self.redis.timeout(), connected)
            .await
            .unwrap_or_else(|_| Err(silent()))
    }

    async fn listen(&mut self, connection: PubSub) -> Ended {
        let (mut sink, mut messages) = connection.split();
        let mut pings = interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let good = tokio::select! {
                message = messages.next() => self.deliver(message.as_ref()),
                request = self.requests.recv() => match request {
                    Some(request) => self.carry_out(request, &mut sink).await,
                    None => return Ended::Stopped,
                },
                _ = pings.tick() => self.in_time(ping(&mut sink)).await,
            };
            if let Err(why) = good {
                // What came before the end still counts.
                self.deliver_rest(&mut messages).await;
                return Ended::Lost(why);
            }
        }
    }

    /// Fails when the connection is not good any more.
    fn deliver(&self, message: Option<&Msg>) -> Result<(), RedisRefused> {
        let message = message.ok_or_else(lost)?;
        self.hub.wake(message.get_channel_name());
        Ok(())
    }

    async fn deliver_rest(&self, messages: &mut (impl Stream<Item = Msg> + Unpin)) {
        while let Ok(Some(message)) = timeout(Duration::ZERO, messages.next()).await {
            self.hub.wake(message.get_channel_name());
        }
    }

    /// Fails when the connection is not good any more.
    async fn carry_out(&self, request: Request, sink: &mut PubSubSink) -> Result<(), RedisRefused> {
        match request {
            Request::Subscribe(channel, done) => {
                let listens = self.in_time(sink.subscribe(channel)).await;
                let _ = done.send(listens.clone());
                listens
            }
            // Someone may have come back to it since.
            Request::Unsubscribe(channel) if self.hub.has(&channel) => Ok(()),
            Request::Unsubscribe(channel) => self.in_time(sink.unsubscribe(channel)).await,
        }
    }

    async fn in_time(
        &self,
        call: impl Future<Output = Result<(), RedisError>>,
    ) -> Result<(), RedisRefused> {
        match timeout(self.redis.timeout(), call).await {
            Ok(done) => done.map_err(|error| self.redis.refused(&error, RedisStep::Listen)),
            Err(_) => Err(silent()),
        }
    }

    /// Waits before the next try; who wants to listen is not held up. `false`:
    /// no one can ask for anything any more.
    async fn wait(&mut self, wait: Duration, why: &RedisRefused) -> bool {
        let until = Instant::now() + wait;
        loop {
            tokio::select! {
                () = sleep_until(until) => return true,
                request = self.requests.recv() => match request {
                    // The hub knows of it; the next connection will too.
                    Some(Request::Subscribe(_, done)) => { let _ = done.send(Err(why.clone())); }
                    Some(Request::Unsubscribe(_)) => {}
                    None => return false,
                },
            }
        }
    }
}
