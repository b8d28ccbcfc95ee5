//! Messages of the past.

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::peers::find_chat;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcResult, method};
use crate::dc::schema::{self, Parties, count};
use crate::world::{Chat, Message, wire};

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
            return Ok(listed(&call, me.id, None, &[], 0));
        };
        let window = Window {
            offset_id: self.offset_id,
            offset_date: self.offset_date,
            add_offset: self.add_offset,
            limit: self.limit.clamp(0, MAX_LIMIT),
            max_id: self.max_id,
            min_id: self.min_id,
        };
        let found = window.cut(&chat);
        Ok(listed(&call, me.id, Some(&chat), &found, chat.len()))
    }
}

/// Which part of a history is wanted
/// (<https://core.telegram.org/api/offsets>).
#[derive(Clone, Copy, Debug)]
struct Window {
    offset_id: i32,
    offset_date: i32,
    add_offset: i32,
    limit: i32,
    max_id: i32,
    min_id: i32,
}

impl Window {
    fn cut(self, chat: &Chat) -> Vec<Message> {
        chat.with_messages(|newest_first| {
            let all: Vec<&Message> = newest_first.collect();
            let newer = |message: &&&Message| {
                if self.offset_id > 0 {
                    message.id >= self.offset_id
                } else {
                    self.offset_date > 0 && wire(message.date) >= self.offset_date
                }
            };
            let base = all.iter().take_while(newer).count();
            let start = i64::from(count(base)) + i64::from(self.add_offset);
            let end = start + i64::from(self.limit);
            let clip = |at: i64| usize::try_from(at).unwrap_or(0).min(all.len());
            let page = all[clip(start)..clip(end)].iter();
            let wanted = page.filter(|message| {
                (self.max_id == 0 || message.id < self.max_id) && message.id > self.min_id
            });
            wanted.map(|message| (*message).clone()).collect()
        })
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
        let mut parties = Parties::new(call.world(), me.id);
        let mut found = Vec::new();
        for id in ids(&self.id) {
            let hit = common
                .iter()
                .find_map(|chat| chat.message(id).map(|message| (chat, message)));
            found.push(match hit {
                Some((chat, message)) => {
                    parties.chat(chat);
                    parties.author(&message);
                    schema::message(chat, &message, me.id)
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
    me: i64,
    chat: Option<&Arc<Chat>>,
    found: &[Message],
    total: usize,
) -> enums::messages::Messages {
    let mut parties = Parties::new(call.world(), me);
    let mut messages = Vec::new();
    if let Some(chat) = chat {
        parties.chat(chat);
        for message in found {
            parties.author(message);
            messages.push(schema::message(chat, message, me));
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
