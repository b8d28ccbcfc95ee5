//! What the checkpoints prove.

use std::collections::HashMap;

use sesame_domain::audit::{Checkpoint, Link, StrandHead, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{AuditTrail, StoreError, TokenKeys};

use super::authentic::is_authentic;
use super::{BadRow, Fault, Newest, Place};

/// How many checkpoints are read at once.
const BATCH: u32 = 200;

/// Where the entries are that were written before there was a chain.
const BEFORE_CHAIN: StrandNo = StrandNo(0);

/// A place in a strand that an authentic checkpoint has seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The first checkpoint that has.
    pub(super) number: i64,
    /// The place.
    pub(super) head: StrandHead,
}

/// What the authentic checkpoints of a tenant prove.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// How many there are in the database.
    pub(super) checkpoints: u64,
    /// The newest of them.
    pub(super) newest: Option<Newest>,
    /// The first that is not as it was written.
    pub(super) bad: Option<BadRow>,
    /// For each strand, in the order of the numbers.
    marks: HashMap<StrandNo, Vec<Mark>>,
    newest_heads: Vec<StrandHead>,
}

/// Reads the checkpoints of a tenant, and compares them with those that are
/// held elsewhere.
pub(super) async fn gather(
    trail: &dyn AuditTrail,
    keys: &dyn TokenKeys,
    tenant: &TenantId,
    held: &[Checkpoint],
) -> Result<Evidence, StoreError> {
    let mut gathering = Gathering {
        keys,
        tenant,
        evidence: Evidence::default(),
        last: (0, [0; 32]),
        held: HashMap::new(),
    };
    for checkpoint in held {
        gathering.hold(checkpoint);
    }
    let mut limit = BATCH;
    loop {
        match trail.checkpoints(tenant, gathering.last.0, limit).await {
            Ok(batch) if batch.is_empty() => break,
            Ok(batch) => batch.iter().for_each(|next| gathering.take(next)),
            Err(StoreError::Inconsistent(_)) if limit > 1 => limit = 1,
            Err(StoreError::Inconsistent(_)) => {
                gathering.is_bad(gathering.last.0 + 1, Fault::Unreadable);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    gathering.miss_held();
    Ok(gathering.evidence)
}

impl Evidence {
    /// The places in a strand that checkpoints have seen, by number.
    pub(super) fn marks(&self, strand: StrandNo) -> &[Mark] {
        self.marks.get(&strand).map_or(&[], Vec::as_slice)
    }

    /// The strands that checkpoints have seen.
    pub(super) fn strands(&self) -> impl Iterator<Item = StrandNo> {
        self.marks.keys().copied()
    }

    /// Where a strand ended at the newest checkpoint.
    pub(super) fn newest_seq(&self, strand: StrandNo) -> i64 {
        let head = self.newest_heads.iter().find(|head| head.strand == strand);
        head.map_or(0, |head| head.seq)
    }

    /// Whether a strand may begin there: at nothing; at what was written
    /// before there was a chain; or where a checkpoint has seen it.
    pub(super) fn allows_base(&self, base: StrandHead) -> bool {
        let marks = self.marks(base.strand);
        if base.link == Link::FIRST {
            if base.seq > 0 && base.strand != BEFORE_CHAIN {
                return false;
            }
            // Up to here, nothing was ever linked.
            let is_linked = |mark: &Mark| mark.head.link != Link::FIRST;
            return !marks
                .iter()
                .any(|mark| is_linked(mark) && mark.head.seq <= base.seq);
        }
        marks.iter().any(|mark| mark.head == base)
    }

    /// The number of the first checkpoint that has seen this.
    pub(super) fn number_of(&self, head: StrandHead) -> Option<i64> {
        let marks = self.marks(head.strand).iter();
        marks
            .filter(|mark| mark.head == head)
            .map(|mark| mark.number)
            .min()
    }

    fn mark(&mut self, checkpoint: &Checkpoint) {
        for head in &checkpoint.heads {
            let marks = self.marks.entry(head.strand).or_default();
            if marks.last().is_none_or(|last| last.head != *head) {
                marks.push(Mark {
                    number: checkpoint.number,
                    head: *head,
                });
            }
        }
    }
}

struct Gathering<'a> {
    keys: &'a dyn TokenKeys,
    tenant: &'a TenantId,
    evidence: Evidence,
    /// The number and code of the checkpoint before.
    last: (i64, [u8; 32]),
    /// The codes of the checkpoints that are held elsewhere and were not met yet.
    held: HashMap<i64, [u8; 32]>,
}

impl Gathering<'_> {
    fn take(&mut self, next: &Checkpoint) {
        let (number, code) = self.last;
        if next.number != number + 1 {
            self.is_bad(number + 1, Fault::Removed);
        }
        let is_next = next.number == number + 1;
        let held = self.held.remove(&next.number);
        if !is_authentic(self.keys, self.tenant, next)
            || (is_next && next.previous != code)
            || held.is_some_and(|held| held != next.mac)
        {
            self.is_bad(next.number, Fault::Changed);
        } else {
            if self.says_less(next) {
                self.is_bad(next.number, Fault::Contradicts);
            }
            self.evidence.mark(next);
            self.evidence.checkpoints += 1;
            self.evidence.newest = Some(Newest {
                number: next.number,
                at: next.at,
            });
            self.evidence.newest_heads.clone_from(&next.heads);
        }
        self.last = (next.number, next.mac);
    }

    fn says_less(&self, next: &Checkpoint) -> bool {
        self.evidence.newest_heads.iter().any(|before| {
            let now = next.heads.iter().find(|now| now.strand == before.strand);
            now.is_none_or(|now| {
                now.seq < before.seq || (now.seq == before.seq && now.link != before.link)
            })
        })
    }

    fn hold(&mut self, checkpoint: &Checkpoint) {
        if is_authentic(self.keys, self.tenant, checkpoint) {
            self.held.insert(checkpoint.number, checkpoint.mac);
            self.evidence.mark(checkpoint);
        } else {
            self.is_bad(checkpoint.number, Fault::Foreign);
        }
    }

    /// Those that are held elsewhere must be here as well.
    fn miss_held(&mut self) {
        if let Some(number) = self.held.keys().min().copied() {
            self.is_bad(number, Fault::Removed);
        }
    }

    fn is_bad(&mut self, number: i64, fault: Fault) {
        let tenant = self.tenant;
        self.evidence.bad.get_or_insert_with(|| BadRow {
            tenant: tenant.clone(),
            place: Place::Checkpoint { number },
            fault,
        });
    }
}
