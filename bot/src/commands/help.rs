//! `/help`.

use sesame_words::Html;

use super::command::Command;
use super::start::below;
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
    let words = below(
        sender,
        Html::lines(lines),
        context.own_words.support.as_deref(),
    );
    context.say(sender, words, keyboard).await
}
