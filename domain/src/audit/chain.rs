//! How entries are chained, so that a row that is changed, removed, reordered
//! or inserted is found.
//!
//! A tenant's chain is made of [`STRANDS`] strands. A writer adds to any strand
//! that no one else writes to at the moment, so that writers do not wait for
//! each other. Every entry carries a link: a message authentication code over
//! the link before it, its place and its content. Whoever lacks the key cannot
//! make one, not even with full access to the database. A checkpoint now and
//! then ties the strands together: it authenticates how far each had come.

use crate::ids::TenantId;
use crate::ports::TokenKeys;
use crate::time::Timestamp;

use super::AuditEntry;

/// How many strands a tenant's chain has.
pub const STRANDS: u16 = 16;

/// The purpose of the key for links ([`TokenKeys::mac`]); never changed.
const LINK: &str = "audit link";
/// The purpose of the key for checkpoints; never changed.
const CHECKPOINT: &str = "audit checkpoint";

/// The number of a strand, below [`STRANDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StrandNo(pub u16);

/// The authentication code of an entry; the first entry of a strand follows
/// [`Link::FIRST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(pub [u8; 32]);

impl Link {
    /// What the first entry of a strand follows.
    pub const FIRST: Self = Self([0; 32]);
}

/// A place in a strand: the entry with this number, and its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrandHead {
    /// The strand.
    pub strand: StrandNo,
    /// The number of its last entry; 0: it has none.
    pub seq: i64,
    /// The link of its last entry.
    pub link: Link,
}

/// A strand as the database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strand {
    /// Where it ends.
    pub head: StrandHead,
    /// From where on it can be verified: the entries up to this one were
    /// removed by retention, or were written before there was a chain.
    pub base: StrandHead,
}

/// An entry at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainedEntry {
    /// Its strand.
    pub strand: StrandNo,
    /// Its number in the strand, from 1, without gaps.
    pub seq: i64,
    /// What it says.
    pub entry: AuditEntry,
    /// Its link.
    pub link: Link,
}

/// How far each strand of a tenant had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose chain.
    pub tenant: TenantId,
    /// Its number, from 1, without gaps.
    pub number: i64,
    /// When it was made.
    pub at: Timestamp,
    /// The strands that have entries, by number.
    pub heads: Vec<StrandHead>,
    /// The code of the checkpoint before; zeros for the first.
    pub previous: [u8; 32],
    /// Its own code ([`checkpoint_mac`]).
    pub mac: [u8; 32],
}

/// The link of an entry at a place. The entry must be as the database gives it
/// back: its moment in whole microseconds.
///
/// It is over the texts of the entry, never over what they mean to a program:
/// what a newer one wrote is linked and verified by this one as well.
pub fn link(
    keys: &dyn TokenKeys,
    previous: Link,
    strand: StrandNo,
    seq: i64,
    entry: &AuditEntry,
) -> Link {
    let mut text = Text::default();
    text.field(&previous.0);
    text.field(entry.owner.tenant.as_str().as_bytes());
    text.field(&strand.0.to_be_bytes());
    text.field(&seq.to_be_bytes());
    text.field(&entry.at.timestamp_micros().to_be_bytes());
    text.field(&entry.owner.person.0.to_be_bytes());
    text.field(entry.subject.as_bytes());
    text.field(entry.actor.kind().as_bytes());
    text.field(entry.actor.name().unwrap_or_default().as_bytes());
    text.field(entry.action.as_str().as_bytes());
    text.field(entry.reason.to_string().as_bytes());
    text.field(entry.origin.as_bytes());
    text.field(entry.outcome.as_str().as_bytes());
    Link(keys.mac(LINK, &text.0))
}

/// The code of a checkpoint, whatever its `mac` says.
pub fn checkpoint_mac(keys: &dyn TokenKeys, checkpoint: &Checkpoint) -> [u8; 32] {
    let mut text = Text::default();
    text.field(&checkpoint.previous);
    text.field(checkpoint.tenant.as_str().as_bytes());
    text.field(&checkpoint.number.to_be_bytes());
    text.field(&checkpoint.at.timestamp_micros().to_be_bytes());
    for head in &checkpoint.heads {
        text.field(&head.strand.0.to_be_bytes());
        text.field(&head.seq.to_be_bytes());
        text.field(&head.link.0);
    }
    keys.mac(CHECKPOINT, &text.0)
}

/// Fields with their lengths in front, so that no two lists of fields give
/// the same bytes.
#[derive(Default)]
struct Text(Vec<u8>);

impl Text {
    fn field(&mut self, value: &[u8]) {
        let len = u64::try_from(value.len()).unwrap_or(u64::MAX);
        self.0.extend_from_slice(&len.to_be_bytes());
        self.0.extend_from_slice(value);
    }
}
