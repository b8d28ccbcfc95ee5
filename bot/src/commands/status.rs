//! `/status`.

use sesame_words::Html;

use super::look::looked_at;
use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;
use crate::texts;

/// Says what goes on: a login, or how the account is.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let texts = sender.texts;
    let now = context.ports.clock.now();
    let words = if let Some(login) = context.ports.logins.running(&sender.owner).await? {
        texts::login_status(texts, &login, now)
    } else {
        let account = context.ports.accounts.linked(&sender.owner).await?;
        let account = looked_at(context, account).await;
        let now = context.ports.clock.now();
        let words = texts::account(texts, account.as_ref(), now);
        match context.ports.logins.refusal(&sender.owner).await? {
            // Who has one that works needs no other.
            Some(failure) if !account.is_some_and(|it| it.health.is_alive()) => {
                let said = texts.language().failure(failure).chat(now);
                Html::lines([words, Html::empty(), said])
            }
            Some(_) | None => words,
        }
    };
    let keyboard = keyboard::open_app(&context.app, texts.open_app_button());
    context.say(sender, words, keyboard).await
}
