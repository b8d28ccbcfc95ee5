//! What happened in a channel, by number.

use serde::{Deserialize, Serialize};

/// Something that happened in a channel or supergroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A message was added.
    Added(i32),
    /// A message was edited.
    Edited(i32),
    /// Messages were deleted.
    Deleted(Vec<i32>),
}

impl Change {
    /// How many numbers it takes.
    pub fn count(&self) -> i32 {
        match self {
            Self::Added(_) | Self::Edited(_) => 1,
            Self::Deleted(ids) => i32::try_from(ids.len()).unwrap_or(i32::MAX),
        }
    }
}

/// A change with the number of its (last) event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// The number.
    pub pts: i32,
    /// What happened.
    pub change: Change,
}

/// What happened in a channel, as far back as it is remembered.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    changes: Vec<Numbered>,
    /// Up to which number it is forgotten.
    forgotten: i32,
}

impl Log {
    /// What was remembered before a restart.
    pub(super) fn kept(changes: Vec<Numbered>, forgotten: i32) -> Self {
        Self { changes, forgotten }
    }

    /// All that is remembered, and up to which number the rest is forgotten.
    pub(super) fn parts(&self) -> (Vec<Numbered>, i32) {
        (self.changes.clone(), self.forgotten)
    }

    pub(super) fn note(&mut self, pts: i32, change: Change) {
        self.changes.push(Numbered { pts, change });
    }

    /// What came after this number; `None`: too much, or it is forgotten.
    pub(super) fn since(&self, pts: i32) -> Option<Vec<Numbered>> {
        if pts < self.forgotten {
            return None;
        }
        let first = self.changes.partition_point(|it| it.pts <= pts);
        Some(self.changes[first..].to_vec())
    }

    /// Forgets everything up to this number.
    pub(super) fn forget(&mut self, pts: i32) {
        self.changes.retain(|it| it.pts > pts);
        self.forgotten = pts;
    }
}
