//! Messages.

use std::fmt;

use crate::session::peer::PeerId;
use crate::time::Timestamp;

use super::{Entity, MessageMedia};

/// A message of a dialog.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number; in channels and supergroups among those of the chat, else
    /// among all of the account.
    pub id: i32,
    /// The dialog.
    pub dialog: PeerId,
    /// Who wrote it: also the channel itself, or the other side of a private
    /// chat; `None`: Telegram does not say.
    pub sender: Option<PeerId>,
    /// When it was sent.
    pub at: Timestamp,
    /// When its text or media changed last.
    pub edited_at: Option<Timestamp>,
    /// What it says.
    pub content: Content,
    /// From where it was forwarded.
    pub forward: Option<Forward>,
    /// To what it replies.
    pub reply: Option<Reply>,
    /// The album that it is part of.
    pub album: Option<i64>,
    /// The bot through which it was written.
    pub via_bot: Option<i64>,
    /// Under what name it was signed, in a channel.
    pub author: Option<String>,
    /// How often it was seen, in a channel.
    pub views: Option<Views>,
    /// What else is to be known.
    pub flags: MessageFlags,
}

/// What a message says.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// What someone wrote.
    Written {
        /// The text. A rich message's is what its blocks say, read in order: a line
        /// for each heading, paragraph, item of a list, caption, quotation or row of
        /// a table, and a tab between the cells of a row (or buttons). What has no
        /// words leaves nothing. Telegram shortens long ones; they are read whole,
        /// except those that are gone when the rest is asked for.
        text: String,
        /// How parts of it are formatted; also of what blocks say.
        entities: Vec<Entity>,
        /// What is attached.
        media: Option<Box<MessageMedia>>,
        /// Whether the text was a tree of blocks (`rich_message`).
        is_rich: bool,
    },
    /// What happened, by the action's name in the schema.
    Service {
        /// Such as `messageActionPinMessage`.
        action: &'static str,
    },
}

impl Content {
    /// The text; of what happened there is none.
    pub fn text(&self) -> &str {
        match self {
            Self::Written { text, .. } => text,
            Self::Service { .. } => "",
        }
    }

    /// What is attached.
    pub fn media(&self) -> Option<&MessageMedia> {
        match self {
            Self::Written { media, .. } => media.as_deref(),
            Self::Service { .. } => None,
        }
    }
}

/// From where a message was forwarded.
#[derive(Clone, PartialEq, Eq)]
pub struct Forward {
    /// From whom; `None`: they do not want to be named.
    pub from: Option<PeerId>,
    /// The name of someone who is not to be linked to.
    pub name: Option<String>,
    /// When it was sent first.
    pub at: Timestamp,
    /// Its number in the channel that it comes from.
    pub post: Option<i32>,
    /// Under what name it was signed there.
    pub author: Option<String>,
}

/// To what a message replies.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// In another dialog than this.
    pub dialog: Option<PeerId>,
    /// The message; `None`: a story, or one that is not to be seen.
    pub message: Option<i32>,
    /// The topic, or the first message of the thread.
    pub thread: Option<i32>,
    /// The part of it that is quoted.
    pub quote: Option<String>,
}

/// How often a message in a channel was seen and forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Views {
    /// Seen.
    pub seen: u32,
    /// Forwarded.
    pub forwarded: u32,
}

/// What else is to be known of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own in Telegram's schema"
)]
pub struct MessageFlags {
    /// The account wrote it.
    pub is_outgoing: bool,
    /// It is a post of a channel.
    pub is_post: bool,
    /// It is pinned.
    pub is_pinned: bool,
    /// It must not be kept (`noforwards`).
    pub is_protected: bool,
    /// It disappears after a while (`ttl_period`).
    pub is_fleeting: bool,
}

macro_rules! debug_without_words {
    ($name:ident { $($field:ident),* }) => {
        /// Without texts and names.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

debug_without_words!(Message {
    id,
    dialog,
    sender,
    content,
    forward,
    reply,
    album
});
debug_without_words!(Forward { from, post });
debug_without_words!(Reply {
    dialog,
    message,
    thread
});

/// Without texts.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written {
                text,
                entities,
                is_rich,
                ..
            } => f
                .debug_struct("Written")
                .field("bytes", &text.len())
                .field("entities", &entities.len())
                .field("is_rich", is_rich)
                .finish_non_exhaustive(),
            Self::Service { action } => f.debug_tuple("Service").field(action).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_words() {
        let at = Timestamp::from_timestamp(1_800_000_000, 0).unwrap();
        let message = Message {
            id: 7,
            dialog: PeerId::User(1),
            sender: None,
            at,
            edited_at: None,
            content: Content::Written {
                text: "secret words".to_owned(),
                entities: Vec::new(),
                media: None,
                is_rich: false,
            },
            forward: Some(Forward {
                from: None,
                name: Some("secret name".to_owned()),
                at,
                post: None,
                author: None,
            }),
            reply: None,
            album: None,
            via_bot: None,
            author: Some("secret author".to_owned()),
            views: None,
            flags: MessageFlags::default(),
        };
        assert!(!format!("{message:?}").contains("secret"));
    }
}
