//! Exports of dialogs: what is said in them.

mod phrase;

pub use phrase::{ExportWords, Phrase, PhraseId};
