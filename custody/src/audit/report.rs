//! What a verification found.

use std::fmt;

use sesame_domain::audit::StrandNo;
use sesame_domain::ids::TenantId;
use sesame_domain::time::Timestamp;

/// What a verification of a tenant's audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose audit.
    pub tenant: TenantId,
    /// How many entries are as they were written.
    pub entries: u64,
    /// How many entries were written before there was a chain: they can be
    /// read, and no one can tell whether they are as they were written.
    pub before_chain: u64,
    /// How many entries were removed by retention.
    pub pruned: u64,
    /// How many checkpoints are authentic.
    pub checkpoints: u64,
    /// The newest of them.
    pub newest: Option<Newest>,
    /// How many entries came after it. If the end of the audit was cut off so
    /// that no trace was left, then only of such entries.
    pub since: u64,
    /// The first bad row of each strand and of the checkpoints, if any.
    pub bad: Vec<BadRow>,
}

/// The newest checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Its number.
    pub number: i64,
    /// When it was made.
    pub at: Timestamp,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.bad.is_empty()
    }

    /// The first bad row.
    pub fn first(&self) -> Option<&BadRow> {
        self.bad.first()
    }
}

/// A row that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// In whose audit.
    pub tenant: TenantId,
    /// Which row.
    pub place: Place,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An entry.
    Entry {
        /// Its strand.
        strand: StrandNo,
        /// Its number in the strand.
        seq: i64,
    },
    /// A checkpoint.
    Checkpoint {
        /// Its number.
        number: i64,
    },
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not what was written here. The last row of a strand may also have
    /// been put there together with the note of where the strand ends.
    Changed,
    /// It is gone.
    Removed,
    /// Nothing was written here: someone put it in.
    Inserted,
    /// What was written here is at another place now.
    Reordered,
    /// It is no entry, or no checkpoint, any more.
    Unreadable,
    /// The strand is said to begin after this entry, and no retention is known
    /// to have removed what was before.
    Base,
    /// The strand is said to end at this entry, with another link.
    Head,
    /// It was written by Sesame, but after what was here before, and was seen
    /// by a checkpoint, had been removed.
    Replaced,
    /// It says less than the checkpoint before.
    Contradicts,
    /// A checkpoint that was held elsewhere is not of this audit.
    Foreign,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tenant {}, {}: {}", self.tenant, self.place, self.fault)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry { strand, seq } => write!(f, "strand {}, entry {seq}", strand.0),
            Self::Checkpoint { number } => write!(f, "checkpoint {number}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "was changed",
            Self::Removed => "was removed",
            Self::Inserted => "was inserted",
            Self::Reordered => "was put in another's place",
            Self::Unreadable => "cannot be read any more",
            Self::Base => "is said to be the last that retention removed, and is not",
            Self::Head => "is said to be the last one with another link than it has",
            Self::Replaced => "took the place of one that was removed",
            Self::Contradicts => "says less than the one before it",
            Self::Foreign => "is held elsewhere, and is not of this audit",
        })
    }
}
