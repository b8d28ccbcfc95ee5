//! What a message is beyond words and a file, in the words of Telegram's schema.

use std::sync::Arc;

use grammers_tl_types::{enums, types};

use super::media::MediaFile;

/// A message as the schema has it. What depends on who looks and on the chat
/// (numbers, peers, dates) is filled in when it is shown.
#[derive(Clone, Debug)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// The files that it names, whose references change.
    pub files: Vec<Arc<MediaFile>>,
    /// How many blocks of a rich message come with it; all of them if absent.
    pub shown_blocks: Option<usize>,
}

/// Whether it is a message or a note that something happened.
#[derive(Clone, Debug)]
pub enum BodyKind {
    /// A message.
    Message(Box<types::Message>),
    /// A note that something happened.
    Service(Box<types::MessageService>),
}

impl Body {
    /// The body of a message, with the files that it names; `None` for an empty one.
    pub fn new(message: enums::Message, files: Vec<Arc<MediaFile>>) -> Option<Self> {
        let kind = match message {
            enums::Message::Message(message) => BodyKind::Message(Box::new(message)),
            enums::Message::Service(service) => BodyKind::Service(Box::new(service)),
            enums::Message::Empty(_) => return None,
        };
        Some(Self {
            kind,
            files,
            shown_blocks: None,
        })
    }

    /// A message of words with nothing else.
    pub fn of_words(message: types::Message) -> Self {
        Self {
            kind: BodyKind::Message(Box::new(message)),
            files: Vec::new(),
            shown_blocks: None,
        }
    }

    /// The message, if it is no note that something happened.
    pub fn message(&self) -> Option<&types::Message> {
        match &self.kind {
            BodyKind::Message(message) => Some(message),
            BodyKind::Service(_) => None,
        }
    }

    /// The file that it names by this id.
    pub fn file(&self, id: i64) -> Option<&Arc<MediaFile>> {
        self.files.iter().find(|file| file.id == id)
    }
}

/// A message of the schema in which everything is absent that can be.
pub fn empty_message() -> types::Message {
    types::Message {
        out: false,
        mentioned: false,
        media_unread: false,
        silent: false,
        post: false,
        from_scheduled: false,
        legacy: false,
        edit_hide: false,
        pinned: false,
        noforwards: false,
        invert_media: false,
        offline: false,
        video_processing_pending: false,
        paid_suggested_post_stars: false,
        paid_suggested_post_ton: false,
        id: 0,
        from_id: None,
        from_boosts_applied: None,
        from_rank: None,
        peer_id: enums::Peer::User(types::PeerUser { user_id: 0 }),
        saved_peer_id: None,
        fwd_from: None,
        via_bot_id: None,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: None,
        date: 0,
        message: String::new(),
        media: None,
        reply_markup: None,
        entities: None,
        views: None,
        forwards: None,
        replies: None,
        edit_date: None,
        post_author: None,
        grouped_id: None,
        reactions: None,
        restriction_reason: None,
        ttl_period: None,
        quick_reply_shortcut_id: None,
        effect: None,
        factcheck: None,
        report_delivery_until_date: None,
        paid_message_stars: None,
        suggested_post: None,
        schedule_repeat_period: None,
        summary_from_language: None,
        rich_message: None,
    }
}

/// A note of the schema in which everything is absent that can be.
pub fn empty_service() -> types::MessageService {
    types::MessageService {
        out: false,
        mentioned: false,
        media_unread: false,
        reactions_are_possible: false,
        silent: false,
        post: false,
        legacy: false,
        id: 0,
        from_id: None,
        peer_id: enums::Peer::User(types::PeerUser { user_id: 0 }),
        saved_peer_id: None,
        reply_to: None,
        date: 0,
        action: enums::MessageAction::Empty,
        reactions: None,
        ttl_period: None,
    }
}
