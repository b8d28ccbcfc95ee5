//! Saying something, and marking what was read.

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::formats;
use super::peers::{chat_to_write, find_chat, viewer};
use super::replies;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema;
use crate::world::{
    Body, Chat, ChatKind, Draft, Mailbox, Message, Person, SERVICE_USER, empty_message,
};

/// The longest text of a message.
pub(super) const MAX_TEXT: usize = 4096;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::SendMessage>(),
        method::<messages::ReadHistory>(),
    ]
}

impl Handle for messages::SendMessage {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<enums::Updates> {
        let me = call.me()?;
        refuse_what_is_not_built(&self)?;
        if self.message.is_empty() {
            return Err(RpcError::bad_request("MESSAGE_EMPTY"));
        }
        check_length(&self.message)?;
        let chat = chat_to_write(&call, me.id, &self.peer)?;
        may_write(&call, &chat, &me)?;
        let reply_to = match self.reply_to {
            Some(reply) => Some(replies::header(&call, &me, &chat, reply)?),
            None => None,
        };
        let entities = self.entities.unwrap_or_default();
        let entities = formats::checked(&call, me.id, &self.message, entities)?;
        call.world().void_codes_in(&me, &self.message);
        let body = Body::of_words(types::Message {
            silent: self.silent,
            noforwards: self.noforwards,
            invert_media: self.invert_media,
            reply_to,
            message: self.message,
            entities: Some(entities),
            effect: self.effect,
            ..as_post(&chat)
        });
        let draft = Draft::with_body(Some(me.id), body);
        let said = call.world().chats().say(&chat, draft, call.now());
        Ok(sent(&call, me.id, &chat, &[(said, self.random_id)]))
    }
}

/// What a message begins with in this chat.
pub(super) fn as_post(chat: &Chat) -> types::Message {
    let is_post = chat.kind == ChatKind::Channel;
    types::Message {
        views: is_post.then_some(1),
        forwards: is_post.then_some(0),
        ..empty_message()
    }
}

/// What can be asked for and is not built here is refused; Telegram would do it.
fn refuse_what_is_not_built(request: &messages::SendMessage) -> RpcResult<()> {
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
        (request.reply_markup.is_some(), "REPLY_MARKUP_INVALID"),
        (request.rich_message.is_some(), "RICH_MESSAGE_INVALID"),
    ];
    let refused = refusals.into_iter().find(|(asked, _)| *asked);
    refused.map_or(Ok(()), |(_, name)| Err(RpcError::bad_request(name)))
}

pub(super) fn check_length(text: &str) -> RpcResult<()> {
    if text.chars().count() > MAX_TEXT {
        return Err(RpcError::bad_request("MESSAGE_TOO_LONG"));
    }
    Ok(())
}

/// Refuses whoever may not write in a chat, or not yet.
pub(super) fn may_write(call: &Call, chat: &Chat, me: &Person) -> RpcResult<()> {
    if chat.kind == ChatKind::Private && chat.has_member(SERVICE_USER) {
        return Err(RpcError::new(403, "CHAT_WRITE_FORBIDDEN"));
    }
    if chat.settings().migrated_to.is_some() {
        return Err(RpcError::bad_request("PEER_ID_INVALID"));
    }
    let partner = chat.partner_of(me.id);
    if chat.kind == ChatKind::Private && call.world().users().is_blocked(me.id, partner) {
        return Err(RpcError::bad_request("YOU_BLOCKED_USER"));
    }
    if chat.kind == ChatKind::Channel && chat.owner != Some(me.id) {
        return Err(RpcError::new(403, "CHAT_WRITE_FORBIDDEN"));
    }
    if let Some(wait) = chat.slow_mode_wait(me.id, call.now()) {
        return Err(RpcError {
            code: 420,
            message: format!("SLOWMODE_WAIT_{wait}").into(),
        });
    }
    Ok(())
}

/// The answer to whoever sent messages, with the ids that they chose for them.
pub(super) fn sent(
    call: &Call,
    me: i64,
    chat: &Arc<Chat>,
    messages: &[(Message, i64)],
) -> enums::Updates {
    let viewer = viewer(call, me);
    let ids = messages.iter().map(|(message, random_id)| {
        enums::Update::MessageId(types::UpdateMessageId {
            id: message.id,
            random_id: *random_id,
        })
    });
    let news = messages
        .iter()
        .map(|(message, _)| schema::new_message_update(call.world(), viewer, chat, message));
    let updates = ids.chain(news).collect();
    let named: Vec<_> = messages.iter().map(|(message, _)| message).collect();
    schema::updates_of(call.world(), viewer, chat, &named, updates)
}

impl Handle for messages::ReadHistory {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::AffectedMessages> {
        let me = call.me()?;
        if let Some(chat) = find_chat(&call, me.id, &self.peer)? {
            let up_to = if self.max_id == 0 {
                i32::MAX
            } else {
                self.max_id
            };
            chat.mark_read(me.id, up_to);
            let lists = call.world().chats().lists();
            lists.mark_unread(me.id, chat.id, false);
        }
        Ok(affected(&call, me.id, 0))
    }
}

/// Where someone's log stands after so many events.
pub(super) fn affected(call: &Call, me: i64, pts_count: i32) -> enums::messages::AffectedMessages {
    let pts = call.world().chats().with_mailbox(me, Mailbox::pts);
    let affected = types::messages::AffectedMessages { pts, pts_count };
    enums::messages::AffectedMessages::Messages(affected)
}
