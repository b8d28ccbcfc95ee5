//! Who blocked the bot, and who let it in again.

use teloxide::types::{ChatMemberKind, ChatMemberUpdated};

use crate::error::AnswerError;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// Remembers that a person blocked the bot, or unblocked it.
pub(crate) async fn note(
    reception: &Reception,
    visitor: &Visitor,
    change: &ChatMemberUpdated,
) -> Result<(), AnswerError> {
    match &change.new_chat_member.kind {
        ChatMemberKind::Banned(_) | ChatMemberKind::Left => {
            let now = reception.ports.clock.now();
            Ok(reception.ports.people.blocked(&visitor.owner, now).await?)
        }
        ChatMemberKind::Member(_)
        | ChatMemberKind::Restricted(_)
        | ChatMemberKind::Administrator(_)
        | ChatMemberKind::Owner(_) => reception.welcome(visitor).await,
    }
}
