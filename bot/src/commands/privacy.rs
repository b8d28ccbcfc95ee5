//! `/privacy`.

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;
use crate::texts;

/// Says what the account is used for, what is stored, how it is sealed, how to undo
/// it, and who runs the bot.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let words = texts::privacy(sender.texts, &context.disclosure);
    context.say(sender, words, None).await
}
