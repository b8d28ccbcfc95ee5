//! Buttons that were pressed.

use teloxide::types::{CallbackQuery, MaybeInaccessibleMessage};

use crate::button::Button;
use crate::commands::{erase, unlink};
use crate::error::AnswerError;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Does what a button says, and ends its waiting in any case.
pub(crate) async fn answer(
    reception: &Reception,
    visitor: &Visitor,
    query: &CallbackQuery,
) -> Result<(), AnswerError> {
    let button = query.data.as_deref().and_then(Button::parse);
    let message = query.message.as_ref().map(MaybeInaccessibleMessage::id);
    let (Some(button), Some(message)) = (button, message) else {
        let words = visitor.texts.stale_button();
        let telegram = &reception.telegram;
        return Ok(telegram.acknowledge(query.id.clone(), Some(words)).await?);
    };
    let done = match button {
        Button::AskUnlink(id) => unlink::ask(reception, visitor, message, id).await,
        Button::Unlink(id) => unlink::confirmed(reception, visitor, message, id).await,
        Button::Keep(id) => unlink::kept(reception, visitor, message, id).await,
        Button::Erase(asked_at) => erase::confirmed(reception, visitor, message, asked_at).await,
        Button::KeepAll => erase::kept(reception, visitor, message).await,
    };
    // Telegram forgets a press after a while: then there is no waiting to end.
    if let Err(error) = reception.telegram.acknowledge(query.id.clone(), None).await {
        tracing::debug!(%error, "a pressed button was not acknowledged");
    }
    done
}
