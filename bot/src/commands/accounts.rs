//! `/accounts`.

use super::look::looked_at;
use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;
use crate::texts;

/// Shows the linked account and how it is.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let account = context.ports.accounts.linked(&sender.owner).await?;
    let account = looked_at(context, account).await;
    let now = context.ports.clock.now();
    let words = texts::account(sender.texts, account.as_ref(), now);
    let keyboard = keyboard::account(&context.app, sender.texts, account.as_ref());
    if account.is_some() {
        context.show_account(sender, words, keyboard).await
    } else {
        context.say(sender, words, keyboard).await
    }
}
