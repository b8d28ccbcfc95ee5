//! Replies, as a client asks for them.

use std::sync::Arc;

use grammers_tl_types::{enums, types};

use super::formats;
use super::forward_header;
use super::peers::find_chat;
use super::topics::{GENERAL, topic_of};
use crate::dc::rpc::{Call, RpcError, RpcResult};
use crate::dc::schema;
use crate::world::{Chat, Person};

/// The header of a message that answers another.
pub(super) fn header(
    call: &Call,
    me: &Person,
    chat: &Arc<Chat>,
    reply: enums::InputReplyTo,
) -> RpcResult<enums::MessageReplyHeader> {
    let reply = match reply {
        enums::InputReplyTo::Message(reply) => reply,
        enums::InputReplyTo::Story(_) => return Err(RpcError::bad_request("STORY_ID_INVALID")),
        enums::InputReplyTo::MonoForum(_) => {
            return Err(RpcError::bad_request("REPLY_TO_MONOFORUM_PEER_INVALID"));
        }
        enums::InputReplyTo::EphemeralMessage(_) => return Err(INVALID),
    };
    if reply.monoforum_peer_id.is_some() {
        return Err(RpcError::bad_request("REPLY_TO_MONOFORUM_PEER_INVALID"));
    }
    let elsewhere = match &reply.reply_to_peer_id {
        Some(peer) => find_chat(call, me.id, peer)?.filter(|it| it.id != chat.id),
        None => None,
    };
    let source = elsewhere.as_ref().unwrap_or(chat);
    let answered = source.seen_by(me.id, |seen| seen.get(reply.reply_to_msg_id));
    let answered = answered.ok_or(INVALID)?;
    if let Some(quote) = &reply.quote_text
        && !answered.text.contains(quote.as_str())
    {
        return Err(RpcError::bad_request("QUOTE_TEXT_INVALID"));
    }
    let quote_entities = match (&reply.quote_text, reply.quote_entities) {
        (Some(quote), Some(entities)) => Some(formats::checked(call, me.id, quote, entities)?),
        _ => None,
    };
    let reply_from = elsewhere
        .as_ref()
        .map(|it| from_elsewhere(it, answered.from, answered.date));
    let forum = chat.settings().forum && elsewhere.is_none();
    let topic = reply.top_msg_id.unwrap_or_else(|| topic_of(&answered));
    let in_topic = forum && topic != GENERAL;
    let header = types::MessageReplyHeader {
        reply_to_scheduled: false,
        forum_topic: in_topic,
        quote: reply.quote_text.is_some(),
        reply_to_ephemeral: false,
        reply_to_msg_id: Some(reply.reply_to_msg_id),
        reply_to_peer_id: elsewhere.as_ref().map(|it| schema::peer(it, me.id)),
        reply_from,
        reply_media: None,
        reply_to_top_id: Some(topic)
            .filter(|top| *top != reply.reply_to_msg_id)
            .filter(|_| in_topic || reply.top_msg_id.is_some()),
        quote_offset: reply.quote_text.as_ref().and(reply.quote_offset),
        quote_text: reply.quote_text,
        quote_entities,
        todo_item_id: reply.todo_item_id,
        poll_option: reply.poll_option,
    };
    Ok(enums::MessageReplyHeader::Header(header))
}

const INVALID: RpcError = RpcError::bad_request("REPLY_MESSAGE_ID_INVALID");

/// Where a message of another chat is from.
fn from_elsewhere(chat: &Chat, from: Option<i64>, date: i64) -> enums::MessageFwdHeader {
    let from_id = match from {
        Some(user) => schema::user_peer(user),
        None => schema::peer(chat, 0),
    };
    forward_header::header(Some(from_id), date)
}
