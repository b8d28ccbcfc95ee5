//! How far a channel is read.

use crate::time::Timestamp;

/// The oldest message that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its number.
    pub message: i32,
    /// When it was sent.
    pub at: Timestamp,
}

/// How far a channel's history is read, from its newest message on downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// Down to this moment it is wanted; `None`: to the first message.
    pub from: Option<Timestamp>,
    /// How far it is read; `None`: not begun.
    pub reached: Option<Reached>,
    /// Whether the first message was reached.
    pub is_whole: bool,
}

impl History {
    /// One that is wanted from this moment on, and not read yet.
    pub fn wanted(from: Option<Timestamp>) -> Self {
        Self {
            from,
            reached: None,
            is_whole: false,
        }
    }

    /// Whether all is read that is wanted.
    pub fn is_done(&self) -> bool {
        let is_reached = || {
            let (from, reached) = (self.from?, self.reached?);
            Some(reached.at < from)
        };
        self.is_whole || is_reached().unwrap_or(false)
    }

    /// Someone else wants it from this moment on. If that is more, it is read anew: what
    /// was read and not wanted was not kept, or is not any more.
    #[must_use]
    pub fn widened(self, from: Option<Timestamp>) -> Self {
        let both = self.from.zip(from).map(|(one, other)| one.min(other));
        if both == self.from {
            self
        } else {
            Self::wanted(both)
        }
    }
}

/// What was missed: messages below one, down to one that was known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Those below this one are not read yet; `None`: from the newest on.
    pub below: Option<i32>,
    /// This one is known.
    pub down_to: i32,
}

/// How far a channel is read; where it stands in its events is in the cursors of the
/// session that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingProgress {
    /// Its history.
    pub history: History,
    /// What was missed since, and is read before anything else of the history.
    pub gap: Option<Gap>,
}

impl ReadingProgress {
    /// Of a channel that is wanted from this moment on.
    pub fn new(from: Option<Timestamp>) -> Self {
        Self {
            history: History::wanted(from),
            gap: None,
        }
    }

    /// Something was missed behind this message, the newest that is known; `None`: none
    /// is, and the history is read anew.
    #[must_use]
    pub fn missing(self, newest: Option<i32>) -> Self {
        let Some(newest) = newest else {
            return Self::new(self.history.from);
        };
        // What of an earlier gap is not read yet lies within this one.
        let down_to = self.gap.map_or(newest, |gap| gap.down_to.min(newest));
        Self {
            gap: Some(Gap {
                below: None,
                down_to,
            }),
            ..self
        }
    }

    /// Whether there is something to be read that is not new.
    pub fn is_behind(&self) -> bool {
        self.gap.is_some() || !self.history.is_done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn reached(second: i64) -> Reached {
        Reached {
            message: 5,
            at: at(second),
        }
    }

    #[test]
    fn the_history_is_read_when_what_is_wanted_or_the_first_message_is_reached() {
        let history = History::wanted(Some(at(10)));
        assert!(!history.is_done());
        let at_it = History {
            reached: Some(reached(10)),
            ..history
        };
        assert!(!at_it.is_done());
        let behind = History {
            reached: Some(reached(9)),
            ..history
        };
        assert!(behind.is_done());
        assert_eq!(behind.widened(Some(at(11))), behind);
        assert_eq!(behind.widened(None), History::wanted(None));
        let whole = History {
            is_whole: true,
            ..at_it
        };
        assert!(whole.is_done());
    }

    #[test]
    fn whoever_wants_the_most_decides_how_far_it_is_read() {
        let history = History::wanted(Some(at(10)));
        assert_eq!(history.widened(Some(at(20))).from, Some(at(10)));
        assert_eq!(history.widened(Some(at(5))).from, Some(at(5)));
        assert_eq!(history.widened(None).from, None);
        assert_eq!(History::wanted(None).widened(Some(at(5))).from, None);
    }

    #[test]
    fn what_is_missed_twice_is_read_back_to_where_the_first_began() {
        let mut progress = ReadingProgress::new(None);
        progress.history.is_whole = true;
        assert!(!progress.is_behind());
        let once = progress.missing(Some(50));
        let gap = |below, down_to| Some(Gap { below, down_to });
        assert_eq!(once.gap, gap(None, 50));
        let begun = ReadingProgress {
            gap: gap(Some(80), 50),
            ..once
        };
        assert_eq!(begun.missing(Some(90)).gap, gap(None, 50));
        assert!(begun.is_behind());
        // Of a channel of which nothing is known, all is missing.
        assert_eq!(progress.missing(None), ReadingProgress::new(None));
    }
}
