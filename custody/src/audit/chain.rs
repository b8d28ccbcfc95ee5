//! A strand as it can be read, and its links as they can be computed anew.

use sesame_domain::audit::{ChainedEntry, Link, StrandHead, link};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{AuditTrail, TokenKeys};

use super::rows::Rows;

/// One strand of a tenant.
#[derive(Clone, Copy)]
pub(super) struct Chain<'a> {
    pub(super) trail: &'a dyn AuditTrail,
    pub(super) keys: &'a dyn TokenKeys,
    pub(super) tenant: &'a TenantId,
    /// Where it ends, as the database says.
    pub(super) head: StrandHead,
}

impl<'a> Chain<'a> {
    /// Its rows after that number.
    pub(super) fn rows_after(&self, seq: i64) -> Rows<'a> {
        Rows::after(self.trail, self.tenant, self.head.strand, seq)
    }

    /// Whether an entry carries the link that belongs to it at its place.
    pub(super) fn follows(&self, before: Link, entry: &ChainedEntry) -> bool {
        self.link_at(before, entry.seq, entry) == entry.link
    }

    /// The link that an entry would carry at a place.
    pub(super) fn link_at(&self, before: Link, seq: i64, entry: &ChainedEntry) -> Link {
        link(self.keys, before, self.head.strand, seq, &entry.entry)
    }
}
