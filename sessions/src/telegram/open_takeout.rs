//! What is known of an export of Telegram's that is read in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sesame_domain::reading::TakeoutId;
use sesame_domain::session::peer::PeerId;
use tokio::sync::OnceCell;

/// The first and the last number of a range of messages.
pub(super) type Range = (i32, i32);

/// An export of Telegram's that is read in, and what is known of its ranges.
pub(super) struct OpenTakeout {
    pub(super) id: i64,
    /// The ranges into which messages of private chats and groups are split.
    pub(super) ranges: OnceCell<Vec<Range>>,
    /// How many messages a dialog has in each of them, as far as that was asked.
    counts: Mutex<HashMap<PeerId, Vec<u32>>>,
}

impl OpenTakeout {
    pub(super) fn of(id: TakeoutId) -> Self {
        Self {
            id: id.0,
            ranges: OnceCell::new(),
            counts: Mutex::default(),
        }
    }

    /// How many messages a dialog has in each range; `None`: that was not asked.
    pub(super) fn counts(&self, dialog: PeerId) -> Option<Vec<u32>> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&dialog).cloned()
    }

    /// Remembers how many there are.
    pub(super) fn note_counts(&self, dialog: PeerId, counts: Vec<u32>) {
        let mut all = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(dialog, counts);
    }
}
