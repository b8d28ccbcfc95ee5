//! What people let slip into the chat: login codes and passwords.

mod candidate;
mod code;
mod digits;
mod other_number;
mod said;
mod text;
mod vocabulary;

use sesame_domain::login::Status;
use sesame_domain::reason::Reason;
use teloxide::types::MessageId;
use tracing::warn;

use crate::context::BotContext;
use crate::error::AnswerError;
use crate::sender::Sender;

pub(crate) use digits::plain;
pub(crate) use said::Said;

/// What a person may have let slip into the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LeakedSecret {
    /// A login code.
    Code,
    /// The cloud password that the app asks for just now.
    Password,
}

/// Deletes what may be a secret from the chat, with the advice never to send
/// it; `false`: it is none.
pub(crate) async fn caught(
    context: &BotContext,
    sender: &Sender,
    message: MessageId,
    said: &Said,
) -> Result<bool, AnswerError> {
    // Codes first: the database, which knows of logins, may be out.
    let leaked = if code::is_in(said) {
        Some(LeakedSecret::Code)
    } else {
        password_in(context, sender, said).await?
    };
    let Some(leaked) = leaked else {
        return Ok(false);
    };
    let chat = sender.place.chat;
    let deleted = match context.telegram.delete(chat, message).await {
        Ok(()) => true,
        Err(error) => {
            warn!(error = %Reason::of(&error), "a message that may hold a secret could not be deleted");
            false
        }
    };
    let texts = sender.texts;
    let message = if deleted { "deleted" } else { "there" };
    let words = match leaked {
        LeakedSecret::Code => texts.never_send_codes(message),
        LeakedSecret::Password => texts.never_send_passwords(message),
    };
    context.say(sender, words, None).await?;
    Ok(true)
}

/// While the app asks for the password, whatever is said is taken for it.
async fn password_in(
    context: &BotContext,
    sender: &Sender,
    said: &Said,
) -> Result<Option<LeakedSecret>, AnswerError> {
    if said.is_empty() || said.is_command() {
        return Ok(None);
    }
    let login = context.ports.logins.running(&sender.owner).await?;
    let asked = login.is_some_and(|login| login.state.status() == Status::PasswordRequired);
    Ok(asked.then_some(LeakedSecret::Password))
}
