//! The connections of a session that is open.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use grammers_session::updates::UpdatesLike;
use sesame_domain::held_lease::Hold;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::limit::while_held;
use crate::session::UserSession;
use crate::settings::SessionsSettings;
use crate::subject::Subject;
use crate::update::Update;

use super::caller::Caller;
use super::introduction::introduction;
use super::lines::Lines;

/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// How many updates may wait to be looked at.
const WAITING_UPDATES: usize = 64;

/// A session's connections; they are made when a call needs them, and broken
/// when this is dropped, or once the lease may have lapsed.
pub(crate) struct Connection {
    caller: Caller,
    runner: JoinHandle<()>,
    /// Boxed: a channel has room for 32 at once, and they are of 5 KiB.
    updates: mpsc::Receiver<Box<UpdatesLike>>,
}

impl Connection {
    /// Opens a session. Nothing is sent before the first call, and nothing once
    /// the lease is not surely held; `spawn` owns what runs.
    pub(crate) fn open(
        settings: &SessionsSettings,
        subject: Subject,
        session: Arc<UserSession>,
        hold: &Hold,
        spawn: impl FnOnce(BoxFuture<'static, ()>) -> JoinHandle<()>,
    ) -> Self {
        let (orders, ordered) = mpsc::unbounded_channel();
        let (told, updates) = mpsc::channel(WAITING_UPDATES);
        let introduction = introduction(settings);
        let lines = Lines::new(Arc::clone(&session), introduction, ordered, told);
        let limit = hold.clone();
        let of = subject.span();
        let running = async move {
            if while_held(&limit, lines.run()).await.is_none() {
                tracing::warn!("a connection was closed: its lease may have lapsed");
            }
        }
        .instrument(of);
        Self {
            caller: Caller::new(orders, session, subject, hold.clone()),
            runner: spawn(Box::pin(running)),
            updates,
        }
    }

    /// The way to call Telegram.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether it ended, or is stuck.
    pub(crate) fn is_broken(&self) -> bool {
        self.runner.is_finished() || self.caller.is_stuck()
    }

    /// What Telegram says by itself; `None` when the connection is broken.
    pub(crate) async fn next_update(&mut self) -> Option<Update> {
        self.updates.recv().await.map(|update| Update::of(&update))
    }

    /// Closes the connections in order, and breaks them when that takes too long.
    pub(crate) async fn close(mut self) {
        self.caller.quit();
        if tokio::time::timeout(FAREWELL, &mut self.runner)
            .await
            .is_err()
        {
            tracing::debug!("a connection was broken: its farewell took too long");
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.runner.abort();
    }
}
