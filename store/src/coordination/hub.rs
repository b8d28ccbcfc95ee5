//! Who listens to what within this process.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures::Stream;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

/// Called with a channel that no one listens to any more.
type Silence = Box<dyn Fn(&str) + Send + Sync>;

/// The listeners of this process, by channel. A channel that no one listens to
/// takes no memory.
pub(super) struct Hub {
    channels: Mutex<HashMap<String, watch::Sender<()>>>,
    silence: Silence,
}

impl Hub {
    /// No listeners; `silence` is told of each channel that loses its last one.
    pub(super) fn new(silence: impl Fn(&str) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            channels: Mutex::default(),
            silence: Box::new(silence),
        })
    }

    /// Wakes those who listen to a channel.
    pub(super) fn wake(&self, channel: &str) {
        if let Some(listeners) = self.lock().get(channel) {
            listeners.send_replace(());
        }
    }

    /// Listens to a channel from now on.
    pub(super) fn listen(self: &Arc<Self>, channel: String) -> Listener {
        let wake_ups = self
            .lock()
            .entry(channel.clone())
            .or_insert_with(|| watch::Sender::new(()))
            .subscribe();
        Listener {
            wake_ups: Some(WatchStream::from_changes(wake_ups)),
            channel,
            hub: Arc::clone(self),
        }
    }

    /// The channels that someone listens to.
    pub(super) fn channels(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Whether someone listens to a channel.
    pub(super) fn has(&self, channel: &str) -> bool {
        self.lock().contains_key(channel)
    }

    /// Forgets a channel if no one listens to it any more.
    fn tidy(&self, channel: &str) {
        let mut channels = self.lock();
        let silent = channels
            .get(channel)
            .is_some_and(|listeners| listeners.receiver_count() == 0);
        if silent {
            channels.remove(channel);
            drop(channels);
            (self.silence)(channel);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wake-ups of one channel; several that come before one is looked at are one.
pub(super) struct Listener {
    wake_ups: Option<WatchStream<()>>,
    channel: String,
    hub: Arc<Hub>,
}

impl Stream for Listener {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<()>> {
        match &mut self.wake_ups {
            Some(wake_ups) => Pin::new(wake_ups).poll_next(cx),
            None => Poll::Ready(None),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.wake_ups = None;
        self.hub.tidy(&self.channel);
    }
}
