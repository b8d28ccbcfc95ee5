//! What was changed or deleted since it was kept: later lines of the same messages.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::export::LineHead;

/// The segments that hold later lines of messages that stand further up, from the
/// first on. What a run adds usually follows each other, and takes one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisedSegments(Vec<(u32, u32)>);

impl RevisedSegments {
    /// Another one, behind all before.
    pub(super) fn add(&mut self, segment: u32) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == segment => *last = segment,
            _ => self.0.push((segment, segment)),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a segment is one of them.
    pub(super) fn has(&self, segment: u32) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= segment);
        let range = after.checked_sub(1).and_then(|at| self.0.get(at));
        range.is_some_and(|(_, last)| segment <= *last)
    }

    /// From this one on.
    pub(super) fn from(&self, segment: u32) -> impl Iterator<Item = u32> {
        let ranges = self.0.iter().copied();
        ranges.flat_map(move |(first, last)| first.max(segment)..=last)
    }
}

/// Where a line is: in which segment, and which of its lines it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) line: u32,
}

/// A later line of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) place: Place,
    /// When it was noticed that the message is gone; `None`: it was edited.
    pub(super) deleted: Option<i64>,
}

/// The later lines of messages, by number. It grows with how many there are; their
/// texts are held for some messages at a time.
#[derive(Debug, Default)]
pub(super) struct Revisions {
    by_id: HashMap<i64, Vec<Revision>>,
    held: HashMap<Place, String>,
}

impl Revisions {
    /// Adds the lines of a segment, behind those that were added before. What cannot
    /// be read is of no message.
    pub(super) fn add(&mut self, segment: u32, text: &str) {
        for (line, text) in (0..).zip(text.lines()) {
            let Some(head) = LineHead::of(text) else {
                continue;
            };
            let place = Place { segment, line };
            self.by_id.entry(head.id).or_default().push(Revision {
                place,
                deleted: head.deleted,
            });
        }
    }

    /// The later lines of a message, from the first on.
    pub(super) fn of(&self, line: &str) -> &[Revision] {
        if self.by_id.is_empty() {
            return &[];
        }
        let head = LineHead::of(line);
        let found = head.and_then(|head| self.by_id.get(&head.id));
        found.map_or(&[], Vec::as_slice)
    }

    /// Which segments hold later lines of the messages with these lines, and which
    /// lines these are. Those of other messages are let go.
    pub(super) fn needed(&mut self, text: &str) -> BTreeMap<u32, BTreeSet<u32>> {
        self.held.clear();
        let mut needed: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for line in text.lines() {
            for revision in self.of(line).iter().filter(|it| it.deleted.is_none()) {
                let Place { segment, line } = revision.place;
                needed.entry(segment).or_default().insert(line);
            }
        }
        needed
    }

    /// Holds these lines of a segment.
    pub(super) fn hold(&mut self, segment: u32, text: &str, lines: &BTreeSet<u32>) {
        for (line, text) in (0..).zip(text.lines()) {
            if lines.contains(&line) {
                self.held.insert(Place { segment, line }, text.to_owned());
            }
        }
    }

    /// A line that is held.
    pub(super) fn text(&self, place: Place) -> Option<&str> {
        self.held.get(&place).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::deletion_line;

    fn edited(id: i64, text: &str) -> String {
        format!(r#"{{"v":1,"layer":222,"id":{id},"message":{{"_":"message","message":"{text}"}}}}"#)
    }

    #[test]
    fn segments_that_follow_each_other_take_one_entry() {
        let mut segments = RevisedSegments::default();
        for segment in [3, 4, 5, 9, 12, 13] {
            segments.add(segment);
        }
        assert_eq!(segments.0, [(3, 5), (9, 9), (12, 13)]);
        let has: Vec<u32> = (0..20).filter(|segment| segments.has(*segment)).collect();
        assert_eq!(has, [3, 4, 5, 9, 12, 13]);
        assert_eq!(segments.from(5).collect::<Vec<_>>(), [5, 9, 12, 13]);
        assert_eq!(segments.from(14).count(), 0);
        assert!(!segments.is_empty() && RevisedSegments::default().is_empty());
    }

    proptest! {
        /// Whatever was changed in whichever order: the lines of a message are found in
        /// the order in which they were written, with what stands in them.
        #[test]
        fn every_later_line_is_found_by_its_message(
            written in prop::collection::vec(prop::collection::vec((1_i64..9, any::<bool>()), 0..6), 0..6)
        ) {
            let mut revisions = Revisions::default();
            let mut texts = Vec::new();
            let mut expected: HashMap<i64, Vec<Option<String>>> = HashMap::new();
            for (segment, lines) in (10..).zip(&written) {
                let mut text = String::new();
                for (turn, (id, is_deletion)) in lines.iter().enumerate() {
                    let line = if *is_deletion {
                        deletion_line(*id, 5)
                    } else {
                        edited(*id, &format!("{segment}/{turn}"))
                    };
                    text.push_str(&line);
                    text.push('\n');
                    let said = (!is_deletion).then_some(line);
                    expected.entry(*id).or_default().push(said);
                }
                revisions.add(segment, &text);
                texts.push((segment, text));
            }
            for id in 1..9 {
                let base = edited(id, "first");
                for (segment, lines) in revisions.needed(&base) {
                    let (_, text) = texts.iter().find(|(it, _)| *it == segment).unwrap();
                    revisions.hold(segment, text, &lines);
                }
                let found: Vec<_> = revisions.of(&base).iter().map(|it| {
                    prop_assert_eq!(it.deleted.is_some(), revisions.text(it.place).is_none());
                    Ok(revisions.text(it.place).map(str::to_owned))
                }).collect::<Result<_, _>>()?;
                prop_assert_eq!(found, expected.remove(&id).unwrap_or_default());
            }
        }
    }
}
