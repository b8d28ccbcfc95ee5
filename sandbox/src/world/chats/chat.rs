//! A chat.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change::{Change, Log, Numbered};
use super::message::Message;
use crate::world::guarded::Guarded;

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// Two people.
    Private,
    /// A basic group.
    Group,
    /// A group that is technically a channel.
    Supergroup,
    /// A broadcast channel.
    Channel,
}

impl ChatKind {
    /// Whether messages are numbered per chat (channels and supergroups), not
    /// per account.
    pub fn is_channel(self) -> bool {
        matches!(self, Self::Supergroup | Self::Channel)
    }
}

/// A chat.
#[derive(Debug)]
pub struct Chat {
    /// The chat's id.
    pub id: i64,
    /// What kind of chat it is.
    pub kind: ChatKind,
    /// The title; empty for private chats.
    pub title: String,
    /// The public name, without the `@`.
    pub username: Option<String>,
    /// What clients must present with a channel's id.
    pub access_hash: i64,
    /// When it was made, in seconds.
    pub created_at: i64,
    /// Who made it.
    pub owner: Option<i64>,
    state: Guarded<ChatState>,
}

#[derive(Debug, Default)]
struct ChatState {
    members: BTreeSet<i64>,
    messages: BTreeMap<i32, Message>,
    /// The number of the latest message, which no other gets though it is gone.
    last_id: i32,
    log: Log,
    /// The number of the latest event; Telegram begins with 1.
    pts: i32,
    /// Up to which message each member has read.
    read_up_to: HashMap<i64, i32>,
    /// How long everyone but the owner has to wait after a message, in seconds.
    slow_mode: i64,
}

impl Chat {
    pub(super) fn new(
        id: i64,
        kind: ChatKind,
        (title, username): (String, Option<String>),
        members: BTreeSet<i64>,
        owner: Option<i64>,
        (access_hash, now): (i64, i64),
    ) -> Self {
        let state = ChatState {
            members,
            pts: 1,
            ..ChatState::default()
        };
        Self {
            id,
            kind,
            title,
            username,
            access_hash,
            created_at: now,
            owner,
            state: Guarded::new(state),
        }
    }

    /// Adds a message; `id` is used unless the chat numbers its own.
    pub(super) fn add(&self, id: i32, mut message: Message) -> Message {
        let mut state = self.state.write();
        message.id = if self.kind.is_channel() {
            state.last_id + 1
        } else {
            id
        };
        state.last_id = message.id;
        state.pts += 1;
        message.pts = state.pts;
        state.log.note(message.pts, Change::Added(message.id));
        if let Some(author) = message.from {
            state.read_up_to.insert(author, message.id);
        }
        state.messages.insert(message.id, message.clone());
        message
    }

    /// Changes what a message says; with the number of that.
    pub(super) fn edit(&self, id: i32, text: String, now: i64) -> Option<(Message, i32)> {
        if !self.kind.is_channel() {
            return None;
        }
        let mut state = self.state.write();
        let message = state.messages.get_mut(&id)?;
        message.text = text;
        message.entities.clear();
        message.edited = Some(now);
        let message = message.clone();
        state.pts += 1;
        let pts = state.pts;
        state.log.note(pts, Change::Edited(id));
        Some((message, pts))
    }

    /// Deletes messages; which there were, with the number of that.
    pub(super) fn delete(&self, ids: &[i32]) -> (Vec<i32>, i32) {
        let mut state = self.state.write();
        if !self.kind.is_channel() {
            return (Vec::new(), state.pts);
        }
        let mut gone = ids.to_vec();
        gone.retain(|id| state.messages.remove(id).is_some());
        if !gone.is_empty() {
            let change = Change::Deleted(gone.clone());
            state.pts += change.count();
            let pts = state.pts;
            state.log.note(pts, change);
        }
        (gone, state.pts)
    }

    /// What happened in a channel since an event; `None`: too much, or it is
    /// forgotten.
    pub fn since(&self, pts: i32) -> Option<Vec<Numbered>> {
        self.state.read().log.since(pts)
    }

    /// Forgets what happened so far: whoever was away has to read the history.
    pub fn forget_changes(&self) {
        let mut state = self.state.write();
        let pts = state.pts;
        state.log.forget(pts);
    }

    pub(super) fn remove(&self, person: i64) {
        self.state.write().members.remove(&person);
    }

    /// How long everyone but the owner has to wait after each of their messages,
    /// in seconds; 0: not at all.
    pub fn slow_mode(&self) -> i64 {
        self.state.read().slow_mode
    }

    /// Makes everyone but the owner of a supergroup wait so long after each of
    /// their messages; other chats have no such thing.
    pub fn set_slow_mode(&self, seconds: i64) -> bool {
        let possible = self.kind == ChatKind::Supergroup;
        if possible {
            self.state.write().slow_mode = seconds;
        }
        possible
    }

    /// How many seconds someone still has to wait before they may write.
    pub fn slow_mode_wait(&self, person: i64, now: i64) -> Option<i64> {
        if self.owner == Some(person) {
            return None;
        }
        let state = self.state.read();
        if state.slow_mode == 0 {
            return None;
        }
        let mut latest = state.messages.values().rev();
        let last = latest.find(|message| message.from == Some(person))?;
        Some(last.date + state.slow_mode - now).filter(|wait| *wait > 0)
    }

    /// Who is in the chat.
    pub fn members(&self) -> Vec<i64> {
        self.state.read().members.iter().copied().collect()
    }

    /// Whether someone is in the chat.
    pub fn has_member(&self, person: i64) -> bool {
        self.state.read().members.contains(&person)
    }

    /// In a private chat: the other one.
    pub fn partner_of(&self, person: i64) -> i64 {
        let state = self.state.read();
        let other = state.members.iter().find(|member| **member != person);
        other.copied().unwrap_or(person)
    }

    /// The number of the latest event.
    pub fn pts(&self) -> i32 {
        self.state.read().pts
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.state.read().messages.len()
    }

    /// Whether nothing was said yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The latest message.
    pub fn last(&self) -> Option<Message> {
        let state = self.state.read();
        state.messages.values().next_back().cloned()
    }

    /// One message.
    pub fn message(&self, id: i32) -> Option<Message> {
        self.state.read().messages.get(&id).cloned()
    }

    /// Reads the messages, newest first.
    pub fn with_messages<T>(
        &self,
        read: impl FnOnce(&mut dyn DoubleEndedIterator<Item = &Message>) -> T,
    ) -> T {
        read(&mut self.state.read().messages.values().rev())
    }

    /// Up to which message someone has read.
    pub fn read_up_to(&self, person: i64) -> i32 {
        let state = self.state.read();
        state.read_up_to.get(&person).copied().unwrap_or(0)
    }

    /// Up to which message anyone else has read.
    pub fn read_by_others(&self, person: i64) -> i32 {
        let state = self.state.read();
        let others = state.read_up_to.iter().filter(|(who, _)| **who != person);
        others.map(|(_, id)| *id).max().unwrap_or(0)
    }

    /// Marks what someone has read.
    pub fn mark_read(&self, person: i64, up_to: i32) {
        let mut state = self.state.write();
        let last = state.messages.keys().next_back().copied().unwrap_or(0);
        let mark = state.read_up_to.entry(person).or_default();
        *mark = (*mark).max(up_to.min(last));
    }

    /// How many messages of others someone has not read.
    pub fn unread(&self, person: i64) -> usize {
        let state = self.state.read();
        let seen = state.read_up_to.get(&person).copied().unwrap_or(0);
        let later = (Bound::Excluded(seen), Bound::Unbounded);
        let later = state.messages.range(later);
        later
            .filter(|(_, message)| message.from != Some(person))
            .count()
    }
}
