//! Messages in the schema's words.

use grammers_tl_types::{enums, types};

use super::chat::{peer, user_peer};
use super::media::media;
use super::older::as_layer;
use super::references::renewed;
use super::viewer::Viewer;
use crate::world::{BodyKind, Chat, ChatKind, ForwardedFrom, Message, empty_message, wire};

/// A message as someone sees it.
pub(crate) fn message(chat: &Chat, message: &Message, viewer: Viewer) -> enums::Message {
    let shown = match message.body.as_deref() {
        None => enums::Message::Message(words(chat, message, viewer.id, plain(chat, message))),
        Some(body) => {
            let shown = match &body.kind {
                BodyKind::Message(of) => {
                    let mut shown = words(chat, message, viewer.id, (**of).clone());
                    if shown.media.is_none() {
                        shown.media = message.media.as_deref().map(media);
                    }
                    enums::Message::Message(shortened(shown, body.shown_blocks))
                }
                BodyKind::Service(of) => {
                    let shown = service(chat, message, viewer.id, (**of).clone());
                    enums::Message::Service(shown)
                }
            };
            renewed(shown, body)
        }
    };
    as_layer(shown, viewer.layer)
}

/// A message that is no more than words and a file.
fn plain(chat: &Chat, message: &Message) -> types::Message {
    let is_post = chat.kind == ChatKind::Channel;
    types::Message {
        fwd_from: message.forward.as_ref().map(forward),
        media: message.media.as_deref().map(media),
        views: is_post.then_some(1),
        forwards: is_post.then_some(0),
        grouped_id: message.album,
        ..empty_message()
    }
}

/// Fills in what depends on the chat and on who looks.
fn words(chat: &Chat, message: &Message, viewer: i64, mut shown: types::Message) -> types::Message {
    shown.out = message.from == Some(viewer);
    shown.post = chat.kind == ChatKind::Channel;
    shown.id = message.id;
    shown.from_id = author(chat, message, viewer).or(shown.from_id.filter(|_| shown.post));
    shown.peer_id = peer(chat, viewer);
    shown.date = wire(message.date);
    shown.message.clone_from(&message.text);
    let entities = message.entities.clone();
    shown.entities = Some(entities).filter(|entities| !entities.is_empty());
    shown.edit_date = message.edited.map(wire);
    if chat.is_saved_messages() {
        shown.saved_peer_id = Some(saved_peer(shown.fwd_from.as_ref(), viewer));
    }
    shown
}

fn service(
    chat: &Chat,
    message: &Message,
    viewer: i64,
    mut shown: types::MessageService,
) -> types::MessageService {
    shown.out = message.from == Some(viewer);
    shown.post = chat.kind == ChatKind::Channel;
    shown.id = message.id;
    shown.from_id = author(chat, message, viewer);
    shown.peer_id = peer(chat, viewer);
    shown.date = wire(message.date);
    shown
}

/// In private chats the other side's messages carry no author of their own.
fn author(chat: &Chat, message: &Message, viewer: i64) -> Option<enums::Peer> {
    let from_id = match chat.kind {
        ChatKind::Private => message.from.filter(|from| *from == viewer),
        _ => message.from,
    };
    from_id.map(user_peer)
}

/// From whom something in Saved Messages is.
fn saved_peer(forward: Option<&enums::MessageFwdHeader>, viewer: i64) -> enums::Peer {
    let from = forward.and_then(|enums::MessageFwdHeader::Header(header)| {
        let saved = header.saved_from_peer.clone();
        saved.or_else(|| header.from_id.clone())
    });
    from.unwrap_or_else(|| user_peer(viewer))
}

/// A rich message with no more than its first blocks.
fn shortened(mut shown: types::Message, blocks: Option<usize>) -> types::Message {
    if let (Some(blocks), Some(enums::RichMessage::Message(rich))) =
        (blocks, &mut shown.rich_message)
        && blocks < rich.blocks.len()
    {
        rich.blocks.truncate(blocks);
        rich.part = true;
    }
    shown
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

/// The answer for a message that does not exist.
pub(crate) fn no_message(id: i32) -> enums::Message {
    enums::Message::Empty(types::MessageEmpty { id, peer_id: None })
}
