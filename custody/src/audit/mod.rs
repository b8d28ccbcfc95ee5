//! Verifying the audit, tying it together, and shortening it.
//!
//! What each finds:
//! - [`verify`] recomputes every link and every checkpoint of a tenant and
//!   names the first bad row of each strand. A row that was changed, removed,
//!   reordered or inserted shows, whoever did it, unless they have the key.
//! - [`checkpoint`] authenticates how far the strands have come. Whoever can
//!   write to the database can cut off the end of a strand together with the
//!   note of where it ended; what no checkpoint has seen yet can be lost that
//!   way without a trace. A checkpoint ends this window, and a checkpoint that
//!   is also held elsewhere (in a backup) shows when it was removed as well.
//! - [`prune`] removes what is older than it has to be kept. The checkpoint up
//!   to which it did becomes the base, and the entry that says so is part of
//!   the chain: nobody else can move the base.
//!
//! Deliberately absent: repairing anything. What is broken stays as it is, for
//! people to look at.

mod authentic;
mod chain;
mod checkpoint;
mod diagnosis;
mod error;
mod evidence;
mod maintenance;
mod prune;
mod pruning_reason;
mod report;
mod restored;
mod rows;
mod strand;
mod verify;

pub use checkpoint::checkpoint;
pub use error::AuditError;
pub use maintenance::AuditUpkeep;
pub use prune::{Pruned, Pruning, prune};
pub use report::{BadRow, Fault, Newest, Place, Report};
pub use restored::last_restore;
pub use verify::verify;
