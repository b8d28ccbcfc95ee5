//! Brings updates to their handlers: those of one sender one after the other,
//! those of different ones at the same time.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::counter;
use sesame_domain::panic::caught;
use teloxide::dispatching::UpdateHandler;
use teloxide::dptree::deps;
use teloxide::types::Me;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument as _, error, info_span, warn};

use super::incoming::{Incoming, QueueKey, Waiting};
use super::queues::{Limits, Put, Queues};
use crate::context::BotContext;
use crate::tree;

/// How many updates may wait. More than a person sends while one is dealt with;
/// and for all together, what fits into memory beside everything else.
const LIMITS: Limits = Limits {
    each: 16,
    all: 4096,
};

/// Why updates are not dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DispatcherFault {
    /// The bot ended while the node goes on.
    #[error("the bot ended")]
    Stopped,
    /// No updates were asked for, nor was it tried, for longer than that takes.
    #[error("updates are not asked for any more")]
    Silent,
    /// So many updates wait that no more are taken in.
    #[error("too many updates wait to be dealt with")]
    Full,
}

/// Brings updates to their handlers; clones share the queues.
#[derive(Clone)]
pub(crate) struct Dispatcher(Arc<Shared>);

struct Shared {
    context: Arc<BotContext>,
    handlers: UpdateHandler<Infallible>,
    queues: Mutex<Queues<QueueKey, Incoming>>,
    /// Told whenever something that waited is dealt with.
    room: Notify,
    /// Who the bot is; until that is known, updates wait.
    me: watch::Sender<Option<Me>>,
    /// Owns the workers…
    tasks: TaskTracker,
    /// … and knows how many there are.
    workers: TaskTracker,
    /// Nothing more is taken in.
    stop: CancellationToken,
    /// What is not done by now is dropped.
    cut: CancellationToken,
}

impl Dispatcher {
    /// Its workers run on `tasks`; it takes updates in until the stop.
    pub(crate) fn new(
        context: Arc<BotContext>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Shared {
            context,
            handlers: tree::handlers(),
            queues: Mutex::new(Queues::new(LIMITS)),
            room: Notify::new(),
            me: watch::Sender::new(None),
            tasks,
            workers: TaskTracker::new(),
            stop,
            cut: CancellationToken::new(),
        }))
    }

    /// It is known who the bot is: what waits is dealt with.
    pub(crate) fn begin(&self, me: Me) {
        self.0.me.send_replace(Some(me));
    }

    /// Takes an update in; gives it back when there is no room, or when the bot
    /// stops.
    pub(crate) fn put(&self, incoming: Incoming) -> Result<(), Incoming> {
        if self.0.stop.is_cancelled() {
            return Err(incoming);
        }
        let key = incoming.queue_key();
        let put = self.0.queues().put(key, incoming)?;
        match put {
            Put::Opened => self.work_on(key),
            Put::Queued => {}
            Put::Crowded { first } => self.0.context.dropped(first),
        }
        Ok(())
    }

    /// The same, but waits for room; gives it back when the bot stops.
    pub(crate) async fn put_patiently(&self, incoming: Incoming) -> Result<(), Incoming> {
        let mut waiting = incoming;
        loop {
            // Before the attempt: what is told in between counts.
            let room = self.0.room.notified();
            match self.put(waiting) {
                Ok(()) => return Ok(()),
                Err(incoming) => waiting = incoming,
            }
            tokio::select! {
                biased;
                () = self.0.stop.cancelled() => return Err(waiting),
                () = room => {}
            }
        }
    }

    /// Whether there is room.
    pub(crate) fn is_full(&self) -> bool {
        self.0.queues().is_full()
    }

    /// Waits until everything that was taken in is dealt with. What takes
    /// longer than this is dropped.
    pub(crate) async fn drain(&self, limit: Duration) {
        self.0.workers.close();
        if tokio::time::timeout(limit, self.0.workers.wait())
            .await
            .is_err()
        {
            warn!(
                senders = self.0.workers.len(),
                "the bot did not finish in time"
            );
        }
        self.0.cut.cancel();
    }

    /// Drops what was taken in.
    pub(crate) fn abandon(&self) {
        self.0.cut.cancel();
    }

    /// Starts someone who works on a sender's queue until it is empty.
    fn work_on(&self, key: QueueKey) {
        let worker = Worker {
            shared: Arc::clone(&self.0),
            key,
            is_open: true,
        };
        let cut = self.0.cut.clone();
        let working = async move {
            // Done or cut off, it is over.
            let _ = cut.run_until_cancelled(worker.work()).await;
        };
        let working = self.0.workers.track_future(working);
        self.0.tasks.spawn(working);
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher")
            .field("senders", &self.0.workers.len())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn queues(&self) -> MutexGuard<'_, Queues<QueueKey, Incoming>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, key: QueueKey) -> Option<Incoming> {
        let next = self.queues().next(&key);
        // Whoever waits for room is one task; if it waits just now.
        self.room.notify_one();
        next
    }

    /// Answers; a panic ends this answer, and nothing else.
    async fn answer(&self, incoming: Incoming, me: &Me) {
        let id = incoming.id();
        let span = info_span!(
            "update",
            request.id = format!("update-{id}"),
            update.id = id
        );
        let waiting = incoming.waiting(&self.context.tenant);
        let answered = caught(self.handle(incoming, me)).instrument(span.clone());
        if answered.await.is_err() {
            let apology = caught(self.apologise(waiting)).instrument(span);
            // Its own panic is in the log through the panic hook.
            let _ = apology.await;
        }
    }

    async fn handle(&self, incoming: Incoming, me: &Me) {
        match incoming {
            Incoming::Update(update) => {
                let known = deps![Arc::clone(&self.context), me.clone(), *update];
                // What no branch takes needs no answer.
                let _ = self.handlers.dispatch(known).await;
            }
            Incoming::Unreadable(unreadable) => unreadable.deal_with(&self.context).await,
        }
    }

    async fn apologise(&self, waiting: Option<Waiting>) {
        let context = &self.context;
        error!("an update was not dealt with: its handler panicked");
        counter!(
            "sesame_bot_panics_total", "tenant" => context.tenant.to_string()
        )
        .increment(1);
        if let Some(Waiting { sender, pressed }) = waiting {
            context.apologise(&sender, pressed).await;
        }
    }
}

/// Works on a sender's queue.
struct Worker {
    shared: Arc<Shared>,
    key: QueueKey,
    /// Whether the queue is this worker's, and not closed yet.
    is_open: bool,
}

impl Worker {
    async fn work(mut self) {
        let mut me = self.shared.me.subscribe();
        // Nothing else holds what tells of it, so it cannot fail.
        let Ok(me) = me.wait_for(Option::is_some).await.map(|me| me.clone()) else {
            return;
        };
        let Some(me) = me else { return };
        while let Some(incoming) = self.shared.next(self.key) {
            self.shared.answer(incoming, &me).await;
        }
        self.is_open = false;
    }
}

impl Drop for Worker {
    /// Without a worker there must be no queue: the next one would wait for ever.
    fn drop(&mut self) {
        if self.is_open {
            self.shared.queues().close(&self.key);
        }
    }
}
