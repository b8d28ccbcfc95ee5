//! What kind of chat it is, as far as its id says.

use sesame_domain::session::peer::PeerId;

/// The name of what a chat is, for as long as it is not known better.
pub(super) fn kind_of(peer: PeerId) -> &'static str {
    match peer {
        PeerId::User(_) => "user",
        PeerId::Group(_) => "group",
        PeerId::Channel(_) => "channel",
    }
}
