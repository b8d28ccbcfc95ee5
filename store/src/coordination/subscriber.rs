//! The connection that listens to Redis for the whole process.

use std::sync::Arc;
use std::time::Duration;

use deadpool_redis::redis::aio::{PubSub, PubSubSink};
use deadpool_redis::redis::{Msg, RedisError};
use futures::{Stream, StreamExt};
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::hub::Hub;
use super::redis_pool::RedisPool;

/// The wait after the first failure to connect; it doubles from then on.
const BACK_OFF_MIN: Duration = Duration::from_millis(100);
/// The longest wait between two tries to connect.
const BACK_OFF_MAX: Duration = Duration::from_secs(5);
/// How often a quiet connection is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(15);

/// What is wanted of the subscriber.
pub(super) enum Request {
    /// Listen to a channel; says when it does.
    Subscribe(String, oneshot::Sender<()>),
    /// No one here listens to the channel any more.
    Unsubscribe(String),
}

impl Request {
    /// Asks to listen to a channel; ends when that is so, or is put off until
    /// Redis is back.
    pub(super) async fn subscribe(requests: &mpsc::UnboundedSender<Self>, channel: String) {
        let (done, confirmed) = oneshot::channel();
        if requests.send(Self::Subscribe(channel, done)).is_ok() {
            let _ = confirmed.await;
        }
    }
}

/// Why a connection is no longer listened to.
enum Ended {
    /// It was lost.
    Lost,
    /// No one can ask for anything any more.
    Stopped,
}

/// Listens to Redis, connects again when the connection is lost.
pub(super) struct Subscriber {
    redis: RedisPool,
    hub: Arc<Hub>,
    requests: mpsc::UnboundedReceiver<Request>,
}

impl Subscriber {
    /// Listens to what the hub's listeners listen to.
    pub(super) fn new(
        redis: RedisPool,
        hub: Arc<Hub>,
        requests: mpsc::UnboundedReceiver<Request>,
    ) -> Self {
        Self {
            redis,
            hub,
            requests,
        }
    }

    /// Listens for as long as anyone may ask for it.
    pub(super) async fn run(mut self) {
        let mut back_off = BACK_OFF_MIN;
        loop {
            match self.connect().await {
                Ok(connection) => {
                    back_off = BACK_OFF_MIN;
                    tracing::debug!("listening to redis");
                    match self.listen(connection).await {
                        Ended::Lost => tracing::warn!("lost the connection that listens to redis"),
                        Ended::Stopped => return,
                    }
                }
                Err(error) => {
                    tracing::debug!(error = %Reason::of(&error), "cannot listen to redis yet");
                }
            }
            if !self.wait(back_off).await {
                return;
            }
            back_off = (back_off * 2).min(BACK_OFF_MAX);
        }
    }

    /// Connects and listens again to what was listened to before.
    async fn connect(&self) -> Result<PubSub, StoreError> {
        self.redis
            .within(async {
                let mut connection = self
                    .redis
                    .client()
                    .get_async_pubsub()
                    .await
                    .map_err(StoreError::unavailable)?;
                let channels = self.hub.channels();
                if !channels.is_empty() {
                    connection
                        .subscribe(&channels)
                        .await
                        .map_err(StoreError::unavailable)?;
                }
                // What was published in between is lost: let everyone look.
                for channel in &channels {
                    self.hub.wake(channel);
                }
                Ok(connection)
            })
            .await
    }

    async fn listen(&mut self, connection: PubSub) -> Ended {
        let (mut sink, mut messages) = connection.split();
        let mut pings = interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let alive = tokio::select! {
                message = messages.next() => self.deliver(message.as_ref()),
                request = self.requests.recv() => match request {
                    Some(request) => self.carry_out(request, &mut sink).await,
                    None => return Ended::Stopped,
                },
                _ = pings.tick() => self.answers(&mut sink).await,
            };
            if !alive {
                // What came before the end still counts.
                self.deliver_rest(&mut messages).await;
                return Ended::Lost;
            }
        }
    }

    /// Whether the connection is still good after it.
    fn deliver(&self, message: Option<&Msg>) -> bool {
        if let Some(message) = message {
            self.hub.wake(message.get_channel_name());
        }
        message.is_some()
    }

    async fn deliver_rest(&self, messages: &mut (impl Stream<Item = Msg> + Unpin)) {
        while let Ok(Some(message)) = timeout(Duration::ZERO, messages.next()).await {
            self.hub.wake(message.get_channel_name());
        }
    }

    /// Whether the connection is still good after it.
    async fn carry_out(&self, request: Request, sink: &mut PubSubSink) -> bool {
        match request {
            Request::Subscribe(channel, done) => {
                let alive = self.in_time(sink.subscribe(channel)).await;
                let _ = done.send(());
                alive
            }
            // Someone may have come back to it since.
            Request::Unsubscribe(channel) if self.hub.has(&channel) => true,
            Request::Unsubscribe(channel) => self.in_time(sink.unsubscribe(channel)).await,
        }
    }

    async fn answers(&self, sink: &mut PubSubSink) -> bool {
        self.in_time(sink.ping::<()>()).await
    }

    async fn in_time(&self, call: impl Future<Output = Result<(), RedisError>>) -> bool {
        matches!(timeout(self.redis.timeout(), call).await, Ok(Ok(())))
    }

    /// Waits before the next try; who wants to listen is not held up. `false`:
    /// no one can ask for anything any more.
    async fn wait(&mut self, back_off: Duration) -> bool {
        let until = Instant::now() + back_off;
        loop {
            tokio::select! {
                () = sleep_until(until) => return true,
                request = self.requests.recv() => match request {
                    // The hub knows of it; the next connection will too.
                    Some(Request::Subscribe(_, done)) => { let _ = done.send(()); }
                    Some(Request::Unsubscribe(_)) => {}
                    None => return false,
                },
            }
        }
    }
}
