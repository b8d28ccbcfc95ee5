//! What happened at the place where a strand does not fit together.

use sesame_domain::audit::{ChainedEntry, Link};
use sesame_domain::ports::StoreError;

use super::Fault;
use super::chain::Chain;
use super::rows::Row;

/// By how many numbers rows are supposed to have moved up at most.
const FARTHEST: i64 = 1_000;

/// Where a strand does not fit together.
pub(super) struct Break<'a> {
    /// The number of the entry that should come next.
    pub(super) seq: i64,
    /// The link before it.
    pub(super) before: Link,
    /// The row that is there instead.
    pub(super) row: &'a ChainedEntry,
}

/// Says what happened there. Looks at the rest of the strand, once.
pub(super) async fn diagnose(chain: &Chain<'_>, broken: &Break<'_>) -> Result<Fault, StoreError> {
    let mut clues = Clues::default();
    let mut rows = chain.rows_after(broken.seq - 1);
    while let Row::Entry(entry) = rows.next().await? {
        clues.look_at(chain, broken, &entry);
    }
    Ok(clues.conclude(chain, broken))
}

/// What the rest of a strand tells of a row that does not fit.
#[derive(Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a clue of its own, and any of them may come together"
)]
struct Clues {
    /// What belongs here is further on, its link with it.
    moved: bool,
    /// What belongs here is further on, and its link is still here.
    swapped: bool,
    /// The row is further on once more.
    is_copy: bool,
    /// The row belongs further on.
    belongs_later: bool,
    /// The rows moved up, because some are gone.
    closed_up: bool,
    /// Another row follows.
    has_next: bool,
    /// The link of the row that was looked at before.
    before: Option<Link>,
}

impl Clues {
    fn look_at(&mut self, chain: &Chain<'_>, broken: &Break<'_>, entry: &ChainedEntry) {
        let row = broken.row;
        let is_the_row = entry == row;
        let here = chain.link_at(broken.before, broken.seq, entry);
        let belongs_here = here == entry.link;
        self.moved |= belongs_here;
        let before = self.before.replace(entry.link);
        if is_the_row {
            return;
        }
        // One that says the same and is where it belongs proves nothing.
        let is_at_home = before.is_some_and(|b| chain.link_at(b, entry.seq, entry) == entry.link);
        self.swapped |= here == row.link && !belongs_here && !is_at_home;
        self.is_copy |= entry.link == row.link;
        self.belongs_later |= (belongs_here && Self::fits(chain, entry, broken.seq + 1, row))
            || Self::fits(chain, entry, entry.seq, row)
            || Self::fits(chain, entry, entry.seq + 1, row);
        if !self.has_next {
            self.has_next = true;
            self.closed_up = (1..=FARTHEST).any(|by| Self::fits(chain, row, entry.seq + by, entry));
        }
    }

    /// Whether a row follows another one at a place, wherever it is now.
    fn fits(chain: &Chain<'_>, before: &ChainedEntry, seq: i64, row: &ChainedEntry) -> bool {
        chain.link_at(before.link, seq, row) == row.link
    }

    fn conclude(&self, chain: &Chain<'_>, broken: &Break<'_>) -> Fault {
        let head = chain.head;
        let is_gap = broken.row.seq > broken.seq;
        if self.swapped {
            return Fault::Reordered;
        }
        if self.moved {
            let is_known = self.belongs_later && !self.is_copy;
            return if is_gap || is_known {
                Fault::Reordered
            } else {
                Fault::Inserted
            };
        }
        if is_gap {
            return Fault::Removed;
        }
        if broken.seq > head.seq || broken.row.seq < broken.seq {
            return Fault::Inserted;
        }
        let was_last = !self.has_next && head.seq > broken.seq && head.link == broken.row.link;
        if self.closed_up || was_last {
            return Fault::Removed;
        }
        Fault::Changed
    }
}
