//! What the audit records, and how its entries are chained.

mod access;
mod action;
mod actor;
mod chain;
mod channel;
mod entry;
mod login_end;
mod operator;
mod reason;

pub use access::{Access, AccessPurpose, SealFault};
pub use action::{Action, Outcome};
pub use actor::Actor;
pub use chain::{
    ChainedEntry, Checkpoint, Link, STRANDS, Strand, StrandHead, StrandNo, checkpoint_mac, link,
};
pub use channel::ChannelReason;
pub use entry::AuditEntry;
pub use login_end::LoginEnd;
pub use operator::OperatorReason;
pub use reason::AuditReason;
