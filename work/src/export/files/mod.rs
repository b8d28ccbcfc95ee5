//! The files of an export: what became of each, and what it is called.

mod layout;
mod mime;
mod names;
mod state;

pub(super) use layout::{Found, FoundDocument, Place, Shelves, date_part};
pub use layout::{Named, Source};
pub use names::{LONGEST_NAME, safe_name};
pub(super) use state::Forbidden;
pub use state::{FileBook, FileState, KeptFile, LeftOut};
