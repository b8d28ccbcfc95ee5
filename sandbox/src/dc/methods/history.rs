//! Messages of the past.

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::peers::{find_chat, viewer};
use super::window::Window;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcResult, method};
use crate::dc::schema::{self, Parties, Viewer, count};
use crate::world::{Chat, Message, Seen};

/// The most messages in one answer.
const MAX_LIMIT: i32 = 100;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::GetHistory>(),
        method::<messages::GetMessages>(),
    ]
}

impl Handle for messages::GetHistory {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Messages> {
        let me = call.me()?;
        let Some(chat) = find_chat(&call, me.id, &self.peer)? else {
            return Ok(listed(&call, viewer(&call, me.id), None, &[], 0));
        };
        let window = Window {
            offset_id: self.offset_id,
            offset_date: self.offset_date,
            add_offset: self.add_offset,
            limit: self.limit.clamp(0, MAX_LIMIT),
            max_id: self.max_id,
            min_id: self.min_id,
        };
        let (found, total) = chat.seen_by(me.id, |seen| {
            let seen = in_range(&call, &chat, seen);
            let total = seen.len();
            (window.cut(seen, |_| true), total)
        });
        Ok(listed(
            &call,
            viewer(&call, me.id),
            Some(&chat),
            &found,
            total,
        ))
    }
}

impl Handle for messages::GetMessages {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Messages> {
        let me = call.me()?;
        let chats = call.world().chats().of(me.id);
        // Only private chats and groups number their messages in common.
        let common: Vec<_> = chats
            .into_iter()
            .filter(|chat| !chat.kind.is_channel())
            .collect();
        let viewer = viewer(&call, me.id);
        let mut parties = Parties::new(call.world(), me.id);
        let mut found = Vec::new();
        for id in ids(&self.id) {
            let hit = common
                .iter()
                .find_map(|chat| Some((chat, chat.seen_by(me.id, |seen| seen.get(id))?)));
            found.push(match hit {
                Some((chat, message)) => {
                    parties.chat(chat);
                    parties.message(&message);
                    schema::message(chat, &message, viewer)
                }
                None => schema::no_message(id),
            });
        }
        let (chats, users) = parties.finish();
        Ok(enums::messages::Messages::Messages(
            types::messages::Messages {
                messages: found,
                topics: Vec::new(),
                chats,
                users,
            },
        ))
    }
}

/// Of private chats and groups, only the range of messages that a call is about.
pub(super) fn in_range<'h>(call: &Call, chat: &Chat, seen: Seen<'h>) -> Seen<'h> {
    match call.range() {
        Some((first, last)) if !chat.kind.is_channel() => seen.within(first, last),
        _ => seen,
    }
}

/// The message numbers that a call asks for.
pub(super) fn ids(inputs: &[enums::InputMessage]) -> Vec<i32> {
    let limit = usize::try_from(MAX_LIMIT).unwrap_or(0) * 2;
    let ids = inputs.iter().take(limit).filter_map(|input| match input {
        enums::InputMessage::Id(id) => Some(id.id),
        _ => None,
    });
    ids.collect()
}

/// The messages of one chat as an answer.
pub(super) fn listed(
    call: &Call,
    viewer: Viewer,
    chat: Option<&Arc<Chat>>,
    found: &[Message],
    total: usize,
) -> enums::messages::Messages {
    let mut parties = Parties::new(call.world(), viewer.id);
    let mut messages = Vec::new();
    if let Some(chat) = chat {
        parties.chat(chat);
        for message in found {
            parties.message(message);
            messages.push(schema::message(chat, message, viewer));
        }
    }
    let (chats, users) = parties.finish();
    let topics = Vec::new();
    match chat {
        Some(chat) if chat.kind.is_channel() => {
            enums::messages::Messages::ChannelMessages(types::messages::ChannelMessages {
                inexact: false,
                pts: chat.pts(),
                count: count(total),
                offset_id_offset: None,
                messages,
                topics,
                chats,
                users,
            })
        }
        _ if messages.len() < total => {
            enums::messages::Messages::Slice(types::messages::MessagesSlice {
                inexact: false,
                count: count(total),
                next_rate: None,
                offset_id_offset: None,
                search_flood: None,
                messages,
                topics,
                chats,
                users,
            })
        }
        _ => enums::messages::Messages::Messages(types::messages::Messages {
            messages,
            topics,
            chats,
            users,
        }),
    }
}
