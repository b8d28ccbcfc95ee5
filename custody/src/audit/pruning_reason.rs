//! What the entry about a pruning says: what moves the base proves itself by it.

use sesame_domain::audit::{AuditEntry, AuditReason};

/// The number of the checkpoint that an entry names as the new base.
pub(super) fn pruned_through(entry: &AuditEntry) -> Option<i64> {
    match entry.reason {
        AuditReason::ThroughCheckpoint(number) => Some(number),
        _ => None,
    }
}
