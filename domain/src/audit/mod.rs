//! What the audit records, and how its entries are chained.

mod action;
mod chain;
mod entry;

pub use action::{Action, Outcome};
pub use chain::{
    ChainedEntry, Checkpoint, Link, STRANDS, Strand, StrandHead, StrandNo, checkpoint_mac, link,
};
pub use entry::{Access, Actor, AuditEntry};
