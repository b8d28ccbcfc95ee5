//! Topics of forums (<https://core.telegram.org/api/forum>).

use std::sync::Arc;

use grammers_tl_types::{enums, functions::messages, types};

use super::history::listed;
use super::peers::{find_chat, viewer};
use super::window::Window;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::{self, Parties, count};
use crate::world::{BodyKind, Chat, ChatKind, Message, wire};

/// The topic that everything is in that is in no other.
pub(super) const GENERAL: i32 = 1;
/// Its colour.
const BLUE: i32 = 0x6f_b9f0;
/// The most topics in one answer.
const MAX_LIMIT: i32 = 100;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<messages::GetForumTopics>(),
        method::<messages::GetForumTopicsById>(),
        method::<messages::GetReplies>(),
    ]
}

/// The header of a message's reply, if it has one.
fn header_of(message: &Message) -> Option<&types::MessageReplyHeader> {
    let header = match &message.body.as_deref()?.kind {
        BodyKind::Service(service) => service.reply_to.as_ref()?,
        BodyKind::Message(body) => body.reply_to.as_ref()?,
    };
    match header {
        enums::MessageReplyHeader::Header(header) => Some(header),
        enums::MessageReplyHeader::MessageReplyStoryHeader(_) => None,
    }
}

fn action_of(message: &Message) -> Option<&enums::MessageAction> {
    match &message.body.as_deref()?.kind {
        BodyKind::Service(service) => Some(&service.action),
        BodyKind::Message(_) => None,
    }
}

/// The topic that a message of a forum is in.
pub(super) fn topic_of(message: &Message) -> i32 {
    if let Some(enums::MessageAction::TopicCreate(_)) = action_of(message) {
        return message.id;
    }
    header_of(message)
        .filter(|header| header.forum_topic)
        .and_then(|header| header.reply_to_top_id.or(header.reply_to_msg_id))
        .unwrap_or(GENERAL)
}

/// A topic as it is after all that happened to it.
struct Topic {
    id: i32,
    date: i64,
    from: Option<i64>,
    title: String,
    icon_color: i32,
    icon_emoji_id: Option<i64>,
    closed: bool,
    hidden: bool,
}

/// The topics of a forum, the general one first.
fn topics_of(chat: &Chat, me: i64) -> Vec<Topic> {
    let mut topics = vec![Topic {
        id: GENERAL,
        date: chat.created_at,
        from: chat.owner,
        title: "General".to_owned(),
        icon_color: BLUE,
        icon_emoji_id: None,
        closed: false,
        hidden: false,
    }];
    chat.seen_by(me, |seen| {
        for message in seen.oldest_first() {
            match action_of(&message) {
                Some(enums::MessageAction::TopicCreate(made)) => topics.push(Topic {
                    id: message.id,
                    date: message.date,
                    from: message.from,
                    title: made.title.clone(),
                    icon_color: made.icon_color,
                    icon_emoji_id: made.icon_emoji_id,
                    closed: false,
                    hidden: false,
                }),
                Some(enums::MessageAction::TopicEdit(edit)) => {
                    let id = topic_of(&message);
                    if let Some(topic) = topics.iter_mut().find(|topic| topic.id == id) {
                        change(topic, edit);
                    }
                }
                _ => {}
            }
        }
    });
    topics
}

fn change(topic: &mut Topic, edit: &types::MessageActionTopicEdit) {
    if let Some(title) = &edit.title {
        topic.title.clone_from(title);
    }
    if let Some(icon) = edit.icon_emoji_id {
        topic.icon_emoji_id = Some(icon).filter(|icon| *icon != 0);
    }
    topic.closed = edit.closed.unwrap_or(topic.closed);
    topic.hidden = edit.hidden.unwrap_or(topic.hidden);
}

/// The forum that a call names.
fn forum(call: &Call, me: i64, peer: &enums::InputPeer) -> RpcResult<Arc<Chat>> {
    let chat = find_chat(call, me, peer)?;
    let forum = chat.filter(|it| it.kind == ChatKind::Supergroup && it.settings().forum);
    forum.ok_or(RpcError::bad_request("CHANNEL_FORUM_MISSING"))
}

impl Handle for messages::GetForumTopics {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::ForumTopics> {
        let me = call.me()?;
        let chat = forum(&call, me.id, &self.peer)?;
        let words = self.q.unwrap_or_default().to_lowercase();
        let mut topics = topics_of(&chat, me.id);
        topics.retain(|topic| topic.title.to_lowercase().contains(&words));
        let total = topics.len();
        // The latest first; a page begins after the topic that was named.
        topics.sort_by_key(|topic| std::cmp::Reverse(topic.id));
        if self.offset_topic > 0 {
            topics.retain(|topic| topic.id < self.offset_topic);
        }
        topics.truncate(usize::try_from(self.limit.clamp(1, MAX_LIMIT)).unwrap_or(1));
        Ok(answer(&call, me.id, &chat, &topics, total))
    }
}

impl Handle for messages::GetForumTopicsById {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::ForumTopics> {
        let me = call.me()?;
        let chat = forum(&call, me.id, &self.peer)?;
        let mut topics = topics_of(&chat, me.id);
        topics.retain(|topic| self.topics.contains(&topic.id));
        let total = topics.len();
        Ok(answer(&call, me.id, &chat, &topics, total))
    }
}

fn answer(
    call: &Call,
    me: i64,
    chat: &Chat,
    topics: &[Topic],
    total: usize,
) -> enums::messages::ForumTopics {
    let viewer = viewer(call, me);
    let mut parties = Parties::new(call.world(), me);
    parties.chat(chat);
    let (mut listed, mut messages) = (Vec::new(), Vec::new());
    for topic in topics {
        let (last, unread) = chat.seen_by(me, |seen| {
            let read = chat.read_up_to(me);
            let inside = |message: &Message| topic_of(message) == topic.id;
            let last = seen.newest_first().find(|it| inside(it));
            let later = seen.below(i32::MAX).take_while(|it| it.id > read);
            let unread = later.filter(|it| inside(it) && it.from != Some(me));
            (last, unread.count())
        });
        if let Some(last) = &last {
            parties.message(last);
            messages.push(schema::message(chat, last, viewer));
        }
        listed.push(described(
            chat,
            topic,
            last.map_or(0, |last| last.id),
            (me, unread),
        ));
    }
    let (chats, users) = parties.finish();
    enums::messages::ForumTopics::Topics(types::messages::ForumTopics {
        order_by_create_date: false,
        count: count(total),
        topics: listed,
        messages,
        chats,
        users,
        pts: chat.pts(),
    })
}

fn described(
    chat: &Chat,
    topic: &Topic,
    top_message: i32,
    (me, unread): (i64, usize),
) -> enums::ForumTopic {
    let from = topic.from.map(schema::user_peer);
    enums::ForumTopic::Topic(types::ForumTopic {
        my: topic.from == Some(me),
        closed: topic.closed,
        pinned: false,
        short: false,
        hidden: topic.hidden,
        title_missing: false,
        id: topic.id,
        date: wire(topic.date),
        peer: schema::peer(chat, me),
        title: topic.title.clone(),
        icon_color: topic.icon_color,
        icon_emoji_id: topic.icon_emoji_id,
        top_message,
        read_inbox_max_id: chat.read_up_to(me),
        read_outbox_max_id: chat.read_by_others(me),
        unread_count: count(unread),
        unread_mentions_count: 0,
        unread_reactions_count: 0,
        unread_poll_votes_count: 0,
        from_id: from.unwrap_or_else(|| schema::peer(chat, me)),
        notify_settings: schema::no_notify_settings(),
        draft: None,
    })
}

impl Handle for messages::GetReplies {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::messages::Messages> {
        const INVALID: RpcError = RpcError::bad_request("MSG_ID_INVALID");
        let me = call.me()?;
        let chat = find_chat(&call, me.id, &self.peer)?.ok_or(INVALID)?;
        let is_forum = chat.settings().forum;
        let inside = |message: &Message| {
            if is_forum {
                return topic_of(message) == self.msg_id;
            }
            let header = header_of(message);
            header.is_some_and(|header| {
                let thread = header.reply_to_top_id.or(header.reply_to_msg_id);
                header.reply_to_peer_id.is_none() && thread == Some(self.msg_id)
            })
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
            let total = seen.newest_first().filter(inside).count();
            (window.cut(seen, inside), total)
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
