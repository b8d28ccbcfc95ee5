//! What is not a command.

use teloxide::types::Message;

use crate::error::AnswerError;
use crate::reception::Reception;
use crate::slip::{self, Said};
use crate::visitor::Visitor;

/// Answers what is not a command with a short hint. What may be a secret is
/// deleted from the chat, with the advice never to send it.
pub(crate) async fn answer(
    reception: &Reception,
    visitor: &Visitor,
    message: &Message,
) -> Result<(), AnswerError> {
    let caught = slip::caught(reception, visitor, message.id, &Said::by(message)).await;
    reception.welcome(visitor).await?;
    // Service messages ("the app may write to you") need no answer.
    let says_something = message.text().is_some() || message.caption().is_some();
    if caught? || !says_something {
        return Ok(());
    }
    reception.say(visitor, visitor.texts.hint(), None).await
}

/// What was changed needs no answer, unless it holds a secret now.
pub(crate) async fn changed(
    reception: &Reception,
    visitor: &Visitor,
    message: &Message,
) -> Result<(), AnswerError> {
    let said = Said::by(message);
    slip::caught(reception, visitor, message.id, &said).await?;
    Ok(())
}
