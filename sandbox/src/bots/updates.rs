//! The updates that wait for the bot.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Telegram forgets updates after a day.
///
/// Source: core.telegram.org/bots/api#getting-updates.
const KEPT_FOR: chrono::Duration = chrono::Duration::hours(24);

/// What an update is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UpdateKind {
    Message,
    EditedMessage,
    CallbackQuery,
    MyChatMember,
    /// As it was ordered: what it is about stands in it.
    AsOrdered,
}

impl UpdateKind {
    /// The name in `allowed_updates` and in the update itself.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::EditedMessage => "edited_message",
            Self::CallbackQuery => "callback_query",
            Self::MyChatMember => "my_chat_member",
            Self::AsOrdered => "",
        }
    }
}

/// One update.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Update {
    pub(super) id: i64,
    kind: UpdateKind,
    body: Value,
    at: DateTime<Utc>,
}

impl Update {
    /// The update as libraries read it.
    pub(super) fn to_json(&self) -> Value {
        let mut fields = Map::new();
        match (self.kind, &self.body) {
            (UpdateKind::AsOrdered, Value::Object(ordered)) => fields.clone_from(ordered),
            (kind, body) => {
                fields.insert(kind.name().to_owned(), body.clone());
            }
        }
        fields.insert("update_id".to_owned(), self.id.into());
        Value::Object(fields)
    }
}

/// The updates that wait, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct UpdateQueue {
    next_id: i64,
    waiting: VecDeque<Update>,
    allowed: Vec<String>,
}

impl Default for UpdateQueue {
    fn default() -> Self {
        Self {
            next_id: 100_000_001,
            waiting: VecDeque::new(),
            allowed: Vec::new(),
        }
    }
}

impl UpdateQueue {
    /// Adds an update, unless the bot does not want this kind.
    pub(super) fn push(&mut self, kind: UpdateKind, body: Value, now: DateTime<Utc>) {
        self.forget_old(now);
        let ordered = kind == UpdateKind::AsOrdered;
        let allowed = |name: &String| name == kind.name();
        if !ordered && !self.allowed.is_empty() && !self.allowed.iter().any(allowed) {
            return;
        }
        let id = self.next_id;
        self.next_id += 1;
        self.waiting.push_back(Update {
            id,
            kind,
            body,
            at: now,
        });
    }

    /// Which kinds the bot wants; an empty list means the usual ones.
    pub(super) fn allow(&mut self, kinds: Vec<String>) {
        self.allowed = kinds;
    }

    /// Which kinds the bot wants.
    pub(super) fn allowed(&self) -> &[String] {
        &self.allowed
    }

    /// Forgets what is confirmed: everything before `offset`, or, counted
    /// from the end, everything but the last `-offset`.
    pub(super) fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let surplus = self.waiting.len().saturating_sub(keep);
            self.waiting.drain(..surplus);
        } else {
            self.waiting.retain(|update| update.id >= offset);
        }
    }

    /// The oldest updates.
    pub(super) fn first(&self, limit: usize) -> Vec<Value> {
        self.waiting
            .iter()
            .take(limit)
            .map(Update::to_json)
            .collect()
    }

    /// The oldest update with its number.
    pub(super) fn front(&self) -> Option<&Update> {
        self.waiting.front()
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    fn forget_old(&mut self, now: DateTime<Utc>) {
        while self
            .waiting
            .front()
            .is_some_and(|update| now - update.at > KEPT_FOR)
        {
            self.waiting.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue_of(count: usize) -> UpdateQueue {
        let mut queue = UpdateQueue::default();
        for _ in 0..count {
            queue.push(UpdateKind::Message, Value::Null, DateTime::UNIX_EPOCH);
        }
        queue
    }

    #[test]
    fn an_offset_confirms_what_came_before_it() {
        let mut queue = queue_of(3);
        let second = queue.first(2)[1]["update_id"].as_i64().unwrap();
        queue.confirm(second);
        assert_eq!(queue.len(), 2);
        assert_eq!(queue.first(1)[0]["update_id"], second);
    }

    #[test]
    fn a_negative_offset_counts_from_the_end() {
        let mut queue = queue_of(3);
        queue.confirm(-1);
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn unwanted_kinds_are_not_kept() {
        let mut queue = UpdateQueue::default();
        queue.allow(vec!["message".to_owned()]);
        queue.push(UpdateKind::CallbackQuery, Value::Null, DateTime::UNIX_EPOCH);
        assert_eq!(queue.len(), 0);
        queue.push(UpdateKind::Message, Value::Null, DateTime::UNIX_EPOCH);
        assert_eq!(queue.len(), 1);
    }

    #[test]
    fn updates_are_kept_for_a_day() {
        let mut queue = queue_of(1);
        let later = DateTime::UNIX_EPOCH + chrono::Duration::hours(25);
        queue.push(UpdateKind::Message, Value::Null, later);
        assert_eq!(queue.len(), 1);
    }
}
