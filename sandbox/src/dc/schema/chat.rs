//! Chats in the schema's words.

use grammers_tl_types::{enums, types};

use super::count::count;
use crate::world::{Chat, ChatKind, PeerPhoto, wire};

/// How someone refers to a chat.
pub(crate) fn peer(chat: &Chat, viewer: i64) -> enums::Peer {
    match chat.kind {
        ChatKind::Private => user_peer(chat.partner_of(viewer)),
        ChatKind::Group => enums::Peer::Chat(types::PeerChat { chat_id: chat.id }),
        ChatKind::Supergroup | ChatKind::Channel => {
            let channel_id = chat.id;
            enums::Peer::Channel(types::PeerChannel { channel_id })
        }
    }
}

/// How to refer to a person.
pub(crate) fn user_peer(user_id: i64) -> enums::Peer {
    enums::Peer::User(types::PeerUser { user_id })
}

/// A chat as someone sees it; `None` for private chats, which are just people.
pub(crate) fn chat(chat: &Chat, viewer: i64, photo: Option<PeerPhoto>) -> Option<enums::Chat> {
    match chat.kind {
        ChatKind::Private => None,
        ChatKind::Group => Some(group(chat, viewer, photo)),
        ChatKind::Supergroup | ChatKind::Channel => Some(channel(chat, viewer, photo)),
    }
}

fn group(chat: &Chat, viewer: i64, photo: Option<PeerPhoto>) -> enums::Chat {
    enums::Chat::Chat(types::Chat {
        creator: chat.owner == Some(viewer),
        left: !chat.has_member(viewer),
        deactivated: false,
        call_active: false,
        call_not_empty: false,
        noforwards: chat.settings().protected,
        id: chat.id,
        title: chat.title.clone(),
        photo: chat_photo(photo),
        participants_count: count(chat.member_count()),
        date: wire(chat.created_at),
        version: 1,
        migrated_to: None,
        admin_rights: None,
        default_banned_rights: None,
    })
}

fn channel(chat: &Chat, viewer: i64, photo: Option<PeerPhoto>) -> enums::Chat {
    enums::Chat::Channel(types::Channel {
        creator: chat.owner == Some(viewer),
        left: !chat.has_member(viewer),
        broadcast: chat.kind == ChatKind::Channel,
        verified: false,
        megagroup: chat.kind == ChatKind::Supergroup,
        restricted: false,
        signatures: false,
        min: false,
        scam: false,
        has_link: false,
        has_geo: false,
        slowmode_enabled: chat.slow_mode() > 0,
        call_active: false,
        call_not_empty: false,
        fake: false,
        gigagroup: false,
        noforwards: chat.settings().protected,
        join_to_send: false,
        join_request: false,
        forum: chat.settings().forum,
        stories_hidden: false,
        stories_hidden_min: false,
        stories_unavailable: false,
        signature_profiles: false,
        autotranslation: false,
        broadcast_messages_allowed: false,
        monoforum: false,
        forum_tabs: false,
        id: chat.id,
        access_hash: Some(chat.access_hash),
        title: chat.title.clone(),
        username: chat.username.clone(),
        photo: chat_photo(photo),
        date: wire(chat.created_at),
        restriction_reason: None,
        admin_rights: None,
        banned_rights: None,
        default_banned_rights: None,
        participants_count: Some(count(chat.member_count())),
        usernames: None,
        stories_max_id: None,
        color: None,
        profile_color: None,
        emoji_status: None,
        level: None,
        subscription_until_date: None,
        bot_verification_icon: None,
        send_paid_messages_stars: None,
        linked_monoforum_id: None,
        linked_community_id: None,
    })
}

/// A channel as someone sees it who may not look into it.
pub(super) fn forbidden(chat: &Chat) -> enums::Chat {
    enums::Chat::ChannelForbidden(types::ChannelForbidden {
        broadcast: chat.kind == ChatKind::Channel,
        megagroup: chat.kind == ChatKind::Supergroup,
        monoforum: false,
        id: chat.id,
        access_hash: chat.access_hash,
        title: chat.title.clone(),
        until_date: None,
    })
}

/// How a client names a channel.
pub(super) fn input_channel(chat: &Chat) -> enums::InputChannel {
    enums::InputChannel::Channel(types::InputChannel {
        channel_id: chat.id,
        access_hash: chat.access_hash,
    })
}

fn chat_photo(photo: Option<PeerPhoto>) -> enums::ChatPhoto {
    photo.map_or(enums::ChatPhoto::Empty, |photo| {
        enums::ChatPhoto::Photo(types::ChatPhoto {
            has_video: false,
            photo_id: photo.id,
            stripped_thumb: None,
            dc_id: photo.dc,
        })
    })
}
