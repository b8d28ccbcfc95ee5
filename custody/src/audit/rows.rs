//! Reading the rows of a strand one after the other, in batches.

use std::collections::VecDeque;

use sesame_domain::audit::{ChainedEntry, StrandNo};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{AuditTrail, StoreError};

/// How many rows are read at once.
const BATCH: u32 = 500;

/// The next row.
pub(super) enum Row {
    /// An entry.
    Entry(Box<ChainedEntry>),
    /// A row that is no entry any more.
    Unreadable,
    /// There is none.
    End,
}

/// Reads the rows of a strand.
pub(super) struct Rows<'a> {
    trail: &'a dyn AuditTrail,
    tenant: &'a TenantId,
    strand: StrandNo,
    after: i64,
    limit: u32,
    read: VecDeque<ChainedEntry>,
}

impl<'a> Rows<'a> {
    /// The rows after that one.
    pub(super) fn after(
        trail: &'a dyn AuditTrail,
        tenant: &'a TenantId,
        strand: StrandNo,
        after: i64,
    ) -> Self {
        Self {
            trail,
            tenant,
            strand,
            after,
            limit: BATCH,
            read: VecDeque::new(),
        }
    }

    /// The next row. Nothing is read after a row that cannot be.
    pub(super) async fn next(&mut self) -> Result<Row, StoreError> {
        while self.read.is_empty() {
            let batch = self
                .trail
                .entries(self.tenant, self.strand, self.after, self.limit)
                .await;
            match batch {
                Ok(entries) if entries.is_empty() => return Ok(Row::End),
                Ok(entries) => self.read.extend(entries),
                // One of them; which, is seen when they are read one by one.
                Err(StoreError::Inconsistent(_)) if self.limit > 1 => self.limit = 1,
                Err(StoreError::Inconsistent(_)) => return Ok(Row::Unreadable),
                Err(error) => return Err(error),
            }
        }
        let entry = self.read.pop_front();
        if let Some(entry) = &entry {
            self.after = entry.seq;
        }
        Ok(entry.map_or(Row::End, |entry| Row::Entry(Box::new(entry))))
    }
}
