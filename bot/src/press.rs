//! Buttons that were pressed.

use sesame_domain::reason::Reason;
use teloxide::types::{CallbackQuery, MaybeInaccessibleMessage, MessageId};

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
    let telegram = &reception.telegram;
    let chat = visitor.place.chat;
    let Some((button, message)) = pressed(visitor, query) else {
        let words = visitor.texts.stale_button();
        return Ok(telegram
            .acknowledge(chat, query.id.clone(), Some(words))
            .await?);
    };
    let done = async {
        reception.welcome(visitor).await?;
        act(reception, visitor, button, message).await
    };
    // At the same time: what the button does may take longer than Telegram
    // remembers that it was pressed.
    let waiting = telegram.acknowledge(chat, query.id.clone(), None);
    let (done, ended) = tokio::join!(done, waiting);
    if let Err(error) = ended {
        tracing::debug!(error = %Reason::of(&error), "a pressed button was not acknowledged");
    }
    done
}

/// Which button of which of our messages in the person's chat; `None`: none
/// that we know.
fn pressed(visitor: &Visitor, query: &CallbackQuery) -> Option<(Button, MessageId)> {
    let button = Button::parse(query.data.as_deref()?)?;
    let message: &MaybeInaccessibleMessage = query.message.as_ref()?;
    // Elsewhere the number would name another message of the person's chat.
    (message.chat().id == visitor.place.chat).then(|| (button, message.id()))
}

async fn act(
    reception: &Reception,
    visitor: &Visitor,
    button: Button,
    message: MessageId,
) -> Result<(), AnswerError> {
    match button {
        Button::AskUnlink(id) => unlink::ask(reception, visitor, message, id).await,
        Button::Unlink(id) => unlink::confirmed(reception, visitor, message, id).await,
        Button::Keep(id) => unlink::kept(reception, visitor, message, id).await,
        Button::Erase(asked_at) => erase::confirmed(reception, visitor, message, asked_at).await,
        Button::KeepAll => erase::kept(reception, visitor, message).await,
    }
}
