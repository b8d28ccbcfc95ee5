//! From what Telegram sends to an update.

use serde_json::Value;
use teloxide::types::{MessageKind, Update, UpdateKind};
use tokio::sync::mpsc;
use tracing::warn;

use crate::unreadable::Unreadable;

/// How many updates that cannot be read may wait for their answer.
const WAITING: usize = 64;

/// Reads what Telegram sends. Telegram is ahead of every library: what cannot
/// be read goes another way, for there is a person who waits for an answer.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    unreadable: mpsc::Sender<Unreadable>,
}

impl Reader {
    /// A reader, and what it could not read.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Unreadable>) {
        let (unreadable, waiting) = mpsc::channel(WAITING);
        (Self { unreadable }, waiting)
    }

    /// The update; `None`: it cannot be read. Then the dispatcher must not have
    /// it: it would put it into the log, with what people wrote.
    pub(crate) fn read(&self, raw: &Value) -> Option<Update> {
        // Out of its text: teloxide finds what an update is about only there.
        match serde_json::from_str::<Update>(&raw.to_string()) {
            Ok(update) if is_understood(&update) => Some(update),
            Ok(_) | Err(_) => {
                self.set_aside(raw);
                None
            }
        }
    }

    fn set_aside(&self, raw: &Value) {
        warn!(update.id = id(raw), "an update is not understood");
        let Some(unreadable) = Unreadable::find(raw) else {
            return;
        };
        if self.unreadable.try_send(unreadable).is_err() {
            warn!("too many updates are not understood; one is not answered");
        }
    }
}

/// Of a message that is only half understood, teloxide says that it is empty:
/// words with a kind of markup that is new are no words then.
fn is_understood(update: &Update) -> bool {
    let (UpdateKind::Message(message) | UpdateKind::EditedMessage(message)) = &update.kind else {
        return !matches!(update.kind, UpdateKind::Error(_));
    };
    !matches!(message.kind, MessageKind::Empty {})
}

/// The update's number.
pub(crate) fn id(raw: &Value) -> Option<i64> {
    raw.get("update_id")?.as_i64()
}

/// What was pushed, if it is an update, whatever it is about.
pub(crate) fn update(body: &[u8]) -> Option<Value> {
    let raw: Value = serde_json::from_slice(body).ok()?;
    id(&raw).is_some().then_some(raw)
}
