//! Where sessions come from: what people, programs, spreadsheets and databases
//! keep them in, read as an import needs it. What cannot be read is named by
//! its line, and never shown.

mod columns;
mod contents;
mod entry;
mod header;
mod json;
mod lines;
mod person;
mod table;
mod text;

pub use columns::Columns;
pub use contents::{NotText, text_of};
pub use entry::{Cells, Entry, Unread, UnreadReason};
pub use person::PersonFlaw;
pub use table::{Column, NoColumn};
pub use text::entries;
