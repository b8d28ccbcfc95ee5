//! Catching up (<https://core.telegram.org/api/updates>).

use grammers_tl_types::{enums, functions::updates, types};

use super::peers::find_channel;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, Parties, count};
use crate::world::{Change, Chat, Mailbox, Message, Numbered, wire};

/// The most events in one answer.
const MAX_EVENTS: usize = 500;
/// The most messages in one answer about a channel.
const MAX_CHANNEL_MESSAGES: i32 = 100;
/// How many messages come with a difference that is too long.
const LATEST: usize = 10;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<updates::GetState>(),
        method::<updates::GetDifference>(),
        method::<updates::GetChannelDifference>(),
    ]
}

impl Handle for updates::GetState {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::updates::State> {
        let me = call.me()?;
        Ok(state(&call, me.id))
    }
}

/// Where a person's event log stands.
pub(super) fn state(call: &Call, me: i64) -> enums::updates::State {
    let pts = call.world().chats().with_mailbox(me, Mailbox::pts);
    state_at(call, me, pts)
}

fn state_at(call: &Call, me: i64, pts: i32) -> enums::updates::State {
    let chats = call.world().chats().of(me);
    let unread = chats.iter().filter(|chat| chat.unread(me) > 0).count();
    enums::updates::State::State(types::updates::State {
        pts,
        qts: 0,
        date: wire(call.now()),
        seq: 1,
        unread_count: count(unread),
    })
}

impl Handle for updates::GetDifference {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::updates::Difference> {
        let me = call.me()?;
        if self.pts <= 0 || self.date <= 0 {
            return Err(RpcError::bad_request("PERSISTENT_TIMESTAMP_EMPTY"));
        }
        let chats = call.world().chats();
        let (events, more) = chats.with_mailbox(me.id, |mailbox| {
            let since = mailbox.since(self.pts);
            let page = &since[..since.len().min(MAX_EVENTS)];
            (page.to_vec(), since.len() > page.len())
        });
        let other_updates = channels_with_news(&call, me.id, self.date);
        if events.is_empty() && other_updates.is_empty() {
            return Ok(enums::updates::Difference::Empty(
                types::updates::DifferenceEmpty {
                    date: wire(call.now()),
                    seq: 1,
                },
            ));
        }
        let mut parties = Parties::new(call.world(), me.id);
        let mut new_messages = Vec::new();
        for (chat, message) in &events {
            let chat = chats.get(*chat);
            if let Some((chat, message)) = chat.and_then(|c| c.message(*message).map(|m| (c, m))) {
                parties.chat(&chat);
                parties.author(&message);
                new_messages.push(schema::message(&chat, &message, me.id));
            }
        }
        let (chats, users) = parties.finish();
        let state = state_at(&call, me.id, self.pts + count(events.len()));
        Ok(if more {
            enums::updates::Difference::Slice(types::updates::DifferenceSlice {
                new_messages,
                new_encrypted_messages: Vec::new(),
                other_updates,
                chats,
                users,
                intermediate_state: state,
            })
        } else {
            enums::updates::Difference::Difference(types::updates::Difference {
                new_messages,
                new_encrypted_messages: Vec::new(),
                other_updates,
                chats,
                users,
                state,
            })
        })
    }
}

/// Tells which channels have posts since then: each has a log of its own.
fn channels_with_news(call: &Call, me: i64, since: i32) -> Vec<enums::Update> {
    let chats = call.world().chats().of(me).into_iter();
    let with_news = chats.filter(|chat| {
        let last = chat.last();
        chat.kind.is_channel() && last.is_some_and(|last| wire(last.date) >= since)
    });
    let updates = with_news.map(|chat| {
        enums::Update::ChannelTooLong(types::UpdateChannelTooLong {
            channel_id: chat.id,
            pts: Some(chat.pts()),
        })
    });
    updates.collect()
}

impl Handle for updates::GetChannelDifference {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::updates::ChannelDifference> {
        let me = call.me()?;
        let chat = find_channel(&call, me.id, &self.channel)?;
        if self.pts <= 0 {
            return Err(RpcError::bad_request("PERSISTENT_TIMESTAMP_EMPTY"));
        }
        if self.pts > chat.pts() {
            return Err(RpcError::bad_request("PERSISTENT_TIMESTAMP_INVALID"));
        }
        let Some(missed) = chat.since(self.pts) else {
            return Ok(too_long(&call, me.id, &chat));
        };
        if missed.is_empty() {
            return Ok(enums::updates::ChannelDifference::Empty(
                types::updates::ChannelDifferenceEmpty {
                    r#final: true,
                    pts: chat.pts(),
                    timeout: None,
                },
            ));
        }
        let limit = usize::try_from(self.limit.clamp(1, MAX_CHANNEL_MESSAGES)).unwrap_or(1);
        let page = &missed[..missed.len().min(limit)];
        Ok(difference(
            &call,
            me.id,
            &chat,
            page,
            page.len() == missed.len(),
        ))
    }
}

/// What happened in a channel: as Telegram does, with messages as they are now,
/// and without those that are gone by now.
fn difference(
    call: &Call,
    me: i64,
    chat: &Chat,
    page: &[Numbered],
    is_final: bool,
) -> enums::updates::ChannelDifference {
    let mut parties = Parties::new(call.world(), me);
    parties.chat(chat);
    let (mut new_messages, mut other_updates) = (Vec::new(), Vec::new());
    for Numbered { pts, change } in page {
        match change {
            Change::Added(id) => {
                if let Some(message) = chat.message(*id) {
                    parties.author(&message);
                    new_messages.push(schema::message(chat, &message, me));
                }
            }
            Change::Edited(id) => {
                if let Some(message) = chat.message(*id) {
                    parties.author(&message);
                    other_updates.push(schema::edited_update(chat, &message, me, *pts));
                }
            }
            Change::Deleted(ids) => other_updates.push(schema::deleted_update(chat, ids, *pts)),
        }
    }
    let (chats, users) = parties.finish();
    enums::updates::ChannelDifference::Difference(types::updates::ChannelDifference {
        r#final: is_final,
        pts: page.last().map_or(chat.pts(), |last| last.pts),
        timeout: None,
        new_messages,
        other_updates,
        chats,
        users,
    })
}

/// The channel as it is now, with its latest messages.
fn too_long(call: &Call, me: i64, chat: &Chat) -> enums::updates::ChannelDifference {
    let mut parties = Parties::new(call.world(), me);
    parties.chat(chat);
    let latest: Vec<Message> =
        chat.with_messages(|newest_first| newest_first.take(LATEST).cloned().collect());
    for message in &latest {
        parties.author(message);
    }
    let (chats, users) = parties.finish();
    let describe = |message: &Message| schema::message(chat, message, me);
    enums::updates::ChannelDifference::TooLong(types::updates::ChannelDifferenceTooLong {
        r#final: true,
        timeout: None,
        dialog: schema::dialog(chat, me),
        messages: latest.iter().map(describe).collect(),
        chats,
        users,
    })
}
