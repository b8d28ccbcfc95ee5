//! What tells one acquisition from another.

use std::sync::atomic::{AtomicU64, Ordering};

use sesame_domain::ids::NodeId;

static ACQUISITIONS: AtomicU64 = AtomicU64::new(0);

/// A token that no other acquisition has: a node's name is its process's own.
pub(in crate::coordination) fn fresh_token(node: &NodeId) -> String {
    format!("{node}:{}", ACQUISITIONS.fetch_add(1, Ordering::Relaxed))
}
