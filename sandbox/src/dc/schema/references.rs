//! References of files in messages, which expire.

use grammers_tl_types::{Deserializable as _, Serializable as _, enums};

use crate::world::Body;

/// A message with the references of its files as they are now. They stand
/// anywhere in it, all of one length: so they are replaced in its bytes.
pub(super) fn renewed(message: enums::Message, body: &Body) -> enums::Message {
    let files = body.files.iter();
    let stale: Vec<_> = files
        .map(|file| (file.first_reference(), file.file_reference()))
        .filter(|(first, now)| *first != now.as_slice() && first.len() == now.len())
        .collect();
    if stale.is_empty() {
        return message;
    }
    let mut bytes = message.to_bytes();
    for (first, now) in stale {
        let mut at = 0;
        while let Some(found) = bytes[at..].windows(first.len()).position(|it| it == first) {
            at += found;
            bytes[at..at + now.len()].copy_from_slice(&now);
            at += now.len();
        }
    }
    enums::Message::from_bytes(&bytes).unwrap_or(message)
}
