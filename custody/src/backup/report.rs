//! What a restore did, or would do.

use sesame_domain::ids::{AccountId, SessionId};
use sesame_domain::ports::{LinkedRecord, Restored};
use sesame_domain::time::Timestamp;

use super::{BackupId, Damage};

/// How many records are named for each thing that can happen to one: all of
/// them when there are few.
const SAMPLES: u64 = 20;

/// A record, to show what happens to such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What happens to it.
    pub what: Restored,
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
}

/// What happens to how many records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreCounts {
    /// They are added.
    pub added: u64,
    /// They are there already.
    pub present: u64,
    /// Their owner has another session by now.
    pub replaced: u64,
    /// They were unlinked or erased since.
    pub ended: u64,
    /// The first twenty of each.
    pub samples: Vec<Sample>,
}

impl RestoreCounts {
    /// How many records that is.
    pub fn total(&self) -> u64 {
        self.added + self.present + self.replaced + self.ended
    }

    pub(super) fn count(&mut self, what: Restored, account: AccountId, session: SessionId) {
        let count = match what {
            Restored::Added => &mut self.added,
            Restored::Present => &mut self.present,
            Restored::Replaced => &mut self.replaced,
            Restored::Ended => &mut self.ended,
        };
        *count += 1;
        if *count <= SAMPLES {
            self.samples.push(Sample {
                what,
                account,
                session,
            });
        }
    }

    pub(super) fn count_all(&mut self, records: &[LinkedRecord], what: &[Restored]) {
        for (record, &what) in records.iter().zip(what) {
            self.count(what, record.account.id, record.account.session);
        }
    }
}

/// What a restore did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreReport {
    /// The backup.
    pub id: BackupId,
    /// When it was begun.
    pub made_at: Timestamp,
    /// How many records it has.
    pub records: u64,
    /// What became of them.
    pub counts: RestoreCounts,
    /// How many erased sessions the backups remember.
    pub tombstones: u64,
    /// Packs that cannot be used; their records are in no count.
    pub damaged: Vec<Damage>,
    /// Backups newer than any that can be read: what was erased since is not
    /// known, and [`Restore::run`](super::Restore::run) refuses unless it is told otherwise.
    pub unreadable: Vec<String>,
}
