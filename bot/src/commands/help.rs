//! `/help`.

use sesame_domain::disclosure::Contact;
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
    let support = context.own_words.support.as_deref();
    let contact = context.disclosure.contact.as_ref();
    // Who says nothing else about help is asked where they can be reached.
    let contact = contact.map(Contact::as_str);
    let words = below(sender, Html::lines(lines), support.or(contact));
    context.say(sender, words, keyboard).await
}
