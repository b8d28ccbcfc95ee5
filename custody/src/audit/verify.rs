//! Verifying the audit of a tenant.

use std::collections::BTreeSet;

use sesame_domain::audit::{Checkpoint, Link, STRANDS, Strand, StrandHead, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{AuditTrail, StoreError, TokenKeys};

use super::chain::Chain;
use super::evidence::{self, Evidence};
use super::strand::{Walk, Walked};
use super::{BadRow, Fault, Place, Report};

/// How often to begin anew because retention removed entries meanwhile.
const ATTEMPTS: u32 = 3;

/// Verifies the audit of a tenant, from its base on, while it is written to.
/// `held` are checkpoints of the tenant that are kept elsewhere, for example in
/// the newest backup; none is fine.
///
/// # Errors
/// When the audit cannot be read. A row that cannot be read is no error, it is
/// in the report.
pub async fn verify(
    trail: &dyn AuditTrail,
    keys: &dyn TokenKeys,
    tenant: &TenantId,
    held: &[Checkpoint],
) -> Result<Report, StoreError> {
    let mut attempts = 1;
    loop {
        // In this order: what a checkpoint has seen, the heads are beyond, and
        // what the heads have seen, the entries are.
        let evidence = evidence::gather(trail, keys, tenant, held).await?;
        let strands = every_strand(trail, tenant, &evidence).await?;
        let report = verify_strands(trail, keys, tenant, &evidence, &strands).await?;
        if report.is_whole() || attempts == ATTEMPTS {
            return Ok(report);
        }
        let bases = |strands: &[Strand]| strands.iter().map(|s| s.base).collect::<Vec<_>>();
        if bases(&every_strand(trail, tenant, &evidence).await?) == bases(&strands) {
            return Ok(report);
        }
        attempts += 1;
    }
}

async fn verify_strands(
    trail: &dyn AuditTrail,
    keys: &dyn TokenKeys,
    tenant: &TenantId,
    evidence: &Evidence,
    strands: &[Strand],
) -> Result<Report, StoreError> {
    let mut report = Report {
        tenant: tenant.clone(),
        entries: 0,
        before_chain: 0,
        pruned: 0,
        checkpoints: evidence.checkpoints,
        newest: evidence.newest,
        since: 0,
        bad: Vec::new(),
    };
    let mut pruned_through = None;
    let mut lasts = Vec::with_capacity(strands.len());
    for &strand in strands {
        let walk = Walk {
            chain: Chain {
                trail,
                keys,
                tenant,
                head: strand.head,
            },
            base: strand.base,
            evidence,
        };
        let walked = walk.walk().await?;
        pruned_through = pruned_through.max(walked.pruned_through);
        lasts.push(walked.last);
        report.add(strand, walked);
    }
    report.bad.extend(evidence.bad.clone());
    if report.is_whole() {
        let unproven = |strand: &&Strand| !is_proven(strand.base, evidence, pruned_through);
        let bad = strands.iter().find(unproven).map(|strand| strand.base);
        report
            .bad
            .extend(bad.map(|base| bad_row(tenant, base, Fault::Base)));
        let behind = behind(trail, tenant, evidence, &lasts).await?;
        report
            .bad
            .extend(behind.map(|head| bad_row(tenant, head, Fault::Head)));
    }
    Ok(report)
}

/// A head that is behind the last entry of its strand, even now that all of
/// them were read.
async fn behind(
    trail: &dyn AuditTrail,
    tenant: &TenantId,
    evidence: &Evidence,
    lasts: &[i64],
) -> Result<Option<StrandHead>, StoreError> {
    let strands = every_strand(trail, tenant, evidence).await?;
    let mut heads = strands.iter().map(|strand| strand.head).zip(lasts);
    Ok(heads
        .find(|(head, last)| head.seq < **last)
        .map(|(head, _)| head))
}

fn bad_row(tenant: &TenantId, at: StrandHead, fault: Fault) -> BadRow {
    BadRow {
        tenant: tenant.clone(),
        place: Place::Entry {
            strand: at.strand,
            seq: at.seq,
        },
        fault,
    }
}

impl Report {
    fn add(&mut self, strand: Strand, walked: Walked) {
        let removed = u64::try_from(strand.base.seq).unwrap_or(0);
        if strand.base.link == Link::FIRST {
            self.before_chain += removed;
        } else {
            self.pruned += removed;
        }
        self.entries += walked.entries;
        self.since += walked.since;
        self.bad.extend(walked.bad);
    }
}

/// Whether an entry of the audit says that retention removed what was up to
/// here. Without one, anyone could have.
fn is_proven(base: StrandHead, evidence: &Evidence, pruned_through: Option<i64>) -> bool {
    base.link == Link::FIRST
        || evidence
            .number_of(base)
            .is_some_and(|number| Some(number) <= pruned_through)
}

/// Every strand there can be, and such as a newer program has beside those; one
/// that is not in the database is empty.
async fn every_strand(
    trail: &dyn AuditTrail,
    tenant: &TenantId,
    evidence: &Evidence,
) -> Result<Vec<Strand>, StoreError> {
    let found = trail.strands(tenant).await?;
    let mut numbers: BTreeSet<u16> = (0..STRANDS).collect();
    numbers.extend(found.iter().map(|strand| strand.head.strand.0));
    numbers.extend(evidence.strands().map(|strand| strand.0));
    let strand = |number| {
        let strand = StrandNo(number);
        let found = found.iter().find(|found| found.head.strand == strand);
        let nothing = StrandHead {
            strand,
            seq: 0,
            link: Link::FIRST,
        };
        found.copied().unwrap_or(Strand {
            head: nothing,
            base: nothing,
        })
    };
    Ok(numbers.into_iter().map(strand).collect())
}
