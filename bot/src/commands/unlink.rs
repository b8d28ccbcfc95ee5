//! `/unlink`, and the buttons that follow.

use sesame_domain::account::Account;
use sesame_domain::audit::Actor;
use sesame_domain::ids::AccountId;
use sesame_domain::ports::ServiceError;
use teloxide::types::MessageId;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;

/// Asks whether to unlink the account.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let texts = sender.texts;
    let linked = context.ports.accounts.linked(&sender.owner).await?;
    let Some(account) = linked else {
        let keyboard = keyboard::open_app(&context.app, texts.open_app_button());
        let words = texts.nothing_to_unlink();
        return context.say(sender, words, keyboard).await;
    };
    let words = texts.ask_unlink(account.display_name().as_str());
    let keyboard = keyboard::confirm_unlink(texts, account.id);
    context.show_account(sender, words, Some(keyboard)).await
}

/// "Unlink" below an account was pressed: the message becomes the question.
pub(crate) async fn ask(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
    id: AccountId,
) -> Result<(), AnswerError> {
    let Some(account) = find(context, sender, id).await? else {
        return gone(context, sender, message).await;
    };
    let words = sender.texts.ask_unlink(account.display_name().as_str());
    let keyboard = keyboard::confirm_unlink(sender.texts, id);
    context.revise(sender, message, words, Some(keyboard)).await
}

/// It was confirmed.
pub(crate) async fn confirmed(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
    id: AccountId,
) -> Result<(), AnswerError> {
    let Some(account) = find(context, sender, id).await? else {
        return gone(context, sender, message).await;
    };
    let service = &context.ports.accounts;
    match service.unlink(&sender.owner, id, Actor::Owner).await {
        Ok(()) => {
            // It is said here.
            context.take_shown(&sender.owner).await;
            let words = sender.texts.unlinked(account.display_name().as_str());
            context.revise(sender, message, words, None).await
        }
        Err(ServiceError::NotFound) => gone(context, sender, message).await,
        Err(error) => Err(error.into()),
    }
}

/// It was not.
pub(crate) async fn kept(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
    id: AccountId,
) -> Result<(), AnswerError> {
    let Some(account) = find(context, sender, id).await? else {
        return gone(context, sender, message).await;
    };
    let words = sender.texts.kept(account.display_name().as_str());
    context.revise(sender, message, words, None).await
}

/// The account, if it is the sender's and still linked.
async fn find(
    context: &BotContext,
    sender: &Sender,
    id: AccountId,
) -> Result<Option<Account>, AnswerError> {
    let account = context.ports.accounts.linked(&sender.owner).await?;
    Ok(account.filter(|account| account.id == id))
}

/// The button is older than the account's end.
async fn gone(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
) -> Result<(), AnswerError> {
    let words = sender.texts.not_linked_any_more();
    context.revise(sender, message, words, None).await
}
