//! The ways to sign in, as a driver goes them.
//!
//! A way has a file of its own with its calls. Here stands what a driver asks
//! of all of them; another way is another file, another variant of [`Way`] and
//! of the way's calls, and a line in each of these matches.

mod phone;
mod qr;

use futures::future::BoxFuture;
use sesame_domain::login::{Asking, Event, Method, QrEffect, Question, State};

use crate::connection::Caller;
use crate::gate::TelegramError;
use crate::log_out::Found;
use crate::node::Node;
use crate::session::UserSession;
use crate::update::Update;

use super::call::{Call, PhoneCall, QrCall, WayCall};
use super::calls::{Answer, Asker};

/// The way of a login, with what its driver remembers of it.
#[derive(Debug)]
pub(super) enum Way {
    /// By QR code.
    Qr(qr::Qr),
    /// By phone number and code.
    Phone,
}

impl Way {
    /// The way of a login.
    pub(super) fn of(method: Method) -> Self {
        match method {
            Method::Qr => Self::Qr(qr::Qr::default()),
            Method::Phone => Self::Phone,
        }
    }

    /// Makes a call of the way.
    pub(super) fn make(&mut self, call: WayCall, asker: Asker) -> BoxFuture<'static, Answer> {
        match (self, call) {
            (Self::Qr(way), WayCall::Qr(call)) => way.make(call, asker),
            (Self::Qr(_) | Self::Phone, WayCall::Phone(call)) => phone::make(call, asker),
            // No effect of the other way asks for it.
            (Self::Phone, WayCall::Qr(_)) => Box::pin(asker.identify()),
        }
    }

    /// Another call than one of the way is made.
    pub(super) fn leave_off(&mut self) {
        match self {
            Self::Qr(way) => way.leave_off(),
            Self::Phone => {}
        }
    }

    /// The call that shows whether Telegram lets us in, now that the password
    /// it asked for is gone.
    pub(super) fn without_password(&self) -> Call {
        match self {
            Self::Qr(_) => QrCall::WithoutPassword.into(),
            Self::Phone => PhoneCall::WithoutPassword.into(),
        }
    }

    /// Logs out what was accepted with no one there to hear of it; whether anything was.
    pub(super) async fn claim_and_log_out(
        &self,
        node: &Node,
        caller: &Caller,
    ) -> Result<Found, TelegramError> {
        match self {
            Self::Qr(_) => qr::claim_and_log_out(node, caller).await,
            // A code that no one typed lets no one in.
            Self::Phone => Ok(Found::NoOne),
        }
    }
}

/// The call that an effect of the way by QR code asks for.
pub(super) fn call_of_qr(effect: QrEffect) -> Call {
    qr::call_of(effect).into()
}

/// What a login hears of what Telegram says by itself.
pub(super) fn event_of(asking: &Asking, news: Update) -> Option<Event> {
    match asking {
        Asking::Qr(_) => qr::event_of(news).map(Event::from),
    }
}

/// The call to begin with under a new driver, if it is not the one that the
/// login wants by itself.
pub(super) fn taken_over(asking: &Asking, session: &UserSession) -> Option<Call> {
    match asking {
        Asking::Qr(asking) => qr::taken_over(asking, session).map(Call::from),
    }
}

/// Whether another session will do as well as one that is gone.
pub(super) fn may_start_over(state: &State) -> bool {
    match state {
        State::Asking(Asking::Qr(asking)) => qr::may_start_over(asking),
        // Nothing was asked of Telegram yet, or nothing that counts.
        State::Proving(proving) => matches!(proving.question(), Question::Number(_)),
        State::Finishing(_) | State::Ended { .. } => false,
    }
}

/// The call that makes another connection when one was closed over which
/// something was to be heard.
pub(super) fn listening_again(asking: &Asking) -> Option<Call> {
    match asking {
        Asking::Qr(asking) => qr::listening_again(asking).map(Call::from),
    }
}
