//! The messages of a chat, in the order of their numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter::Peekable;

use super::made::Made;
use super::message::Message;

/// The messages of a chat.
#[derive(Debug, Default)]
pub(super) struct History {
    said: BTreeMap<i32, Message>,
    /// Those that are made when they are asked for. One that was changed is among
    /// those that were said.
    made: Option<Made>,
    /// Which of these were deleted.
    gone: BTreeSet<i32>,
    /// The number of the latest message, which no other gets though it is gone.
    last_id: i32,
    /// What someone deleted for themselves only.
    hidden: HashMap<i64, BTreeSet<i32>>,
}

/// The messages of a chat as someone sees them.
#[derive(Clone, Copy)]
pub struct Seen<'h> {
    history: &'h History,
    hidden: Option<&'h BTreeSet<i32>>,
    range: (i32, i32),
}

impl History {
    /// What was said before a restart, besides what is made.
    pub(super) fn kept(messages: Vec<Message>, last_id: i32, gone: BTreeSet<i32>) -> Self {
        Self {
            said: messages.into_iter().map(|it| (it.id, it)).collect(),
            last_id,
            gone,
            ..Self::default()
        }
    }

    /// What was said, without what is made.
    pub(super) fn said(&self) -> impl Iterator<Item = &Message> {
        self.said.values()
    }

    /// Which of the made ones were deleted.
    pub(super) fn gone(&self) -> &BTreeSet<i32> {
        &self.gone
    }

    pub(super) fn last_id(&self) -> i32 {
        self.last_id
    }

    /// Adds very many messages that are not stored; `false` if there are some.
    pub(super) fn make(&mut self, made: Made) -> bool {
        let free = self.made.is_none();
        if free {
            self.last_id = self.last_id.max(made.ids().end - 1);
            self.made = Some(made);
        }
        free
    }

    pub(super) fn made(&self) -> Option<&Made> {
        self.made.as_ref()
    }

    pub(super) fn put(&mut self, message: Message) {
        self.last_id = self.last_id.max(message.id);
        self.said.insert(message.id, message);
    }

    pub(super) fn get(&self, id: i32) -> Option<Message> {
        let said = self.said.get(&id).cloned();
        said.or_else(|| self.unchanged(id).map(|made| made.message(id)))
    }

    /// Those that are made, if this is one of them and was neither changed nor
    /// deleted.
    fn unchanged(&self, id: i32) -> Option<&Made> {
        let made = self.made.as_ref().filter(|made| made.ids().contains(&id));
        made.filter(|_| !self.gone.contains(&id) && !self.said.contains_key(&id))
    }

    /// When a message was sent.
    fn date(&self, id: i32) -> Option<i64> {
        let said = self.said.get(&id).map(|message| message.date);
        said.or_else(|| self.unchanged(id).map(|made| made.date(id)))
    }

    fn contains(&self, id: i32) -> bool {
        self.said.contains_key(&id) || self.unchanged(id).is_some()
    }

    /// Changes a message.
    pub(super) fn change(&mut self, id: i32, change: impl FnOnce(&mut Message)) -> Option<Message> {
        let mut message = self.get(id)?;
        change(&mut message);
        self.said.insert(id, message.clone());
        Some(message)
    }

    /// Removes a message; whether it was there.
    pub(super) fn remove(&mut self, id: i32) -> bool {
        let there = self.contains(id);
        self.said.remove(&id);
        if there
            && self
                .made
                .as_ref()
                .is_some_and(|made| made.ids().contains(&id))
        {
            self.gone.insert(id);
        }
        there
    }

    /// Hides a message from someone; whether they saw it until now.
    pub(super) fn hide(&mut self, person: i64, id: i32) -> bool {
        self.contains(id) && self.hidden.entry(person).or_default().insert(id)
    }

    /// All of them.
    pub(super) fn all(&self) -> Seen<'_> {
        Seen {
            history: self,
            hidden: None,
            range: (i32::MIN, i32::MAX),
        }
    }

    /// What someone sees of them.
    pub(super) fn seen_by(&self, person: i64) -> Seen<'_> {
        Seen {
            hidden: self.hidden.get(&person).filter(|ids| !ids.is_empty()),
            ..self.all()
        }
    }

    /// How many there are.
    fn len(&self) -> usize {
        let Some(made) = &self.made else {
            return self.said.len();
        };
        let ids = made.ids();
        let changed = self.said.range(ids.clone()).count();
        ids.len() - self.gone.len() + self.said.len() - changed
    }

    /// The made numbers within a range that are still as they were made.
    fn made_ids(&self, from: i32, below: i32) -> std::ops::Range<i32> {
        let ids = self.made.as_ref().map_or(0..0, Made::ids);
        let first = ids.start.max(from);
        first..ids.end.min(below).max(first)
    }
}

impl<'h> Seen<'h> {
    /// Only those with numbers from `first` to `last`.
    #[must_use]
    pub fn within(self, first: i32, last: i32) -> Self {
        let range = (self.range.0.max(first), self.range.1.min(last));
        Self { range, ..self }
    }

    /// One message.
    pub fn get(&self, id: i32) -> Option<Message> {
        self.sees(id).then(|| self.history.get(id)).flatten()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let whole = self.range == (i32::MIN, i32::MAX);
        match self.hidden {
            None if whole => self.history.len(),
            _ => self.ids_below(i32::MAX).count(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids_below(i32::MAX).next().is_none()
    }

    /// The messages, newest first.
    pub fn newest_first(self) -> impl Iterator<Item = Message> + use<'h> {
        self.below(i32::MAX)
    }

    /// The messages, oldest first.
    pub fn oldest_first(self) -> impl Iterator<Item = Message> + use<'h> {
        self.from(i32::MIN)
    }

    /// The messages with lower numbers than this, newest first.
    pub fn below(self, id: i32) -> impl Iterator<Item = Message> + use<'h> {
        let ids = self.ids_below(id);
        ids.filter_map(move |id| self.history.get(id))
    }

    /// The messages with this number and higher ones, oldest first.
    pub fn from(self, id: i32) -> impl Iterator<Item = Message> + use<'h> {
        let history = self.history;
        let said = history.said.range(id..).map(|(id, _)| *id);
        let made = history.made_ids(id, i32::MAX);
        let made = made.filter(move |id| history.unchanged(*id).is_some());
        let ids = Merged {
            one: said.peekable(),
            other: made.peekable(),
            rising: true,
        };
        ids.filter(move |id| self.sees(*id))
            .filter_map(move |id| history.get(id))
    }

    /// The number from which on all messages are as late as this time, in seconds,
    /// or later than the first one that is.
    pub fn first_since(self, time: i64) -> i32 {
        let mut ids = self.ids_below(i32::MAX);
        let older = ids.find(|id| self.history.date(*id).is_some_and(|date| date < time));
        older.map_or(i32::MIN, |id| id.saturating_add(1))
    }

    /// The numbers below this one, the highest first.
    fn ids_below(self, id: i32) -> impl Iterator<Item = i32> + use<'h> {
        let history = self.history;
        let said = history.said.range(..id).rev().map(|(id, _)| *id);
        let made = history.made_ids(i32::MIN, id).rev();
        let made = made.filter(move |id| history.unchanged(*id).is_some());
        let ids = Merged {
            one: said.peekable(),
            other: made.peekable(),
            rising: false,
        };
        ids.filter(move |id| self.sees(*id))
    }

    fn sees(&self, id: i32) -> bool {
        let in_range = self.range.0 <= id && id <= self.range.1;
        in_range && self.hidden.is_none_or(|hidden| !hidden.contains(&id))
    }
}

/// Two sequences of numbers in order, as one.
struct Merged<A: Iterator<Item = i32>, B: Iterator<Item = i32>> {
    one: Peekable<A>,
    other: Peekable<B>,
    rising: bool,
}

impl<A: Iterator<Item = i32>, B: Iterator<Item = i32>> Iterator for Merged<A, B> {
    type Item = i32;

    fn next(&mut self) -> Option<i32> {
        match (self.one.peek(), self.other.peek()) {
            (Some(one), Some(other)) if (one < other) == self.rising => self.one.next(),
            (Some(_), None) => self.one.next(),
            _ => self.other.next(),
        }
    }
}

impl std::fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen")
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::MadeMessages;
    use super::*;

    fn message(id: i32) -> Message {
        let spec = MadeMessages {
            count: 1,
            files: 0,
            file_size: 0,
        };
        Message {
            text: "said".to_owned(),
            ..Made::new(0, id, vec![1], spec).message(id)
        }
    }

    #[test]
    fn made_messages_stand_among_said_ones_and_are_changed_and_deleted_like_them() {
        let mut history = History::default();
        history.put(message(2));
        let spec = MadeMessages {
            count: 5,
            files: 0,
            file_size: 0,
        };
        assert!(history.make(Made::new(0, 4, vec![1], spec)));
        history.put(message(12));
        let ids = |seen: Seen<'_>| seen.newest_first().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(history.all()), [12, 8, 7, 6, 5, 4, 2]);
        assert_eq!(history.all().len(), 7);
        history
            .change(6, |it| it.text = "changed".to_owned())
            .unwrap();
        assert!(history.remove(7) && !history.remove(7) && history.remove(6));
        assert!(history.hide(9, 5) && history.hide(9, 2));
        assert_eq!(ids(history.all()), [12, 8, 5, 4, 2]);
        assert_eq!(history.all().len(), 5);
        assert_eq!(ids(history.seen_by(9)), [12, 8, 4]);
        assert_eq!(history.seen_by(9).len(), 3);
        let rising: Vec<_> = history.all().from(5).map(|it| it.id).collect();
        assert_eq!(rising, [5, 8, 12]);
        assert_eq!(ids(history.all().within(4, 8)), [8, 5, 4]);
        assert!(history.all().get(7).is_none() && history.all().get(8).is_some());
        assert_eq!(history.last_id(), 12);
    }
}
