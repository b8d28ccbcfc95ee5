//! Making the next checkpoint.

use chrono::SubsecRound;
use sesame_domain::audit::{Checkpoint, StrandHead, checkpoint_mac};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{AuditTrail, TokenKeys};
use sesame_domain::time::Clock;

use super::authentic::is_authentic;
use super::{AuditError, BadRow, Fault, Place};

/// Makes the next checkpoint of a tenant; `None`: nothing was added since the
/// last one, or another node was faster.
///
/// # Errors
/// [`AuditError::Broken`] when the last checkpoint is not authentic, or has
/// seen more than there is now: the next one must not build on that.
pub async fn checkpoint(
    trail: &dyn AuditTrail,
    keys: &dyn TokenKeys,
    clock: &dyn Clock,
    tenant: &TenantId,
) -> Result<Option<Checkpoint>, AuditError> {
    let last = trail.last_checkpoint(tenant).await?;
    let strands = trail.strands(tenant).await?;
    let heads = strands.into_iter().map(|strand| strand.head);
    let heads: Vec<_> = heads.filter(|head| head.seq > 0).collect();
    if let Some(last) = &last {
        goes_on(keys, tenant, last, &heads).map_err(AuditError::Broken)?;
    }
    let (number, previous) = last.as_ref().map_or((0, [0; 32]), |c| (c.number, c.mac));
    if last.map_or(heads.is_empty(), |last| last.heads == heads) {
        return Ok(None);
    }
    let mut next = Checkpoint {
        tenant: tenant.clone(),
        number: number + 1,
        at: clock.now().trunc_subsecs(6),
        heads,
        previous,
        mac: [0; 32],
    };
    next.mac = checkpoint_mac(keys, &next);
    let added = trail.add_checkpoint(&next).await?;
    Ok(added.then_some(next))
}

/// Whether the strands go on from where the last checkpoint has seen them.
fn goes_on(
    keys: &dyn TokenKeys,
    tenant: &TenantId,
    last: &Checkpoint,
    heads: &[StrandHead],
) -> Result<(), BadRow> {
    let bad = |place, fault| BadRow {
        tenant: tenant.clone(),
        place,
        fault,
    };
    let number = last.number;
    if !is_authentic(keys, tenant, last) {
        return Err(bad(Place::Checkpoint { number }, Fault::Changed));
    }
    for seen in &last.heads {
        let strand = seen.strand;
        let now = heads.iter().find(|head| head.strand == strand);
        let seq = now.map_or(0, |now| now.seq);
        if seq < seen.seq {
            let place = Place::Entry {
                strand,
                seq: seq + 1,
            };
            return Err(bad(place, Fault::Removed));
        }
        if seq == seen.seq && now.is_some_and(|now| now.link != seen.link) {
            return Err(bad(Place::Entry { strand, seq }, Fault::Head));
        }
    }
    Ok(())
}
