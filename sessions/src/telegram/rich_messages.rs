//! Rich messages that Telegram shortened, fetched whole.

use grammers_tl_types::{enums, functions, types};
use sesame_domain::reading::ReadError;
use sesame_domain::session::peer::PeerId;

use super::answer::Answer;
use super::ranges;
use super::reading::Reading;

/// Whether a message's rich text is not all there.
pub(super) fn is_shortened(message: &types::Message) -> bool {
    message.rich_message.as_ref().is_some_and(is_part)
}

fn is_part(rich: &enums::RichMessage) -> bool {
    let enums::RichMessage::Message(rich) = rich;
    rich.part
}

/// Fetches those of a dialog's messages whole that came shortened, with a call for
/// each. One that is gone meanwhile, or that Telegram does not give, stays as it came.
/// The answer has whom the whole ones mention, and no messages.
pub(super) async fn make_whole<'m>(
    reading: &Reading<'_>,
    dialog: PeerId,
    messages: impl Iterator<Item = &'m mut enums::Message>,
) -> Result<Answer, ReadError> {
    let mut mentioned = Answer::default();
    for message in messages {
        let enums::Message::Message(message) = message else {
            continue;
        };
        if !is_shortened(message) {
            continue;
        }
        let request = functions::messages::GetRichMessage {
            peer: reading.input(dialog)?,
            id: message.id,
        };
        let range = ranges::range_of(reading, dialog, message.id).await?;
        match reading.call_of(range, &request).await {
            Ok(whole) => {
                let mut whole = Answer::of(whole);
                put_whole(message, std::mem::take(&mut whole.messages));
                mentioned.add(whole);
            }
            // The rest can be had all the same.
            Err(ReadError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(mentioned)
}

/// Puts the whole rich text into a message that has a part of it, if the answer
/// to `messages.getRichMessage` has it.
fn put_whole(message: &mut types::Message, answer: Vec<enums::Message>) {
    let whole = answer.into_iter().find_map(|found| match found {
        enums::Message::Message(found) if found.id == message.id => {
            found.rich_message.filter(|rich| !is_part(rich))
        }
        _ => None,
    });
    if let Some(whole) = whole {
        message.rich_message = Some(whole);
    }
}
