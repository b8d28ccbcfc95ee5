//! What the entry about a pruning says: what moves the base proves itself by it.

use sesame_domain::audit::AuditEntry;

/// What the reason begins with; the number of the checkpoint follows. Never
/// changed: verifications read it.
const THROUGH: &str = "through checkpoint ";

/// The reason of the entry about a pruning up to this checkpoint.
pub(super) fn through(checkpoint: i64) -> String {
    format!("{THROUGH}{checkpoint}")
}

/// The number of the checkpoint that an entry names as the new base.
pub(super) fn pruned_through(entry: &AuditEntry) -> Option<i64> {
    entry.reason.strip_prefix(THROUGH)?.parse().ok()
}
