//! `/help`.

use crate::error::AnswerError;
use crate::keyboard;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Lists the commands.
pub(super) async fn answer(reception: &Reception, visitor: &Visitor) -> Result<(), AnswerError> {
    let keyboard = keyboard::open_app(&reception.app, visitor.texts.open_app_button());
    reception
        .say(visitor, &visitor.texts.help(), keyboard)
        .await
}
