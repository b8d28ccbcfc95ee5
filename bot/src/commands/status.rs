//! `/status`.

use crate::error::AnswerError;
use crate::keyboard;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Says what goes on: a login, or how the account is.
pub(super) async fn answer(reception: &Reception, visitor: &Visitor) -> Result<(), AnswerError> {
    let texts = visitor.texts;
    let now = reception.ports.clock.now();
    let words = if let Some(login) = reception.ports.logins.running(&visitor.owner).await? {
        texts.login_status(&login, now)
    } else {
        let accounts = reception.ports.accounts.list(&visitor.owner).await?;
        texts.accounts(&accounts, now)
    };
    let keyboard = keyboard::open_app(&reception.app, texts.open_app_button());
    reception.say(visitor, &words, keyboard).await
}
