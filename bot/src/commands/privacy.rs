//! `/privacy`.

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

/// Says what is stored, how it is sealed, and how to undo it.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    context.say(sender, sender.texts.privacy(), None).await
}
