//! All that is known of a chat, in the schema's words.

use grammers_tl_types::{enums, types};

use super::count::count;
use super::user::no_notify_settings;
use crate::world::{ARCHIVE, Chat, PeerPhoto, World, wire};

/// A channel or supergroup.
pub(crate) fn channel_full(world: &World, chat: &Chat, viewer: i64) -> enums::ChatFull {
    let settings = chat.settings();
    let folder = world.chats().lists().of(viewer).folder_of(chat.id);
    enums::ChatFull::ChannelFull(types::ChannelFull {
        can_view_participants: false,
        can_set_username: false,
        can_set_stickers: false,
        hidden_prehistory: false,
        can_set_location: false,
        has_scheduled: false,
        can_view_stats: false,
        blocked: false,
        can_delete_channel: chat.owner == Some(viewer),
        antispam: false,
        participants_hidden: false,
        translations_disabled: false,
        stories_pinned_available: false,
        view_forum_as_messages: false,
        restricted_sponsored: false,
        can_view_revenue: false,
        paid_media_allowed: false,
        can_view_stars_revenue: false,
        paid_reactions_available: false,
        stargifts_available: false,
        paid_messages_available: false,
        has_welcome_messages: false,
        id: chat.id,
        about: String::new(),
        participants_count: Some(count(chat.member_count())),
        admins_count: None,
        kicked_count: None,
        banned_count: None,
        online_count: None,
        read_inbox_max_id: chat.read_up_to(viewer),
        read_outbox_max_id: chat.read_by_others(viewer),
        unread_count: count(chat.unread(viewer)),
        chat_photo: full_photo(world.photos().get(chat.id)),
        notify_settings: no_notify_settings(),
        exported_invite: None,
        bot_info: Vec::new(),
        migrated_from_chat_id: settings.migrated_from.map(|(id, _)| id),
        migrated_from_max_id: settings.migrated_from.map(|(_, last)| last),
        pinned_msg_id: None,
        stickerset: None,
        available_min_id: None,
        folder_id: (folder == ARCHIVE).then_some(ARCHIVE),
        linked_chat_id: None,
        location: None,
        slowmode_seconds: (settings.slow_mode > 0).then(|| wire(settings.slow_mode)),
        slowmode_next_send_date: None,
        stats_dc: None,
        pts: chat.pts(),
        call: None,
        ttl_period: None,
        pending_suggestions: None,
        groupcall_default_join_as: None,
        theme_emoticon: None,
        requests_pending: None,
        recent_requesters: None,
        default_send_as: None,
        available_reactions: None,
        reactions_limit: None,
        stories: None,
        wallpaper: None,
        boosts_applied: None,
        boosts_unrestrict: None,
        emojiset: None,
        bot_verification: None,
        stargifts_count: None,
        send_paid_messages_stars: None,
        main_tab: None,
        guard_bot_id: None,
    })
}

/// A group.
pub(crate) fn chat_full(world: &World, chat: &Chat, viewer: i64) -> enums::ChatFull {
    let folder = world.chats().lists().of(viewer).folder_of(chat.id);
    let date = wire(chat.created_at);
    let inviter_id = chat.owner.unwrap_or(0);
    let participant = |user_id: i64| {
        if Some(user_id) == chat.owner {
            let rank = None;
            let creator = types::ChatParticipantCreator { user_id, rank };
            return enums::ChatParticipant::Creator(creator);
        }
        enums::ChatParticipant::Participant(types::ChatParticipant {
            user_id,
            inviter_id,
            date,
            rank: None,
        })
    };
    let participants = types::ChatParticipants {
        chat_id: chat.id,
        participants: chat.members().into_iter().map(participant).collect(),
        version: 1,
    };
    enums::ChatFull::Full(types::ChatFull {
        can_set_username: false,
        has_scheduled: false,
        translations_disabled: false,
        has_welcome_messages: false,
        id: chat.id,
        about: String::new(),
        participants: enums::ChatParticipants::Participants(participants),
        chat_photo: Some(full_photo(world.photos().get(chat.id)))
            .filter(|photo| matches!(photo, enums::Photo::Photo(_))),
        notify_settings: no_notify_settings(),
        exported_invite: None,
        bot_info: None,
        pinned_msg_id: None,
        folder_id: (folder == ARCHIVE).then_some(ARCHIVE),
        call: None,
        ttl_period: None,
        groupcall_default_join_as: None,
        theme_emoticon: None,
        requests_pending: None,
        recent_requesters: None,
        available_reactions: None,
        reactions_limit: None,
    })
}

/// The picture of a chat. It is fetched by its peer: as a photo it has no sizes.
fn full_photo(photo: Option<PeerPhoto>) -> enums::Photo {
    let Some(photo) = photo else {
        return enums::Photo::Empty(types::PhotoEmpty { id: 0 });
    };
    enums::Photo::Photo(types::Photo {
        has_stickers: false,
        id: photo.id,
        access_hash: photo.id,
        file_reference: Vec::new(),
        date: 0,
        sizes: Vec::new(),
        video_sizes: None,
        dc_id: photo.dc,
    })
}
