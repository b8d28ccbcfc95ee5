//! What is not a command.

use teloxide::types::Message;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::leaked_secret::{self, Said};
use crate::sender::Sender;

/// Answers what is not a command with a short hint. What may be a secret is
/// deleted from the chat, with the advice never to send it.
pub(crate) async fn answer(
    context: &BotContext,
    sender: &Sender,
    message: &Message,
) -> Result<(), AnswerError> {
    let caught = leaked_secret::caught(context, sender, message.id, &Said::by(message)).await;
    if !context.admit(sender, None).await? {
        return caught.map(|_| ());
    }
    context.welcome(sender).await?;
    // Service messages ("the app may write to you") need no answer.
    let says_something = message.text().is_some() || message.caption().is_some();
    if caught? || !says_something {
        return Ok(());
    }
    context.say(sender, sender.texts.hint(), None).await
}

/// What was changed needs no answer, unless it holds a secret now.
pub(crate) async fn changed(
    context: &BotContext,
    sender: &Sender,
    message: &Message,
) -> Result<(), AnswerError> {
    let said = Said::by(message);
    leaked_secret::caught(context, sender, message.id, &said).await?;
    Ok(())
}
