//! `/help`.

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;

/// Lists the commands.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let keyboard = keyboard::open_app(&context.app, sender.texts.open_app_button());
    context.say(sender, &sender.texts.help(), keyboard).await
}
