//! Exports a dialog: reads its messages, fetches their files, and puts the export
//! together.
//!
//! What is read goes to a [`ExportTarget`] step by step, and so does how far it has
//! come: whoever is killed, parked by a flood or stopped goes on from there, having
//! repeated one step at most. From what lies there the export itself is made
//! ([`crate::export`]), without asking Telegram again.
//!
//! Invariants:
//! - a page of messages is kept before the mark moves behind it, and the mark before
//!   the next page is read;
//! - a file is there whole or not at all: its parts lie beside, until its size is
//!   right;
//! - no file holds up the messages or the other files: it has three tries and a time
//!   limit, and is then listed as missing;
//! - what was edited or deleted since is a later line of the same message, in a segment
//!   of its own: what was kept stays as it is;
//! - nothing here waits for a flood: it says until when, and whoever runs it waits or
//!   parks.

mod chat;
mod differences;
mod documents;
mod earlier;
mod estimate;
mod exporting;
mod fetch;
mod files;
mod folder;
mod ledger;
mod look;
mod noting;
mod part;
mod phones;
mod progress;
mod protected;
mod render;
mod revising;
mod revisions;
mod sealed;
mod state;
mod stopped;
mod takeout;
mod target;

pub use chat::{FoundChat, find_chat};
pub use documents::Rendering;
pub use estimate::estimate;
pub use exporting::{ExportPorts, Exported, Exporter};
pub use folder::ExportFolder;
pub use progress::{ExportObserver, ExportProgress};
pub use revisions::RevisedSegments;
pub use sealed::{Archives, OverQuota, SealedExport, SealedRendering, archive};
pub use state::{EarlierGroup, ExportState, Look, OpenTakeout, STATE_VERSION};
pub use stopped::ExportStopped;
pub use takeout::TakeoutHolder;
pub use target::{ExportTarget, List, TargetError};
