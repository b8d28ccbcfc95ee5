//! Forwarding messages.

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::forward_header::header;
use super::peers::{chat_to_write, find_chat, viewer};
use super::replies;
use super::sending::{may_write, sent};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{Body, BodyKind, Chat, ChatKind, Draft, Message, empty_message, wire};

/// The most messages that are forwarded at once.
const MOST: usize = 100;

pub(super) fn methods() -> Vec<Method> {
    vec![method::<messages::ForwardMessages>()]
}

impl Handle for messages::ForwardMessages {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<enums::Updates> {
        const INVALID: RpcError = RpcError::bad_request("MESSAGE_ID_INVALID");
        let me = call.me()?;
        refuse_what_is_not_built(&self)?;
        if self.id.is_empty() || self.id.len() > MOST {
            return Err(RpcError::bad_request("MESSAGE_IDS_EMPTY"));
        }
        if self.id.len() != self.random_id.len() {
            return Err(RpcError::bad_request("RANDOM_ID_INVALID"));
        }
        let source = find_chat(&call, me.id, &self.from_peer)?.ok_or(INVALID)?;
        let target = chat_to_write(&call, me.id, &self.to_peer)?;
        may_write(&call, &target, &me)?;
        let reply_to = match self.reply_to.clone() {
            Some(reply) => Some(replies::header(&call, &me, &target, reply)?),
            None => None,
        };
        let originals = self.id.iter().map(|id| {
            let message = source.seen_by(me.id, |seen| seen.get(*id)).ok_or(INVALID)?;
            may_be_forwarded(&source, &message)?;
            Ok(message)
        });
        // All of them, or none.
        let originals = originals.collect::<RpcResult<Vec<_>>>()?;
        for original in &originals {
            call.world().void_codes_in(&me, &original.text);
        }
        let mut forwarded = Vec::new();
        for (original, random_id) in originals.iter().zip(&self.random_id) {
            let mut body = copy(&call, me.id, &source, original);
            let BodyKind::Message(message) = &mut body.kind else {
                return Err(INVALID);
            };
            self.adapt(message, (&source, &target), original, me.id);
            message.reply_to.clone_from(&reply_to);
            let draft = Draft::with_body(Some(me.id), body);
            let said = call.world().chats().say(&target, draft, call.now());
            forwarded.push((said, *random_id));
        }
        Ok(sent(&call, me.id, &target, &forwarded))
    }
}

/// What becomes of a forwarded message. An extension of the request itself: its
/// flags mean nothing elsewhere.
trait Adapt {
    fn adapt(
        &self,
        message: &mut types::Message,
        chats: (&Chat, &Chat),
        original: &Message,
        me: i64,
    );
}

impl Adapt for messages::ForwardMessages {
    fn adapt(
        &self,
        message: &mut types::Message,
        (source, target): (&Chat, &Chat),
        original: &Message,
        me: i64,
    ) {
        if self.drop_media_captions && message.media.is_some() {
            message.message.clear();
            message.entities = None;
        }
        let origin = message.fwd_from.take();
        if !self.drop_author {
            let header = origin.unwrap_or_else(|| origin_of(source, original));
            message.fwd_from = Some(saved(header, (source, target), original, me));
        }
        message.silent = self.silent;
        message.noforwards = self.noforwards;
        message.effect = self.effect;
    }
}

fn refuse_what_is_not_built(request: &messages::ForwardMessages) -> RpcResult<()> {
    let refusals = [
        (request.schedule_date.is_some(), "SCHEDULE_DATE_INVALID"),
        (
            request.schedule_repeat_period.is_some(),
            "SCHEDULE_DATE_INVALID",
        ),
        (request.send_as.is_some(), "SEND_AS_PEER_INVALID"),
        (request.quick_reply_shortcut.is_some(), "SHORTCUT_INVALID"),
        (
            request.suggested_post.is_some(),
            "SUGGESTED_POST_PEER_INVALID",
        ),
        (request.top_msg_id.is_some(), "TOPIC_ID_INVALID"),
        (request.from_ephemeral, "MESSAGE_ID_INVALID"),
        (request.video_timestamp.is_some(), "VIDEO_TIMESTAMP_INVALID"),
    ];
    let refused = refusals.into_iter().find(|(asked, _)| *asked);
    refused.map_or(Ok(()), |(_, name)| Err(RpcError::bad_request(name)))
}

fn may_be_forwarded(source: &Chat, message: &Message) -> RpcResult<()> {
    let body = message.body.as_deref();
    if body.is_some_and(|body| body.message().is_none()) {
        return Err(RpcError::bad_request("MESSAGE_ID_INVALID"));
    }
    let own = body.and_then(Body::message).is_some_and(|it| it.noforwards);
    if source.settings().protected || own {
        return Err(RpcError::bad_request("CHAT_FORWARDS_RESTRICTED"));
    }
    Ok(())
}

/// A copy of a message as another one has it: without reply, views, reactions and
/// edits.
fn copy(call: &Call, me: i64, source: &Chat, original: &Message) -> Body {
    let shown = match schema::message(source, original, viewer(call, me)) {
        enums::Message::Message(shown) => shown,
        enums::Message::Empty(_) | enums::Message::Service(_) => empty_message(),
    };
    let mut body = Body::of_words(types::Message {
        message: original.text.clone(),
        entities: Some(original.entities.clone()),
        media: shown.media,
        fwd_from: shown.fwd_from,
        grouped_id: shown.grouped_id,
        invert_media: shown.invert_media,
        via_bot_id: shown.via_bot_id,
        rich_message: original
            .body
            .as_deref()
            .and_then(Body::message)
            .and_then(|message| message.rich_message.clone()),
        ..empty_message()
    });
    if let Some(file) = &original.media {
        body.files.push(Arc::clone(file));
    }
    if let Some(of) = &original.body {
        body.files.extend(of.files.iter().cloned());
        body.shown_blocks = of.shown_blocks;
    }
    body
}

/// Where a message comes from that was not forwarded before.
fn origin_of(source: &Chat, original: &Message) -> enums::MessageFwdHeader {
    let from_id = match original.from {
        Some(user) => schema::user_peer(user),
        None => schema::peer(source, 0),
    };
    let enums::MessageFwdHeader::Header(mut header) = header(Some(from_id), original.date);
    if source.kind == ChatKind::Channel {
        header.channel_post = Some(original.id);
    }
    enums::MessageFwdHeader::Header(header)
}

/// In Saved Messages it is remembered from which chat something was saved.
fn saved(
    header: enums::MessageFwdHeader,
    (source, target): (&Chat, &Chat),
    original: &Message,
    me: i64,
) -> enums::MessageFwdHeader {
    let enums::MessageFwdHeader::Header(mut header) = header;
    if target.is_saved_messages() {
        header.saved_out = original.from == Some(me);
        header.saved_from_peer = Some(schema::peer(source, me));
        header.saved_from_msg_id = Some(original.id);
        header.saved_from_id = original.from.map(schema::user_peer);
        header.saved_date = Some(wire(original.date));
    }
    enums::MessageFwdHeader::Header(header)
}
