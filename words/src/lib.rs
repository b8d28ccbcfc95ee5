//! What people read: messages in [Fluent](https://projectfluent.org) files, a
//! folder a language (`locales/en`), and a function for each.
//!
//! A message is named, never held: `language.bot().welcome(name)` is the welcome
//! in that language. The functions are made from the English files when this
//! crate is built, so the compiler finds a message that is missing and an
//! argument that is missing or too many; `tests/locales.rs` finds what differs
//! between languages, and the repository's `tests/tidy.rs` what no one uses.
//!
//! Invariants:
//! - whoever shows a message adds nothing to it: a sentence is one message,
//!   with arguments in the place where the language has them;
//! - arguments are words, not markup: in a message that holds markup ([`Html`])
//!   they are escaped, and a message without ([`Text`]) becomes markup only by
//!   being escaped as a whole;
//! - nothing panics: what a language lacks is said in English, and what that
//!   lacks, by the message's id, with a line in the log;
//! - files are read once; a message without arguments is then looked up by its
//!   number.
//!
//! Deliberately absent: the command line and the log, which speak English to
//! operators, what other programs read (codes, names in metrics), and layout.

mod catalogue;
mod export;
mod failures;
mod language;
mod locales;
mod markup;
mod messages;
mod phone;
mod size;
mod time;
mod value;

pub use catalogue::load;
pub use failures::FailureWords;
pub use language::Language;
pub use markup::{Html, Text};
pub use messages::*;
