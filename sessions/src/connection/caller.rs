//! The way to call Telegram with a session.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use grammers_mtsender::InvocationError;
use grammers_tl_types as tl;
use sesame_domain::held_lease::Hold;
use tl::Deserializable as _;
use tokio::sync::{mpsc, oneshot};

use crate::session::UserSession;
use crate::subject::Subject;

use super::order::{Body, Call, Order, lapsed};

/// The way to call Telegram with a session; only the gate uses it.
#[derive(Clone)]
pub(crate) struct Caller {
    orders: mpsc::UnboundedSender<Order>,
    session: Arc<UserSession>,
    subject: Arc<Subject>,
    hold: Hold,
    stuck: Arc<AtomicBool>,
}

impl Caller {
    pub(super) fn new(
        orders: mpsc::UnboundedSender<Order>,
        session: Arc<UserSession>,
        subject: Subject,
        hold: Hold,
    ) -> Self {
        Self {
            orders,
            session,
            subject: Arc::new(subject),
            hold,
            stuck: Arc::default(),
        }
    }

    /// The session's home data centre.
    pub(crate) fn home(&self) -> i32 {
        self.session.home()
    }

    /// The session.
    pub(crate) fn session(&self) -> &Arc<UserSession> {
        &self.session
    }

    /// On whose account it is.
    pub(crate) fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Sends a request, without a time limit and without retries, if the lease
    /// is surely held.
    pub(crate) async fn invoke_in<R: tl::RemoteCall>(
        &self,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        if !self.hold.is_sure() {
            return Err(lapsed());
        }
        let (answer, answered) = oneshot::channel();
        let body = Body(request.to_bytes());
        let call = Call { body, answer };
        let closed = |()| InvocationError::Dropped("the connection was closed");
        self.order(Order::Call { dc, call }).map_err(closed)?;
        let Body(answer) = answered.await.map_err(|_| closed(()))??;
        Ok(R::Return::from_bytes(&answer)?)
    }

    /// Notes that a call was not answered in time: there is no telling what else
    /// does not get through on this connection.
    pub(crate) fn note_stuck(&self) {
        self.stuck.store(true, Ordering::Relaxed);
    }

    /// Whether another connection should be made.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Relaxed)
    }

    /// Closes the connection to one data centre.
    pub(crate) fn leave_dc(&self, dc: i32) {
        // A connection that ended is closed.
        let _ = self.order(Order::Leave(dc));
    }

    /// Closes all.
    pub(super) fn quit(&self) {
        let _ = self.order(Order::Quit);
    }

    fn order(&self, order: Order) -> Result<(), ()> {
        self.orders.send(order).map_err(|_| ())
    }
}
