//! Dialogs in the schema's words: a chat in someone's list.

use grammers_tl_types::{enums, types};

use super::chat::peer;
use super::count::count;
use super::user::no_notify_settings;
use crate::world::{ARCHIVE, Chat, DialogList};

/// A chat in someone's list.
pub(crate) fn dialog(chat: &Chat, list: &DialogList, viewer: i64) -> enums::Dialog {
    let folder = list.folder_of(chat.id);
    enums::Dialog::Dialog(types::Dialog {
        pinned: list.is_pinned(chat.id),
        unread_mark: list.is_marked_unread(chat.id),
        view_forum_as_messages: false,
        peer: peer(chat, viewer),
        top_message: chat.last_seen_by(viewer).map_or(0, |last| last.id),
        read_inbox_max_id: chat.read_up_to(viewer),
        read_outbox_max_id: chat.read_by_others(viewer),
        unread_count: count(chat.unread(viewer)),
        unread_mentions_count: 0,
        unread_reactions_count: 0,
        unread_poll_votes_count: 0,
        notify_settings: no_notify_settings(),
        pts: chat.kind.is_channel().then(|| chat.pts()),
        draft: None,
        folder_id: (folder != 0).then_some(folder),
        ttl_period: None,
    })
}

/// The archive, in place of what is in it; the chat on top stands for it.
pub(crate) fn archive(top: &Chat, unread: &[usize], viewer: i64) -> enums::Dialog {
    enums::Dialog::Folder(types::DialogFolder {
        pinned: true,
        folder: enums::Folder::Folder(types::Folder {
            autofill_new_broadcasts: false,
            autofill_public_groups: false,
            autofill_new_correspondents: false,
            id: ARCHIVE,
            title: "Archived Chats".to_owned(),
            photo: None,
        }),
        peer: peer(top, viewer),
        top_message: top.last_seen_by(viewer).map_or(0, |last| last.id),
        unread_muted_peers_count: 0,
        unread_unmuted_peers_count: count(unread.iter().filter(|it| **it > 0).count()),
        unread_muted_messages_count: 0,
        unread_unmuted_messages_count: count(unread.iter().sum()),
    })
}
