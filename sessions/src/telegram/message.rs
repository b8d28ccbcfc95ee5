//! Messages in the domain's words.

use grammers_tl_types::{enums, types};
use sesame_domain::reading::{Content, Entity, Forward, Message, MessageFlags, Reply, Views};
use sesame_domain::session::peer::PeerId;

use super::entity::entities;
use super::message_media::media;
use super::peers::id_of;
use super::reading::{at, count, schema_name};
use super::rich_text::rich_text;

/// The messages that there are: those that are deleted are left out.
pub(super) fn read(
    messages: &[enums::Message],
    me: i64,
) -> impl Iterator<Item = Message> + use<'_> {
    messages.iter().filter_map(move |message| match message {
        enums::Message::Empty(_) => None,
        enums::Message::Message(it) => Some(written(it, me)),
        enums::Message::Service(it) => Some(service(it, me)),
    })
}

fn written(it: &types::Message, me: i64) -> Message {
    let dialog = id_of(&it.peer_id);
    let (text, entities) = text(it);
    Message {
        id: it.id,
        dialog,
        sender: sender(it.from_id.as_ref(), dialog, it.post, it.out, me),
        at: at(it.date),
        // Telegram also counts reactions as changes, and says so.
        edited_at: it.edit_date.filter(|_| !it.edit_hide).map(at),
        content: Content::Written {
            text,
            entities,
            media: it.media.as_ref().and_then(media).map(Box::new),
            is_rich: it.rich_message.is_some(),
        },
        forward: it.fwd_from.as_ref().map(forward),
        reply: it.reply_to.as_ref().map(reply),
        album: it.grouped_id,
        via_bot: it.via_bot_id,
        author: it.post_author.clone(),
        views: it.views.map(|seen| Views {
            seen: count(seen),
            forwarded: it.forwards.map_or(0, count),
        }),
        flags: MessageFlags {
            is_outgoing: it.out,
            is_post: it.post,
            is_pinned: it.pinned,
            is_protected: it.noforwards,
            is_fleeting: it.ttl_period.is_some(),
        },
    }
}

/// What it says: of a rich message its blocks, as far as they are there.
fn text(it: &types::Message) -> (String, Vec<Entity>) {
    let rich = it.rich_message.as_ref().map(rich_text);
    rich.filter(|(text, _)| !text.is_empty())
        .unwrap_or_else(|| {
            let entities = entities(it.entities.as_deref().unwrap_or_default());
            (it.message.clone(), entities)
        })
}

fn service(it: &types::MessageService, me: i64) -> Message {
    let dialog = id_of(&it.peer_id);
    Message {
        id: it.id,
        dialog,
        sender: sender(it.from_id.as_ref(), dialog, it.post, it.out, me),
        at: at(it.date),
        edited_at: None,
        content: Content::Service {
            action: schema_name(&it.action),
        },
        forward: None,
        reply: it.reply_to.as_ref().map(reply),
        album: None,
        via_bot: None,
        author: None,
        views: None,
        flags: MessageFlags {
            is_outgoing: it.out,
            is_post: it.post,
            is_fleeting: it.ttl_period.is_some(),
            ..MessageFlags::default()
        },
    }
}

/// Who wrote a message. Telegram leaves out what follows from the dialog.
pub(super) fn sender(
    from: Option<&enums::Peer>,
    dialog: PeerId,
    is_post: bool,
    is_outgoing: bool,
    me: i64,
) -> Option<PeerId> {
    match (from, dialog) {
        (Some(from), _) => Some(id_of(from)),
        (None, PeerId::User(_)) if is_outgoing => Some(PeerId::User(me)),
        // In a supergroup, an anonymous administrator.
        (None, PeerId::User(_) | PeerId::Channel(_)) => Some(dialog),
        (None, PeerId::Group(_)) => is_post.then_some(dialog),
    }
}

fn forward(header: &enums::MessageFwdHeader) -> Forward {
    let enums::MessageFwdHeader::Header(it) = header;
    Forward {
        from: it.from_id.as_ref().map(id_of),
        name: it.from_name.clone(),
        at: at(it.date),
        post: it.channel_post,
        author: it.post_author.clone(),
    }
}

fn reply(header: &enums::MessageReplyHeader) -> Reply {
    match header {
        enums::MessageReplyHeader::Header(it) => Reply {
            dialog: it.reply_to_peer_id.as_ref().map(id_of),
            message: it.reply_to_msg_id,
            thread: it.reply_to_top_id,
            quote: it.quote_text.clone(),
        },
        enums::MessageReplyHeader::MessageReplyStoryHeader(it) => Reply {
            dialog: Some(id_of(&it.peer)),
            message: None,
            thread: None,
            quote: None,
        },
    }
}
