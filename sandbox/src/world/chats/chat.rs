//! A chat.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change::{Change, Log, Numbered};
use super::history::{History, Seen};
use super::made::Made;
use super::media::MediaFile;
use super::message::{Edit, Message};
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
    pub(super) state: Guarded<ChatState>,
}

#[derive(Debug, Default)]
pub(super) struct ChatState {
    pub(super) members: BTreeSet<i64>,
    pub(super) history: History,
    pub(super) log: Log,
    /// The number of the latest event; Telegram begins with 1.
    pub(super) pts: i32,
    /// Up to which message each member has read.
    pub(super) read_up_to: HashMap<i64, i32>,
    pub(super) settings: ChatSettings,
}

/// What can be changed about a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatSettings {
    /// How long everyone but the owner has to wait after a message, in seconds.
    pub slow_mode: i64,
    /// Whether messages cannot be forwarded or saved.
    pub protected: bool,
    /// Whether it has topics; of supergroups.
    pub forum: bool,
    /// The supergroup that a group became.
    pub migrated_to: Option<i64>,
    /// The group that a supergroup was, and the number of its last message.
    pub migrated_from: Option<(i64, i32)>,
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
            state.history.last_id() + 1
        } else {
            id
        };
        state.pts += 1;
        message.pts = state.pts;
        state.log.note(message.pts, Change::Added(message.id));
        if let Some(author) = message.from {
            state.read_up_to.insert(author, message.id);
        }
        state.history.put(message.clone());
        message
    }

    pub(super) fn make(&self, made: Made) -> bool {
        let mut state = self.state.write();
        if self.kind.is_channel() && state.history.last_id() > 0 {
            return false;
        }
        let last = made.ids().end - 1;
        let fits = state.history.make(made);
        if fits {
            let members: Vec<_> = state.members.iter().copied().collect();
            for member in members {
                let mark = state.read_up_to.entry(member).or_default();
                *mark = (*mark).max(last);
            }
        }
        fits
    }

    /// One of the files that are made when they are asked for.
    pub(super) fn made_file(&self, id: i64) -> Option<Arc<MediaFile>> {
        self.state.read().history.made()?.file_by_id(id)
    }

    pub(super) fn expire_made_files(&self) {
        if let Some(made) = self.state.read().history.made() {
            made.expire();
        }
    }

    /// Changes what a message says; with the number of that in a channel.
    pub(super) fn edit(&self, id: i32, edit: Edit, now: i64) -> Option<(Message, i32)> {
        let mut state = self.state.write();
        let message = state
            .history
            .change(id, |message| apply(message, edit, now))?;
        state.pts += 1;
        let pts = state.pts;
        state.log.note(pts, Change::Edited(id));
        Some((message, pts))
    }

    /// Deletes messages; which there were, with the number of that in a channel.
    pub(super) fn delete(&self, ids: &[i32]) -> (Vec<i32>, i32) {
        let mut state = self.state.write();
        let mut gone = ids.to_vec();
        gone.retain(|id| state.history.remove(*id));
        if !gone.is_empty() {
            let change = Change::Deleted(gone.clone());
            state.pts += change.count();
            let pts = state.pts;
            state.log.note(pts, change);
        }
        (gone, state.pts)
    }

    /// Hides messages from someone; which they saw until now.
    pub(super) fn hide(&self, person: i64, ids: &[i32]) -> Vec<i32> {
        let mut state = self.state.write();
        let mut hidden = ids.to_vec();
        hidden.retain(|id| state.history.hide(person, *id));
        hidden
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

    pub(super) fn admit(&self, person: i64) -> bool {
        self.state.write().members.insert(person)
    }

    pub(super) fn remove(&self, person: i64) {
        self.state.write().members.remove(&person);
    }

    /// What can be changed about it.
    pub fn settings(&self) -> ChatSettings {
        self.state.read().settings.clone()
    }

    /// Changes it.
    pub fn set(&self, change: impl FnOnce(&mut ChatSettings)) {
        change(&mut self.state.write().settings);
    }

    /// How long everyone but the owner has to wait after each of their messages,
    /// in seconds; 0: not at all.
    pub fn slow_mode(&self) -> i64 {
        self.state.read().settings.slow_mode
    }

    /// Makes everyone but the owner of a supergroup wait so long after each of
    /// their messages; other chats have no such thing.
    pub fn set_slow_mode(&self, seconds: i64) -> bool {
        let possible = self.kind == ChatKind::Supergroup;
        if possible {
            self.state.write().settings.slow_mode = seconds;
        }
        possible
    }

    /// How many seconds someone still has to wait before they may write.
    pub fn slow_mode_wait(&self, person: i64, now: i64) -> Option<i64> {
        if self.owner == Some(person) {
            return None;
        }
        let state = self.state.read();
        let slow_mode = state.settings.slow_mode;
        if slow_mode == 0 {
            return None;
        }
        let mut latest = state.history.all().newest_first();
        let last = latest.find(|message| message.from == Some(person))?;
        Some(last.date + slow_mode - now).filter(|wait| *wait > 0)
    }

    /// Who is in the chat.
    pub fn members(&self) -> Vec<i64> {
        self.state.read().members.iter().copied().collect()
    }

    /// How many are in the chat.
    pub fn member_count(&self) -> usize {
        self.state.read().members.len()
    }

    /// Whether someone is in the chat.
    pub fn has_member(&self, person: i64) -> bool {
        self.state.read().members.contains(&person)
    }

    /// In a private chat: the other one; in Saved Messages, oneself.
    pub fn partner_of(&self, person: i64) -> i64 {
        let state = self.state.read();
        let other = state.members.iter().find(|member| **member != person);
        other.copied().unwrap_or(person)
    }

    /// Whether it is someone's Saved Messages.
    pub fn is_saved_messages(&self) -> bool {
        self.kind == ChatKind::Private && self.member_count() == 1
    }

    /// The number of the latest event.
    pub fn pts(&self) -> i32 {
        self.state.read().pts
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.state.read().history.all().len()
    }

    /// Whether nothing was said yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The latest message.
    pub fn last(&self) -> Option<Message> {
        self.state.read().history.all().newest_first().next()
    }

    /// The latest message that someone sees.
    pub fn last_seen_by(&self, person: i64) -> Option<Message> {
        self.seen_by(person, |seen| seen.newest_first().next())
    }

    /// One message.
    pub fn message(&self, id: i32) -> Option<Message> {
        self.state.read().history.get(id)
    }

    /// Reads the messages.
    pub fn messages<T>(&self, read: impl FnOnce(Seen<'_>) -> T) -> T {
        read(self.state.read().history.all())
    }

    /// Reads the messages that someone sees.
    pub fn seen_by<T>(&self, person: i64, read: impl FnOnce(Seen<'_>) -> T) -> T {
        read(self.state.read().history.seen_by(person))
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
        let last = state.history.all().newest_first().next();
        let last = last.map_or(0, |last| last.id);
        let mark = state.read_up_to.entry(person).or_default();
        *mark = (*mark).max(up_to.min(last));
    }

    /// How many messages of others someone has not read.
    pub fn unread(&self, person: i64) -> usize {
        let state = self.state.read();
        let read = state.read_up_to.get(&person).copied().unwrap_or(0);
        let later = state.history.seen_by(person).from(read.saturating_add(1));
        later.filter(|message| message.from != Some(person)).count()
    }
}

fn apply(message: &mut Message, edit: Edit, now: i64) {
    if let Some((text, entities)) = edit.text {
        message.text = text;
        message.entities = entities;
    }
    if let Some(body) = edit.body {
        message.body = Some(Arc::new(body));
    }
    message.edited = Some(now);
}
