//! Buttons that were pressed.

use sesame_domain::reason::Reason;
use teloxide::types::{CallbackQuery, MaybeInaccessibleMessage, MessageId};

use crate::button::Button;
use crate::commands::{confirm, erase, unlink};
use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

/// Does what a button says, and ends its waiting in any case.
pub(crate) async fn answer(
    context: &BotContext,
    sender: &Sender,
    query: &CallbackQuery,
) -> Result<(), AnswerError> {
    if !context.admit(sender, Some(&query.id)).await? {
        return Ok(());
    }
    let telegram = &context.telegram;
    let chat = sender.place.chat;
    let Some((button, message)) = pressed(sender, query) else {
        let words = sender.texts.stale_button();
        return Ok(telegram
            .acknowledge(chat, query.id.clone(), Some(words))
            .await?);
    };
    let done = async {
        context.welcome(sender).await?;
        act(context, sender, button, message).await
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
fn pressed(sender: &Sender, query: &CallbackQuery) -> Option<(Button, MessageId)> {
    let button = Button::parse(query.data.as_deref()?)?;
    let message: &MaybeInaccessibleMessage = query.message.as_ref()?;
    // Elsewhere the number would name another message of the person's chat.
    (message.chat().id == sender.place.chat).then(|| (button, message.id()))
}

async fn act(
    context: &BotContext,
    sender: &Sender,
    button: Button,
    message: MessageId,
) -> Result<(), AnswerError> {
    match button {
        Button::AskUnlink(id) => unlink::ask(context, sender, message, id).await,
        Button::Unlink(id) => unlink::confirmed(context, sender, message, id).await,
        Button::Keep(id) => unlink::kept(context, sender, message, id).await,
        Button::Erase(asked_at) => erase::confirmed(context, sender, message, asked_at).await,
        Button::KeepAll => erase::kept(context, sender, message).await,
        Button::Confirm(id) => confirm::answered(context, sender, message, id, true).await,
        Button::Decline(id) => confirm::answered(context, sender, message, id, false).await,
    }
}
