//! Editing and deleting messages.

use std::sync::Arc;

use grammers_tl_types::{
    enums,
    functions::{channels, messages},
    types,
};

use super::formats;
use super::peers::{find_channel, find_chat, viewer};
use super::sending::{affected, check_length};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, count};
use crate::world::{Body, Chat, ChatKind, Edit, Message, Person};

/// How long a message can be edited, in seconds.
const EDITABLE: i64 = 48 * 3600;
/// The most messages that are deleted at once.
const MOST: usize = 100;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::EditMessage>(),
        method::<messages::DeleteMessages>(),
        method::<channels::DeleteMessages>(),
    ]
}

impl Handle for messages::EditMessage {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<enums::Updates> {
        const INVALID: RpcError = RpcError::bad_request("MESSAGE_ID_INVALID");
        let me = call.me()?;
        refuse_what_is_not_built(&self)?;
        let chat = find_chat(&call, me.id, &self.peer)?.ok_or(INVALID)?;
        let message = chat.seen_by(me.id, |seen| seen.get(self.id));
        let message = message.ok_or(INVALID)?;
        may_edit(&call, &chat, &message, &me)?;
        let text = self.message.ok_or(RpcError::bad_request("MESSAGE_EMPTY"))?;
        let has_media = message.media.is_some() || has_media(&message);
        if text.is_empty() && !has_media {
            return Err(RpcError::bad_request("MESSAGE_EMPTY"));
        }
        check_length(&text)?;
        let entities = self.entities.unwrap_or_default();
        let entities = formats::checked(&call, me.id, &text, entities)?;
        if text == message.text && entities == message.entities {
            return Err(RpcError::bad_request("MESSAGE_NOT_MODIFIED"));
        }
        call.world().void_codes_in(&me, &text);
        let edit = Edit {
            text: Some((text, entities)),
            body: None,
        };
        let chats = call.world().chats();
        let edited = chats
            .edit(&chat, self.id, edit, call.now())
            .ok_or(INVALID)?;
        let viewer = viewer(&call, me.id);
        let update = schema::edited_update(call.world(), viewer, &chat, &edited, chat.pts());
        let named = [&edited];
        Ok(schema::updates_of(
            call.world(),
            viewer,
            &chat,
            &named,
            vec![update],
        ))
    }
}

fn refuse_what_is_not_built(request: &messages::EditMessage) -> RpcResult<()> {
    let refusals = [
        (request.media.is_some(), "MEDIA_INVALID"),
        (request.reply_markup.is_some(), "REPLY_MARKUP_INVALID"),
        (request.schedule_date.is_some(), "SCHEDULE_DATE_INVALID"),
        (
            request.schedule_repeat_period.is_some(),
            "SCHEDULE_DATE_INVALID",
        ),
        (
            request.quick_reply_shortcut_id.is_some(),
            "SHORTCUT_INVALID",
        ),
        (request.rich_message.is_some(), "RICH_MESSAGE_INVALID"),
    ];
    let refused = refusals.into_iter().find(|(asked, _)| *asked);
    refused.map_or(Ok(()), |(_, name)| Err(RpcError::bad_request(name)))
}

fn has_media(message: &Message) -> bool {
    let body = message.body.as_deref().and_then(Body::message);
    body.is_some_and(|body| body.media.is_some())
}

fn may_edit(call: &Call, chat: &Chat, message: &Message, me: &Person) -> RpcResult<()> {
    let is_service = message
        .body
        .as_deref()
        .is_some_and(|body| body.message().is_none());
    if is_service {
        return Err(RpcError::bad_request("MESSAGE_ID_INVALID"));
    }
    let own = message.from == Some(me.id)
        || (chat.kind == ChatKind::Channel && chat.owner == Some(me.id));
    if !own {
        return Err(RpcError::new(403, "MESSAGE_AUTHOR_REQUIRED"));
    }
    let always = chat.is_saved_messages() || chat.kind == ChatKind::Channel;
    if !always && call.now() - message.date > EDITABLE {
        return Err(RpcError::bad_request("MESSAGE_EDIT_TIME_EXPIRED"));
    }
    Ok(())
}

impl Handle for messages::DeleteMessages {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::AffectedMessages> {
        let me = call.me()?;
        let world = call.world();
        let mut gone = 0;
        for (chat, ids) in by_chat(&call, me.id, &self.id) {
            let deleted = if self.revoke || chat.is_saved_messages() {
                check_revoke(&chat, &ids, &me)?;
                world.chats().delete(&chat, &ids)
            } else {
                world.chats().delete_for(&chat, me.id, &ids)
            };
            gone += count(deleted.len());
        }
        Ok(affected(&call, me.id, gone))
    }
}

/// In a group everyone takes back their own messages only, and its owner all.
fn check_revoke(chat: &Chat, ids: &[i32], me: &Person) -> RpcResult<()> {
    if chat.kind == ChatKind::Private || chat.owner == Some(me.id) {
        return Ok(());
    }
    let of_others = |id: &&i32| {
        let message = chat.message(**id);
        message.is_some_and(|message| message.from != Some(me.id))
    };
    match ids.iter().find(of_others) {
        Some(_) => Err(RpcError::new(403, "MESSAGE_DELETE_FORBIDDEN")),
        None => Ok(()),
    }
}

/// Messages of private chats and groups by their chats: they are numbered in
/// common.
fn by_chat(call: &Call, me: i64, ids: &[i32]) -> Vec<(Arc<Chat>, Vec<i32>)> {
    let chats = call.world().chats().of(me);
    let common = chats.into_iter().filter(|chat| !chat.kind.is_channel());
    let with_ids = common.map(|chat| {
        let here = ids.iter().take(MOST).copied();
        let here = here.filter(|id| chat.message(*id).is_some()).collect();
        (chat, here)
    });
    with_ids
        .filter(|(_, here): &(_, Vec<i32>)| !here.is_empty())
        .collect()
}

impl Handle for channels::DeleteMessages {
    const ACCESS: Access = Access::Write;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::AffectedMessages> {
        let me = call.me()?;
        let chat = find_channel(&call, me.id, &self.channel)?;
        let ids = &self.id[..self.id.len().min(MOST)];
        if chat.kind == ChatKind::Channel && chat.owner != Some(me.id) {
            return Err(RpcError::new(403, "MESSAGE_DELETE_FORBIDDEN"));
        }
        check_revoke(&chat, ids, &me)?;
        let gone = call.world().chats().delete(&chat, ids);
        let affected = types::messages::AffectedMessages {
            pts: chat.pts(),
            pts_count: count(gone.len()),
        };
        Ok(enums::messages::AffectedMessages::Messages(affected))
    }
}
