//! What it takes to show a message.

use sesame_domain::export::{ExportWords, Phrase, PhraseId};
use sesame_domain::reading::{PeerMark, PeerRecord};
use sesame_domain::session::peer::PeerId;

use super::escape::escaped;
use super::places::Places;
use crate::export::context::Surroundings;
use crate::export::convert::Converted;
use crate::export::header::sender;
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

    /// Who wrote a message, or did it.
    pub(super) fn sender_of(&self, message: &Converted) -> Option<PeerId> {
        sender(self.around.chat.me, message.message())
    }

    /// Their name, as plain text.
    pub(super) fn sender(&self, message: &Converted) -> String {
        match self.sender_of(message) {
            Some(sender) => self.name(sender),
            None => self.words.say(&Phrase::new(PhraseId::Unknown)),
        }
    }

    /// What someone is called, as plain text.
    pub(super) fn name(&self, id: PeerId) -> String {
        let peer = self.around.peers.find(id);
        let name = peer.map(PeerRecord::name).unwrap_or_default();
        if !name.is_empty() {
            return name;
        }
        let is_deleted = peer.is_some_and(|peer| peer.is(PeerMark::Deleted));
        let known = if is_deleted {
            PhraseId::Deleted
        } else {
            PhraseId::Unknown
        };
        self.words.say(&Phrase::new(known))
    }
}

/// A text among a message's members; empty if there is none.
pub(super) fn field<'a>(message: &'a Converted, key: &str) -> &'a str {
    let value = message.object.get(key);
    value.and_then(Json::as_text).unwrap_or_default()
}

/// A number that is none below zero.
pub(super) fn number(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// How long something lasts, as a clock shows it: `0:07`, `1:01:05`.
pub(super) fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        hours => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_shown_as_a_clock_does() {
        let shown = [0, 7, 65, 3_599, 3_665].map(clock);
        assert_eq!(shown, ["0:00", "0:07", "1:05", "59:59", "1:01:05"]);
    }
}
