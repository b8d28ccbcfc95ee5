//! What an export of a dialog is made of, out of its lines.
//!
//! A job reads a dialog and keeps a line for each message
//! ([`line_of`], [`sesame_domain::reading`]), a line for each peer that they mention,
//! and the files. From these alone everything else is made, without asking Telegram
//! again: `result.json` as Telegram Desktop 7.2.10 writes it, pages that can be read
//! in a browser, the lines with the paths of their files, and a manifest.
//!
//! Invariants:
//! - nothing here does IO of its own: it writes to what it is handed, a message at a
//!   time, in memory that grows with the number of peers and files, not of messages;
//! - what comes out depends on what goes in alone: two passes over the same lines
//!   give the same bytes, and every file the same path;
//! - nothing is dropped in silence: what Telegram Desktop has no word for stands in
//!   the lines, and the manifest counts it.
//!
//! Deliberately absent: Telegram, storage, encryption, and whatever is not
//! of one dialog (Telegram Desktop's exports of a whole account).

mod action;
mod context;
mod convert;
mod files;
mod header;
#[allow(
    clippy::format_push_string,
    reason = "pages are put together piece by piece, and a page is short"
)]
mod html;
mod json;
mod line;
mod lines;
mod manifest;
mod markup;
mod media;
mod message;
mod money;
mod passport;
mod peers;
mod phone;
mod reactions;
mod result;
mod rich;
mod schema;
mod text;
pub mod zip;
mod zone;

pub use context::{EmojiBook, Surroundings};
pub use convert::{Converted, Converter};
pub use files::{FileBook, FileState, KeptFile, LONGEST_NAME, LeftOut, Named, Source, safe_name};
pub use html::{HtmlWriter, PAGE, Pages};
pub use line::{EARLIER_GROUP, LINE_VERSION, LineError, deletion_line, line_of};
pub(crate) use line::{LineHead, message_in};
pub use lines::LinesWriter;
pub use manifest::{ManifestWriter, Tally};
pub use peers::{EarlierChat, ExportedChat, PeerBook};
pub use phone::PhonePatterns;
pub use result::ResultWriter;
pub use zone::TimeZone;
