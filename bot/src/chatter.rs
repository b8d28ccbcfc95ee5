//! What is not a command.

use sesame_domain::login::Status;
use teloxide::types::Message;
use tracing::warn;

use crate::error::AnswerError;
use crate::reception::Reception;
use crate::visitor::Visitor;

/// What a person may have let slip into the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    /// A login code.
    Code,
    /// The cloud password that the app asks for just now.
    Password,
}

/// Answers what is not a command with a short hint. What may be a secret is
/// deleted from the chat, with the advice never to send it.
pub(crate) async fn answer(
    reception: &Reception,
    visitor: &Visitor,
    message: &Message,
) -> Result<(), AnswerError> {
    let texts = visitor.texts;
    let Some(slip) = slip_in(reception, visitor, message).await? else {
        return reception.say(visitor, texts.hint(), None).await;
    };
    let deleted = match reception
        .telegram
        .delete(visitor.place.chat, message.id)
        .await
    {
        Ok(()) => true,
        Err(error) => {
            warn!(%error, "a message that may hold a secret could not be deleted");
            false
        }
    };
    let words = match slip {
        Slip::Code => texts.never_send_codes(deleted),
        Slip::Password => texts.never_send_passwords(deleted),
    };
    reception.say(visitor, &words, None).await
}

async fn slip_in(
    reception: &Reception,
    visitor: &Visitor,
    message: &Message,
) -> Result<Option<Slip>, AnswerError> {
    let Some(text) = message.text() else {
        return Ok(None);
    };
    if looks_like_a_code(text) {
        return Ok(Some(Slip::Code));
    }
    if text.starts_with('/') {
        return Ok(None);
    }
    let login = reception.ports.logins.running(&visitor.owner).await?;
    let asked = login.is_some_and(|login| login.state.status() == Status::PasswordRequired);
    Ok(asked.then_some(Slip::Password))
}

/// Telegram's login codes have five digits, some six; people write them with
/// spaces or dashes so that Telegram does not notice.
fn looks_like_a_code(text: &str) -> bool {
    let mut digits = 0;
    for letter in text.trim().chars() {
        match letter {
            letter if letter.is_numeric() => digits += 1,
            ' ' | '-' | '.' | ',' | '_' => {}
            _ => return false,
        }
    }
    (5..=6).contains(&digits)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("12345", true)]
    #[case(" 1-2-3-4-5 ", true)]
    #[case("123 456", true)]
    #[case("1234", false)]
    #[case("+7 900 000 00 00", false)]
    #[case("room 12345", false)]
    #[case("", false)]
    fn a_code_is_recognised(#[case] text: &str, #[case] code: bool) {
        assert_eq!(looks_like_a_code(text), code);
    }
}
