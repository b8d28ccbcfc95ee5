//! From where things are done on these pages.

/// From where, for the audit.
pub(super) const ORIGIN: &str = "operators' pages";
