//! From what Telegram sends to an update.

use serde_json::Value;
use teloxide::types::{MessageKind, Update, UpdateKind};
use tracing::warn;

use crate::dispatcher::Incoming;
use crate::unreadable::Unreadable;

/// Reads what Telegram sends. Telegram is ahead of every library: what cannot
/// be read goes another way, for there may be a person who waits for an answer;
/// `None`: there is none. No handler must have it, which would find what people
/// wrote in places where it does not look for secrets.
pub(crate) fn read(raw: &Value) -> Option<Incoming> {
    // Out of its text: teloxide finds what an update is about only there.
    match serde_json::from_str::<Update>(&raw.to_string()) {
        Ok(update) if is_understood(&update) => Some(Incoming::Update(Box::new(update))),
        Ok(_) | Err(_) => {
            warn!(update.id = id(raw), "an update is not understood");
            let unreadable = Unreadable::find(raw)?;
            Some(Incoming::Unreadable(Box::new(unreadable)))
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
