//! Exports of dialogs: what is chosen before one begins, how far it has come, and what
//! is said on its pages.

mod choice;
mod mark;
mod phrase;

pub use choice::{ExportChoice, MediaChoice, UnknownMedia};
pub use mark::{ExportMark, Hole};
pub use phrase::{ExportWords, Phrase, PhraseId};
