//! Puts a text together from lines and cells.

use sesame_domain::reading::{Entity, EntityKind};

/// A text that grows, with the places of its formats.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    /// Its length in UTF-16 code units, as Telegram counts places.
    units: u32,
    entities: Vec<Entity>,
    /// What is to come before the next word, if one comes at all.
    pending: Option<Separator>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Tab,
    Line,
}

impl Writer {
    /// What comes next is on a line of its own.
    pub(super) fn line(&mut self) {
        if !self.text.is_empty() {
            self.pending = Some(Separator::Line);
        }
    }

    /// What comes next is a cell of its own in this line.
    pub(super) fn cell(&mut self) {
        if !self.text.is_empty() && self.pending.is_none() {
            self.pending = Some(Separator::Tab);
        }
    }

    /// Writes words.
    pub(super) fn push(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        match self.pending.take() {
            Some(Separator::Tab) => self.append("\t"),
            Some(Separator::Line) => self.append("\n"),
            None => {}
        }
        self.append(words);
    }

    /// Formats what is written within.
    pub(super) fn formatted(&mut self, kind: EntityKind, write: impl FnOnce(&mut Self)) {
        let (before, place) = (self.units, self.entities.len());
        let separator = u32::from(self.pending.is_some());
        write(self);
        // The separator came with the first word, if one came.
        let offset = before.saturating_add(separator);
        if self.units > offset {
            let entity = Entity {
                offset,
                length: self.units - offset,
                kind,
            };
            // Before those that are within it, as Telegram lists them.
            self.entities.insert(place, entity);
        }
    }

    pub(super) fn finish(self) -> (String, Vec<Entity>) {
        (self.text, self.entities)
    }

    fn append(&mut self, words: &str) {
        self.text.push_str(words);
        let units = u32::try_from(words.encode_utf16().count()).unwrap_or(u32::MAX);
        self.units = self.units.saturating_add(units);
    }
}
