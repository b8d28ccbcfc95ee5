//! All connections of a session.

use std::collections::HashMap;
use std::sync::Arc;

use futures::StreamExt as _;
use futures::future::{AbortHandle, Abortable, BoxFuture};
use futures::stream::FuturesUnordered;
use grammers_session::updates::UpdatesLike;
use tokio::sync::mpsc;

use crate::session::UserSession;

use super::introduction::Introduction;
use super::line::Line;
use super::order::{Call, Order};

/// All connections of a session. Whatever they do is done in [`Lines::run`];
/// dropped, they are closed.
pub(super) struct Lines {
    session: Arc<UserSession>,
    introduction: Arc<Introduction>,
    orders: mpsc::UnboundedReceiver<Order>,
    updates: mpsc::Sender<Box<UpdatesLike>>,
    open: HashMap<i32, Open>,
    running: FuturesUnordered<BoxFuture<'static, ()>>,
}

struct Open {
    calls: mpsc::UnboundedSender<Call>,
    end: AbortHandle,
}

impl Lines {
    /// None is made yet.
    pub(super) fn new(
        session: Arc<UserSession>,
        introduction: Introduction,
        orders: mpsc::UnboundedReceiver<Order>,
        updates: mpsc::Sender<Box<UpdatesLike>>,
    ) -> Self {
        Self {
            session,
            introduction: Arc::new(introduction),
            orders,
            updates,
            open: HashMap::new(),
            running: FuturesUnordered::new(),
        }
    }

    /// Does what is ordered, until there is no one any more who could.
    pub(super) async fn run(mut self) {
        loop {
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(Order::Call { dc, call }) => self.call(dc, call),
                    Some(Order::Leave(dc)) => self.leave(dc),
                    Some(Order::Quit) | None => return,
                },
                Some(()) = self.running.next() => {}
            }
        }
    }

    fn call(&mut self, dc: i32, call: Call) {
        let open = self.open.entry(dc).or_insert_with(|| {
            let (calls, waiting) = mpsc::unbounded_channel();
            let line = Line {
                dc,
                session: Arc::clone(&self.session),
                introduction: Arc::clone(&self.introduction),
                calls: waiting,
                updates: self.updates.clone(),
            };
            let (end, ends) = AbortHandle::new_pair();
            let running = Abortable::new(line.run(), ends);
            self.running.push(Box::pin(async {
                // Ended or left.
                let _ = running.await;
            }));
            Open { calls, end }
        });
        // A line ends only once no one can call it.
        let _ = open.calls.send(call);
    }

    fn leave(&mut self, dc: i32) {
        if let Some(open) = self.open.remove(&dc) {
            open.end.abort();
        }
    }
}
