//! Dialogs in the schema's words: a chat in someone's list.

use grammers_tl_types::{enums, types};

use super::chat::peer;
use super::count::count;
use super::user::no_notify_settings;
use crate::world::Chat;

/// A chat in someone's list.
pub(crate) fn dialog(chat: &Chat, viewer: i64) -> enums::Dialog {
    enums::Dialog::Dialog(types::Dialog {
        pinned: false,
        unread_mark: false,
        view_forum_as_messages: false,
        peer: peer(chat, viewer),
        top_message: chat.last().map_or(0, |last| last.id),
        read_inbox_max_id: chat.read_up_to(viewer),
        read_outbox_max_id: chat.read_by_others(viewer),
        unread_count: count(chat.unread(viewer)),
        unread_mentions_count: 0,
        unread_reactions_count: 0,
        unread_poll_votes_count: 0,
        notify_settings: no_notify_settings(),
        pts: chat.kind.is_channel().then(|| chat.pts()),
        draft: None,
        folder_id: None,
        ttl_period: None,
    })
}
