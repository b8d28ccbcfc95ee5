//! Messages in the schema's words.

use grammers_tl_types::{enums, types};

use super::chat::{peer, user_peer};
use super::media::media;
use crate::world::{Chat, ChatKind, ForwardedFrom, Message, TextEntity, TextStyle, wire};

/// A message as someone sees it.
pub(crate) fn message(chat: &Chat, message: &Message, viewer: i64) -> enums::Message {
    // In private chats the other side's messages carry no author of their own.
    let from_id = match chat.kind {
        ChatKind::Private => message.from.filter(|from| *from == viewer),
        _ => message.from,
    };
    let from_id = from_id.map(user_peer);
    enums::Message::Message(types::Message {
        out: message.from == Some(viewer),
        mentioned: false,
        media_unread: false,
        silent: false,
        post: chat.kind == ChatKind::Channel,
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
        id: message.id,
        from_id,
        from_boosts_applied: None,
        from_rank: None,
        peer_id: peer(chat, viewer),
        saved_peer_id: None,
        fwd_from: message.forward.as_ref().map(forward),
        via_bot_id: None,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: None,
        date: wire(message.date),
        message: message.text.clone(),
        media: message.media.as_deref().map(media),
        reply_markup: None,
        entities: entities(message),
        views: (chat.kind == ChatKind::Channel).then_some(1),
        forwards: (chat.kind == ChatKind::Channel).then_some(0),
        replies: None,
        edit_date: message.edited.map(wire),
        post_author: None,
        grouped_id: message.album,
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
    })
}

fn forward(from: &ForwardedFrom) -> enums::MessageFwdHeader {
    enums::MessageFwdHeader::Header(types::MessageFwdHeader {
        imported: false,
        saved_out: false,
        from_id: Some(enums::Peer::Channel(types::PeerChannel {
            channel_id: from.channel,
        })),
        from_name: None,
        date: wire(from.date),
        channel_post: Some(from.post),
        post_author: None,
        saved_from_peer: None,
        saved_from_msg_id: None,
        saved_from_id: None,
        saved_from_name: None,
        saved_date: None,
        psa_type: None,
    })
}

fn entities(message: &Message) -> Option<Vec<enums::MessageEntity>> {
    let entities = message.entities.iter().map(entity);
    Some(entities.collect::<Vec<_>>()).filter(|entities| !entities.is_empty())
}

fn entity(entity: &TextEntity) -> enums::MessageEntity {
    let (offset, length) = (entity.offset, entity.length);
    match &entity.style {
        TextStyle::Bold => types::MessageEntityBold { offset, length }.into(),
        TextStyle::Italic => types::MessageEntityItalic { offset, length }.into(),
        TextStyle::Url => types::MessageEntityUrl { offset, length }.into(),
        TextStyle::TextUrl(url) => types::MessageEntityTextUrl {
            offset,
            length,
            url: url.clone(),
        }
        .into(),
        TextStyle::Hashtag => types::MessageEntityHashtag { offset, length }.into(),
    }
}

/// The answer for a message that does not exist.
pub(crate) fn no_message(id: i32) -> enums::Message {
    enums::Message::Empty(types::MessageEmpty { id, peer_id: None })
}
