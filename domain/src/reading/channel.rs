//! What changed in a channel.

use std::time::Duration;

use crate::session::SessionClaim;
use crate::session::cursor::CursorAdvance;

use super::{Message, PeerProfile};

/// What happened in a channel or supergroup since an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelDifference {
    /// What happened.
    pub news: ChannelNews,
    /// The event up to which this goes: the cursor to keep together with it.
    pub pts: i32,
    /// Whether that is all; if not, ask again from `pts`.
    pub is_final: bool,
    /// When to look again, as Telegram wants it.
    pub look_again: Option<Duration>,
    /// Who is mentioned in it.
    pub peers: Vec<PeerProfile>,
    /// Under which claim on the session it was read: what is kept of it moves
    /// the channel's cursor under this one, or not at all.
    pub claim: SessionClaim,
}

impl ChannelDifference {
    /// Where the channel's cursor stands once this is kept: for the write that
    /// keeps it.
    pub fn advance(&self, channel: i64) -> CursorAdvance {
        CursorAdvance::of_channel(self.claim, channel, self.pts)
    }
}

/// What happened in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelNews {
    /// These changes; new messages first, otherwise in Telegram's order.
    Changes(Vec<ChannelChange>),
    /// Too much: read the history back to what is known. These are the latest
    /// messages.
    TooLong(Vec<Message>),
}

/// A change in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelChange {
    /// A message was sent.
    New(Message),
    /// A message was changed; as it is now.
    Edited(Message),
    /// Messages were deleted, by number.
    Deleted(Vec<i32>),
    /// Something that has no word here, by its name in the schema.
    Other(&'static str),
}
