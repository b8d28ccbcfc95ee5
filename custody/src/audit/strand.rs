//! Verifying one strand.

use sesame_domain::audit::{Action, ChainedEntry, Link, StrandHead};
use sesame_domain::ports::StoreError;

use super::chain::Chain;
use super::diagnosis::{Break, diagnose};
use super::evidence::Evidence;
use super::pruning_reason::pruned_through;
use super::rows::Row;
use super::{BadRow, Fault, Place};

/// What was found on a strand.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// How many entries are as they were written.
    pub(super) entries: u64,
    /// How many of them came after the newest checkpoint.
    pub(super) since: u64,
    /// The newest checkpoint up to which retention says that it removed entries.
    pub(super) pruned_through: Option<i64>,
    /// The number of the last entry that is as it was written.
    pub(super) last: i64,
    /// The first bad row.
    pub(super) bad: Option<BadRow>,
}

/// One strand of a tenant, and what is known of it.
pub(super) struct Walk<'a> {
    pub(super) chain: Chain<'a>,
    /// Up to here the entries are gone.
    pub(super) base: StrandHead,
    pub(super) evidence: &'a Evidence,
}

impl Walk<'_> {
    /// Verifies every entry from the base on.
    pub(super) async fn walk(&self) -> Result<Walked, StoreError> {
        let mut walked = Walked::default();
        let base = self.base;
        if !self.evidence.allows_base(base) {
            walked.bad = Some(self.bad(base.seq, Fault::Base));
            return Ok(walked);
        }
        let (mut seq, mut before) = (base.seq, base.link);
        let mut rows = self.chain.rows_after(seq);
        loop {
            let expected = seq + 1;
            let entry = match rows.next().await? {
                Row::Entry(entry) => entry,
                Row::Unreadable => {
                    walked.bad = Some(self.bad(expected, Fault::Unreadable));
                    return Ok(walked);
                }
                Row::End => break,
            };
            if entry.seq != expected || !self.chain.follows(before, &entry) {
                let broken = Break {
                    seq: expected,
                    before,
                    row: &entry,
                };
                walked.bad = Some(self.bad(expected, diagnose(&self.chain, &broken).await?));
                return Ok(walked);
            }
            if let Some(fault) = self.contradiction(&entry) {
                walked.bad = Some(self.bad(expected, fault));
                return Ok(walked);
            }
            self.count(&mut walked, &entry);
            (seq, before) = (expected, entry.link);
            walked.last = seq;
        }
        walked.bad = self.at_the_end(seq);
        Ok(walked)
    }

    /// What speaks against an entry that Sesame wrote at its place.
    fn contradiction(&self, entry: &ChainedEntry) -> Option<Fault> {
        let head = self.chain.head;
        let strand = head.strand;
        let marks = self.evidence.marks(strand);
        let is_other = |seq: i64, link: Link| seq == entry.seq && link != entry.link;
        if marks
            .iter()
            .any(|mark| is_other(mark.head.seq, mark.head.link))
        {
            return Some(Fault::Replaced);
        }
        is_other(head.seq, head.link).then_some(Fault::Head)
    }

    /// What is missing after the last entry.
    fn at_the_end(&self, last: i64) -> Option<BadRow> {
        let head = self.chain.head;
        let marks = self.evidence.marks(head.strand).iter();
        let seen = marks.map(|mark| mark.head.seq).max().unwrap_or(0);
        if last < head.seq.max(seen) {
            return Some(self.bad(last + 1, Fault::Removed));
        }
        // The next entry would be written over one that is there.
        let base = self.base;
        let is_off =
            head.seq < base.seq.max(seen) || (head.seq == base.seq && head.link != base.link);
        is_off.then(|| self.bad(head.seq, Fault::Head))
    }

    fn count(&self, walked: &mut Walked, entry: &ChainedEntry) {
        walked.entries += 1;
        if entry.seq > self.evidence.newest_seq(entry.strand) {
            walked.since += 1;
        }
        if entry.entry.action == Action::AuditPruned {
            let through = pruned_through(&entry.entry);
            walked.pruned_through = walked.pruned_through.max(through);
        }
    }

    fn bad(&self, seq: i64, fault: Fault) -> BadRow {
        BadRow {
            tenant: self.chain.tenant.clone(),
            place: Place::Entry {
                strand: self.chain.head.strand,
                seq,
            },
            fault,
        }
    }
}
