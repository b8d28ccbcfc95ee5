//! `/help`.

use sesame_words::Html;

use super::command::Command;
use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;

/// Lists the commands.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let keyboard = keyboard::open_app(&context.app, sender.texts.open_app_button());
    let words = sender.texts;
    let lines = Command::ALL.map(|command| {
        let line = words.help_line(command.name(), &command.description(words));
        Html::from(line)
    });
    context.say(sender, Html::lines(lines), keyboard).await
}
