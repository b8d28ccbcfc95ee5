//! `/privacy`.

use crate::error::AnswerError;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Says what is stored, how it is sealed, and how to undo it.
pub(super) async fn answer(reception: &Reception, visitor: &Visitor) -> Result<(), AnswerError> {
    reception.say(visitor, visitor.texts.privacy(), None).await
}
