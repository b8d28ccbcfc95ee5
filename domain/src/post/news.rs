//! What was read of a channel at once, and what came of keeping it.

use crate::ids::TenantId;
use crate::reading::{ChannelChange, ChannelDifference, ChannelNews, Message};
use crate::session::cursor::CursorAdvance;
use crate::time::Timestamp;

use super::{PostId, PostPart};

/// What was read of a channel, to be kept in one transaction with the cursor that says
/// so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelPosts {
    /// For whom.
    pub tenant: TenantId,
    /// Of which channel.
    pub channel: i64,
    /// Messages as they are now: new ones, and such as were changed.
    pub parts: Vec<PostPart>,
    /// The numbers of messages that are gone.
    pub deleted: Vec<i32>,
    /// When it was read.
    pub at: Timestamp,
    /// Where the session's cursor stands once it is kept; `None`: it does not move, as
    /// with a page of the history.
    pub advance: Option<CursorAdvance>,
}

impl ChannelPosts {
    /// A page of a channel's history.
    pub fn of_history(tenant: TenantId, channel: i64, messages: &[Message], at: Timestamp) -> Self {
        Self {
            tenant,
            channel,
            parts: messages.iter().filter_map(PostPart::of).collect(),
            deleted: Vec::new(),
            at,
            advance: None,
        }
    }

    /// What happened in a channel. `None`: too much; its history is to be read.
    ///
    /// A message that must not be kept any more (it was protected since) is as one that
    /// is deleted.
    pub fn of_difference(
        tenant: TenantId,
        channel: i64,
        difference: &ChannelDifference,
        at: Timestamp,
    ) -> Option<Self> {
        let ChannelNews::Changes(changes) = &difference.news else {
            return None;
        };
        let (mut parts, mut deleted) = (Vec::new(), Vec::new());
        for change in changes {
            match change {
                ChannelChange::New(message) => parts.extend(PostPart::of(message)),
                ChannelChange::Edited(message) => match PostPart::of(message) {
                    Some(part) => parts.push(part),
                    None => deleted.push(message.id),
                },
                ChannelChange::Deleted(messages) => deleted.extend(messages),
                ChannelChange::Other(_) => {}
            }
        }
        Some(Self {
            tenant,
            channel,
            parts,
            deleted,
            at,
            advance: Some(difference.advance(channel)),
        })
    }
}

/// What came of keeping what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptPosts {
    /// Posts that are new.
    pub new: Vec<PostId>,
    /// Posts that were there, and say something else now.
    pub changed: Vec<PostId>,
    /// Posts of which the last message is gone.
    pub deleted: Vec<PostId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Fence, SessionId};
    use crate::random::SystemEntropy;
    use crate::reading::{Content, MessageFlags};
    use crate::session::SessionClaim;
    use crate::session::peer::PeerId;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn message(id: i32, is_protected: bool) -> Message {
        Message {
            id,
            dialog: PeerId::Channel(1),
            sender: None,
            at: at(i64::from(id)),
            edited_at: None,
            content: Content::Written {
                text: format!("post {id}"),
                entities: Vec::new(),
                media: None,
                is_rich: false,
            },
            forward: None,
            reply: None,
            album: None,
            via_bot: None,
            author: None,
            views: None,
            flags: MessageFlags {
                is_protected,
                ..MessageFlags::default()
            },
        }
    }

    fn difference(news: ChannelNews) -> ChannelDifference {
        ChannelDifference {
            news,
            pts: 40,
            is_final: true,
            look_again: None,
            peers: Vec::new(),
            claim: SessionClaim {
                session: SessionId::generate(&SystemEntropy, at(0)),
                fence: Fence(1),
            },
        }
    }

    fn tenant() -> TenantId {
        "main".parse().unwrap()
    }

    #[test]
    fn what_happened_is_kept_with_the_cursor_and_what_was_protected_since_goes() {
        let read = difference(ChannelNews::Changes(vec![
            ChannelChange::New(message(3, false)),
            ChannelChange::New(message(4, true)),
            ChannelChange::Edited(message(1, false)),
            ChannelChange::Edited(message(2, true)),
            ChannelChange::Deleted(vec![7, 8]),
            ChannelChange::Other("updateChannelWebPage"),
        ]));
        let posts = ChannelPosts::of_difference(tenant(), 1, &read, at(9)).unwrap();
        let numbers: Vec<_> = posts.parts.iter().map(|part| part.message).collect();
        assert_eq!((numbers, posts.deleted), (vec![3, 1], vec![2, 7, 8]));
        assert_eq!(posts.advance, Some(read.advance(1)));
    }

    #[test]
    fn of_too_much_nothing_is_kept_and_no_cursor_moves() {
        let read = difference(ChannelNews::TooLong(vec![message(9, false)]));
        assert_eq!(ChannelPosts::of_difference(tenant(), 1, &read, at(9)), None);
    }

    #[test]
    fn a_page_of_the_history_moves_no_cursor() {
        let page = [message(2, false), message(1, true)];
        let posts = ChannelPosts::of_history(tenant(), 1, &page, at(9));
        assert_eq!((posts.parts.len(), posts.advance), (1, None));
    }
}
