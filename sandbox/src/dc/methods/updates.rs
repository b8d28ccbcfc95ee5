//! Catching up (<https://core.telegram.org/api/updates>).

use grammers_tl_types::{enums, functions::updates, types};

use super::peers::{find_channel, viewer};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, Parties, count};
use crate::world::{Change, ChannelHarm, Chat, Mail, Mailbox, Message, Numbered, wire};

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
        let mut other_updates = channels_with_news(&call, me.id, self.date);
        if events.is_empty() && other_updates.is_empty() {
            return Ok(enums::updates::Difference::Empty(
                types::updates::DifferenceEmpty {
                    date: wire(call.now()),
                    seq: 1,
                },
            ));
        }
        let Caught {
            new_messages,
            other_updates: changed,
            parties,
        } = caught_up(&call, me.id, &events);
        other_updates.extend(changed);
        let (chats, users) = parties.finish();
        let reached = events.last().map_or(self.pts, |(pts, _)| *pts);
        let state = state_at(&call, me.id, reached);
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

/// What happened in private chats and groups, in the schema's words.
struct Caught<'w> {
    new_messages: Vec<enums::Message>,
    other_updates: Vec<enums::Update>,
    parties: Parties<'w>,
}

/// Messages are as they are now, and those that are gone by now are left out.
fn caught_up<'w>(call: &'w Call, me: i64, events: &[(i32, Mail)]) -> Caught<'w> {
    let viewer = viewer(call, me);
    let mut caught = Caught {
        new_messages: Vec::new(),
        other_updates: Vec::new(),
        parties: Parties::new(call.world(), me),
    };
    for (pts, mail) in events {
        let (chat, message) = match mail {
            Mail::Added { chat, message } | Mail::Edited { chat, message } => (*chat, *message),
            Mail::Deleted(messages) => {
                let deleted = types::UpdateDeleteMessages {
                    messages: messages.clone(),
                    pts: *pts,
                    pts_count: mail.count(),
                };
                caught
                    .other_updates
                    .push(enums::Update::DeleteMessages(deleted));
                continue;
            }
        };
        let Some(chat) = call.world().chats().get(chat) else {
            continue;
        };
        let Some(message) = chat.seen_by(me, |seen| seen.get(message)) else {
            continue;
        };
        caught.parties.chat(&chat);
        caught.parties.message(&message);
        if matches!(mail, Mail::Added { .. }) {
            caught
                .new_messages
                .push(schema::message(&chat, &message, viewer));
        } else {
            let edited = types::UpdateEditMessage {
                message: schema::message(&chat, &message, viewer),
                pts: *pts,
                pts_count: 1,
            };
            caught
                .other_updates
                .push(enums::Update::EditMessage(edited));
        }
    }
    caught
}

/// Tells which channels have posts since then: each has a log of its own.
fn channels_with_news(call: &Call, me: i64, since: i32) -> Vec<enums::Update> {
    let chats = call.world().chats().of(me).into_iter();
    let faults = call.world().faults().of_channels();
    let chats = chats.filter(|chat| !faults.keeps_out(chat.id, me));
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
        let faults = call.world().faults().of_channels();
        let missed = match faults.of_difference(chat.id, me.id) {
            Some(ChannelHarm::Timestamp(trouble)) => {
                let (code, name) = trouble.error();
                return Err(RpcError::new(code, name));
            }
            Some(_) => None,
            None => chat.since(self.pts),
        };
        let Some(missed) = missed else {
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
    let viewer = viewer(call, me);
    let mut parties = Parties::new(call.world(), me);
    parties.chat(chat);
    let (mut new_messages, mut other_updates) = (Vec::new(), Vec::new());
    for Numbered { pts, change } in page {
        match change {
            Change::Added(id) => {
                if let Some(message) = chat.message(*id) {
                    parties.message(&message);
                    new_messages.push(schema::message(chat, &message, viewer));
                }
            }
            Change::Edited(id) => {
                if let Some(message) = chat.message(*id) {
                    parties.message(&message);
                    let edited = schema::edited_update(call.world(), viewer, chat, &message, *pts);
                    other_updates.push(edited);
                }
            }
            Change::Deleted(ids) => {
                let deleted = schema::deleted_update(call.world(), me, chat, ids, *pts);
                other_updates.push(deleted);
            }
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
    let latest: Vec<Message> = chat.messages(|all| all.newest_first().take(LATEST).collect());
    for message in &latest {
        parties.message(message);
    }
    let (chats, users) = parties.finish();
    let viewer = viewer(call, me);
    let describe = |message: &Message| schema::message(chat, message, viewer);
    enums::updates::ChannelDifference::TooLong(types::updates::ChannelDifferenceTooLong {
        r#final: true,
        timeout: None,
        dialog: schema::dialog(chat, &call.world().chats().lists().of(me), me),
        messages: latest.iter().map(describe).collect(),
        chats,
        users,
    })
}
