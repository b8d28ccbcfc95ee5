//! `/accounts`.

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;

/// Shows the linked accounts and how they are.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let accounts = context.ports.accounts.list(&sender.owner).await?;
    let now = context.ports.clock.now();
    let words = sender.texts.accounts(&accounts, now);
    let keyboard = keyboard::accounts(&context.app, sender.texts, &accounts);
    context.say(sender, &words, keyboard).await
}
