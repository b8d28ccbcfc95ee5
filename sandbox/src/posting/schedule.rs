//! The list that a channel posts from, and how far it is.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::turn::Turn;

/// The list that a channel posts from, and how far it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Schedule {
    /// How long a turn is after the one before.
    every_ms: u64,
    /// Whether turns come by themselves.
    pub(crate) on: bool,
    /// The list; never empty.
    #[serde(with = "shared")]
    pub(crate) turns: Arc<Vec<Turn>>,
    /// How many turns there were.
    pub(crate) taken: u64,
}

impl Schedule {
    /// A list that begins with its first turn.
    pub(crate) fn new(every: Duration, on: bool, turns: Vec<Turn>) -> Self {
        let mut schedule = Self {
            every_ms: 0,
            on,
            turns: Arc::new(turns),
            taken: 0,
        };
        schedule.set_every(every);
        schedule
    }

    /// How long a turn is after the one before.
    pub(crate) fn every(&self) -> Duration {
        Duration::from_millis(self.every_ms)
    }

    pub(crate) fn set_every(&mut self, every: Duration) {
        self.every_ms = u64::try_from(every.as_millis()).unwrap_or(u64::MAX).max(1);
    }

    /// Takes the next turn: which of the list, and how often that was gone through
    /// before. `None`: the list is empty.
    pub(super) fn take_next(&mut self) -> Option<(Turn, u64)> {
        let count = u64::try_from(self.turns.len()).unwrap_or(u64::MAX);
        let place = self.taken.checked_rem(count)?;
        let turn = self.turns.get(usize::try_from(place).ok()?)?.clone();
        let round = self.taken / count;
        self.taken += 1;
        Some((turn, round))
    }
}

/// A list that is shared, written as the list that it is.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::super::turn::Turn;

    pub(super) fn serialize<S: Serializer>(
        turns: &Arc<Vec<Turn>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        turns.as_slice().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Arc<Vec<Turn>>, D::Error> {
        Vec::deserialize(from).map(Arc::new)
    }
}
