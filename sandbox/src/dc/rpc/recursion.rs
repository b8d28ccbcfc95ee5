//! Protection against requests that nest without end.

use grammers_tl_types::{Identifiable, types};

/// The constructors that can contain themselves in requests that are taken
/// here. The schema's reader follows them by recursion, and a hundred thousand
/// levels fit into one packet.
const RECURSIVE: [u32; 4] = [
    types::InputPeerUserFromMessage::CONSTRUCTOR_ID,
    types::InputPeerChannelFromMessage::CONSTRUCTOR_ID,
    types::InputUserFromMessage::CONSTRUCTOR_ID,
    types::InputChannelFromMessage::CONSTRUCTOR_ID,
];

/// How many of them a request may name. Honest requests have a few hundred
/// peers at most.
const MOST: usize = 500;

/// The largest request that is read without counting: it cannot nest deeply
/// enough to do harm.
const SMALL: usize = 4 * MOST;

/// Whether a request may be given to the schema's reader.
pub(super) fn is_harmless(request: &[u8]) -> bool {
    if request.len() <= SMALL {
        return true;
    }
    let words = request.chunks_exact(4);
    let recursive = words.filter(|word| {
        let id = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        RECURSIVE.contains(&id) || has_text_nesting(id)
    });
    recursive.count() <= MOST
}

/// Rich texts and page blocks nest as well, in `messages.sendMessage`.
fn has_text_nesting(id: u32) -> bool {
    let name = grammers_tl_types::name_for_id(id);
    name.starts_with("text") || name.starts_with("pageBlock") || name.starts_with("pageListItem")
}
