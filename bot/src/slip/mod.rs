//! What people let slip into the chat: login codes and passwords.

mod code;
mod digits;
mod said;
mod vocabulary;

use sesame_domain::login::Status;
use sesame_domain::reason::Reason;
use teloxide::types::MessageId;
use tracing::warn;

use crate::error::AnswerError;
use crate::reception::Reception;
use crate::visitor::Visitor;

pub(crate) use digits::plain;
pub(crate) use said::Said;

/// What a person may have let slip into the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    /// A login code.
    Code,
    /// The cloud password that the app asks for just now.
    Password,
}

/// Deletes what may be a secret from the chat, with the advice never to send
/// it; `false`: it is none.
pub(crate) async fn caught(
    reception: &Reception,
    visitor: &Visitor,
    message: MessageId,
    said: &Said,
) -> Result<bool, AnswerError> {
    // Codes first: the database, which knows of logins, may be out.
    let slip = if code::is_in(said) {
        Some(Slip::Code)
    } else {
        password_in(reception, visitor, said).await?
    };
    let Some(slip) = slip else { return Ok(false) };
    let chat = visitor.place.chat;
    let deleted = match reception.telegram.delete(chat, message).await {
        Ok(()) => true,
        Err(error) => {
            warn!(error = %Reason::of(&error), "a message that may hold a secret could not be deleted");
            false
        }
    };
    let texts = visitor.texts;
    let words = match slip {
        Slip::Code => texts.never_send_codes(deleted),
        Slip::Password => texts.never_send_passwords(deleted),
    };
    reception.say(visitor, &words, None).await?;
    Ok(true)
}

/// While the app asks for the password, whatever is said is taken for it.
async fn password_in(
    reception: &Reception,
    visitor: &Visitor,
    said: &Said,
) -> Result<Option<Slip>, AnswerError> {
    if said.is_empty() || said.is_command() {
        return Ok(None);
    }
    let login = reception.ports.logins.running(&visitor.owner).await?;
    let asked = login.is_some_and(|login| login.state.status() == Status::PasswordRequired);
    Ok(asked.then_some(Slip::Password))
}
