//! Updates that are fetched.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use teloxide::RequestError;
use teloxide::stop::StopToken;
use teloxide::types::{AllowedUpdate, Update, UpdateKind};
use teloxide::update_listeners::{AsUpdateStream, Polling, UpdateListener};

use crate::telegram::Caller;

/// How long Telegram holds a question for updates open. It must stay below
/// teloxide's limit for a call, 17 s.
const HOLD: Duration = Duration::from_secs(10);

/// Updates that are fetched. What cannot be understood is left out: the
/// dispatcher would put it in the log, with what people wrote.
pub(crate) struct Fetched(Polling<Caller>);

impl Fetched {
    /// Asks `caller` for updates.
    pub(crate) fn new(caller: Caller) -> Self {
        Self(Polling::builder(caller).timeout(HOLD).build())
    }
}

impl<'a> AsUpdateStream<'a> for Fetched {
    type StreamErr = RequestError;
    type Stream = BoxStream<'a, Result<Update, RequestError>>;

    fn as_stream(&'a mut self) -> Self::Stream {
        self.0
            .as_stream()
            .filter(|update| std::future::ready(is_understood(update)))
            .boxed()
    }
}

impl UpdateListener for Fetched {
    type Err = RequestError;

    fn stop_token(&mut self) -> StopToken {
        self.0.stop_token()
    }

    fn hint_allowed_updates(&mut self, hint: &mut dyn Iterator<Item = AllowedUpdate>) {
        self.0.hint_allowed_updates(hint);
    }
}

fn is_understood(update: &Result<Update, RequestError>) -> bool {
    match update {
        Ok(update) if matches!(update.kind, UpdateKind::Error(_)) => {
            tracing::warn!(update.id = update.id.0, "an update is not understood");
            false
        }
        Ok(_) | Err(_) => true,
    }
}
