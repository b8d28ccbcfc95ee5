//! Removing what is older than it has to be kept.

use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason, Checkpoint};
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::ports::{AuditTrail, StoreError, TokenKeys};
use sesame_domain::time::{Clock, Timestamp, lies_ahead};
use uuid::Uuid;

use super::AuditError;
use super::verify::verify;

/// How many checkpoints are read at once.
const BATCH: u32 = 200;

/// What to remove, and who does it.
#[derive(Clone, Debug)]
pub struct Pruning {
    /// How long an entry is kept at least.
    pub keep: Duration,
    /// Who removes the rest.
    pub actor: Actor,
    /// From where.
    pub origin: String,
}

/// What was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// The number of the checkpoint that is the base now.
    pub through: i64,
    /// When it was made.
    pub at: Timestamp,
    /// How many entries were removed.
    pub entries: u64,
}

/// Removes the entries of a tenant up to the newest checkpoint that is older
/// than they have to be kept; `None`: there is no such checkpoint. What is left
/// can be verified as before.
///
/// # Errors
/// [`AuditError::Broken`] when the audit is not whole: nothing is removed that
/// someone may want to look at.
pub async fn prune(
    trail: &dyn AuditTrail,
    keys: &dyn TokenKeys,
    clock: &dyn Clock,
    tenant: &TenantId,
    pruning: &Pruning,
) -> Result<Option<Pruned>, AuditError> {
    let now = clock.now();
    let keep = TimeDelta::from_std(pruning.keep).unwrap_or(TimeDelta::MAX);
    let Some(until) = now.checked_sub_signed(keep) else {
        return Ok(None);
    };
    let Some(through) = newest_before(trail, tenant, until, now).await? else {
        return Ok(None);
    };
    // Also verifies that very checkpoint.
    let report = verify(trail, keys, tenant, std::slice::from_ref(&through)).await?;
    if let Some(bad) = report.first() {
        return Err(AuditError::Broken(bad.clone()));
    }
    let entries = trail
        .prune(&through, entry(tenant, now, pruning, &through))
        .await?;
    Ok(Some(Pruned {
        through: through.number,
        at: through.at,
        entries,
    }))
}

/// The newest checkpoint that was made before that moment. They are numbered in
/// the order in which they were made: what comes after one that is young enough
/// is young, whatever a clock said that was behind, and one from a clock that
/// was ahead says nothing.
async fn newest_before(
    trail: &dyn AuditTrail,
    tenant: &TenantId,
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<Checkpoint>, StoreError> {
    let mut newest: Option<Checkpoint> = None;
    let mut after = 0;
    loop {
        let batch = trail.checkpoints(tenant, after, BATCH).await?;
        let Some(last) = batch.last() else {
            return Ok(newest);
        };
        after = last.number;
        for checkpoint in batch {
            if checkpoint.at < until {
                newest = Some(checkpoint);
            } else if !lies_ahead(checkpoint.at, now) {
                return Ok(newest);
            }
        }
    }
}

fn entry(tenant: &TenantId, now: Timestamp, pruning: &Pruning, through: &Checkpoint) -> AuditEntry {
    let owner = Owner {
        tenant: tenant.clone(),
        person: PersonId(0),
    };
    AuditEntry::new(
        now,
        owner,
        Uuid::nil(),
        pruning.actor.clone(),
        Action::AuditPruned,
        AuditReason::ThroughCheckpoint(through.number),
    )
    .from(pruning.origin.clone())
}
