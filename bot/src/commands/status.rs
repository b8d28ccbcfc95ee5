//! `/status`.

use std::time::Duration;

use sesame_domain::account::Account;
use sesame_words::Html;
use tokio::time::timeout;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;
use crate::texts;

/// How long a person waits for Telegram's word on their account.
const LOOK_WITHIN: Duration = Duration::from_secs(3);

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

/// The account as Telegram says now that it is; as it was known to be, if that
/// does not come soon.
async fn looked_at(context: &BotContext, account: Option<Account>) -> Option<Account> {
    let account = account?;
    if account.is_known_now(context.ports.clock.now()) {
        return Some(account);
    }
    let check = context.ports.accounts.check(&account.owner, account.id);
    match timeout(LOOK_WITHIN, check).await {
        Ok(Ok(looked_at)) => Some(looked_at),
        Ok(Err(_)) | Err(_) => Some(account),
    }
}
