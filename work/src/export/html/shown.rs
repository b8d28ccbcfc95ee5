//! What it takes to show a message.

use sesame_domain::export::{ExportWords, Phrase, PhraseId};

use super::escape::escaped;
use super::places::Places;
use crate::export::context::Surroundings;
use crate::export::convert::Converted;
use crate::export::json::Json;

/// What it takes to show a message.
pub(super) struct Shown<'a> {
    pub(super) around: &'a Surroundings<'a>,
    pub(super) words: &'a dyn ExportWords,
    pub(super) places: &'a Places,
    pub(super) page: usize,
}

impl Shown<'_> {
    /// A phrase as HTML.
    pub(super) fn say(&self, phrase: Phrase<'_>) -> String {
        escaped(&self.words.say(&phrase))
    }

    /// One into which nothing is put.
    pub(super) fn word(&self, id: PhraseId) -> String {
        self.say(Phrase::new(id))
    }

    /// Adds a short paragraph.
    pub(super) fn note(&self, out: &mut String, phrase: Phrase<'_>) {
        let said = self.say(phrase);
        out.push_str(&format!("<p class=\"note\" dir=\"auto\">{said}</p>\n"));
    }
}

/// A text among a message's members; empty if there is none.
pub(super) fn field<'a>(message: &'a Converted, key: &str) -> &'a str {
    let value = message.object.get(key);
    value.and_then(Json::as_text).unwrap_or_default()
}
