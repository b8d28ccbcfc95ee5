//! How tenants do on this node.

/// How a tenant does on this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It runs; what of it does not work, by name.
    Runs { bot: bool, failing: Vec<String> },
    /// It did not start.
    Failed(String),
}
