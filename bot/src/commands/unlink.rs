//! `/unlink`, and the buttons that follow.

use sesame_domain::account::Account;
use sesame_domain::audit::Actor;
use sesame_domain::ids::AccountId;
use sesame_domain::ports::DeskError;
use teloxide::types::MessageId;

use crate::error::AnswerError;
use crate::keyboard;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Asks whether to unlink the account; with several, first which.
pub(super) async fn answer(reception: &Reception, visitor: &Visitor) -> Result<(), AnswerError> {
    let texts = visitor.texts;
    let accounts = reception.ports.accounts.list(&visitor.owner).await?;
    let (words, keyboard) = match accounts.as_slice() {
        [] => (
            texts.nothing_to_unlink().to_owned(),
            keyboard::open_app(&reception.app, texts.open_app_button()),
        ),
        [account] => (
            texts.ask_unlink(account.display_name().as_str()),
            Some(keyboard::confirm_unlink(texts, account.id)),
        ),
        several => (
            texts.which_to_unlink().to_owned(),
            keyboard::accounts(&reception.app, texts, several),
        ),
    };
    reception.say(visitor, &words, keyboard).await
}

/// "Unlink" below an account was pressed: the message becomes the question.
pub(crate) async fn ask(
    reception: &Reception,
    visitor: &Visitor,
    message: MessageId,
    id: AccountId,
) -> Result<(), AnswerError> {
    let Some(account) = find(reception, visitor, id).await? else {
        return gone(reception, visitor, message).await;
    };
    let words = visitor.texts.ask_unlink(account.display_name().as_str());
    let keyboard = keyboard::confirm_unlink(visitor.texts, id);
    reception
        .revise(visitor, message, &words, Some(keyboard))
        .await
}

/// It was confirmed.
pub(crate) async fn confirmed(
    reception: &Reception,
    visitor: &Visitor,
    message: MessageId,
    id: AccountId,
) -> Result<(), AnswerError> {
    let Some(account) = find(reception, visitor, id).await? else {
        return gone(reception, visitor, message).await;
    };
    let desk = &reception.ports.accounts;
    match desk.unlink(&visitor.owner, id, Actor::Owner).await {
        Ok(()) => {
            let words = visitor.texts.unlinked(account.display_name().as_str());
            reception.revise(visitor, message, &words, None).await
        }
        Err(DeskError::NotFound) => gone(reception, visitor, message).await,
        Err(error) => Err(error.into()),
    }
}

/// It was not.
pub(crate) async fn kept(
    reception: &Reception,
    visitor: &Visitor,
    message: MessageId,
    id: AccountId,
) -> Result<(), AnswerError> {
    let Some(account) = find(reception, visitor, id).await? else {
        return gone(reception, visitor, message).await;
    };
    let words = visitor.texts.kept(account.display_name().as_str());
    reception.revise(visitor, message, &words, None).await
}

/// The account, if it is the visitor's and still linked.
async fn find(
    reception: &Reception,
    visitor: &Visitor,
    id: AccountId,
) -> Result<Option<Account>, AnswerError> {
    let accounts = reception.ports.accounts.list(&visitor.owner).await?;
    Ok(accounts.into_iter().find(|account| account.id == id))
}

/// The button is older than the account's end.
async fn gone(
    reception: &Reception,
    visitor: &Visitor,
    message: MessageId,
) -> Result<(), AnswerError> {
    let words = visitor.texts.not_linked_any_more();
    reception.revise(visitor, message, words, None).await
}
