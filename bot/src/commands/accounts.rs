//! `/accounts`.

use crate::error::AnswerError;
use crate::keyboard;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Shows the linked accounts and how they are.
pub(super) async fn answer(reception: &Reception, visitor: &Visitor) -> Result<(), AnswerError> {
    let accounts = reception.ports.accounts.list(&visitor.owner).await?;
    let now = reception.ports.clock.now();
    let words = visitor.texts.accounts(&accounts, now);
    let keyboard = keyboard::accounts(&reception.app, visitor.texts, &accounts);
    reception.say(visitor, &words, keyboard).await
}
