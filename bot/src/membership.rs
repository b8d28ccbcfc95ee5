//! Who blocked the bot, and who let it in again.

use teloxide::types::{ChatMemberKind, ChatMemberUpdated};

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

/// Remembers that a person blocked the bot, or unblocked it.
pub(crate) async fn note(
    context: &BotContext,
    sender: &Sender,
    change: &ChatMemberUpdated,
) -> Result<(), AnswerError> {
    match &change.new_chat_member.kind {
        ChatMemberKind::Banned(_) | ChatMemberKind::Left => {
            let now = context.ports.clock.now();
            Ok(context.ports.people.blocked(&sender.owner, now).await?)
        }
        ChatMemberKind::Member(_)
        | ChatMemberKind::Restricted(_)
        | ChatMemberKind::Administrator(_)
        | ChatMemberKind::Owner(_) => context.welcome(sender).await,
    }
}
