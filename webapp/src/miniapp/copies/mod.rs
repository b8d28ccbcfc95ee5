//! Copies of chats: what is to be saved of one, how a copy stands, all of them, and
//! what the chats are called.

mod chosen;
mod entries;
mod names;
mod page;
mod standing;

pub(super) use entries::list;
pub(super) use names::names;
pub(super) use page::chat;

use sesame_domain::session::peer::PeerId;

/// The name of what a chat is, for as long as it is not known better.
fn kind_of(peer: PeerId) -> &'static str {
    match peer {
        PeerId::User(_) => "user",
        PeerId::Group(_) => "group",
        PeerId::Channel(_) => "channel",
    }
}
