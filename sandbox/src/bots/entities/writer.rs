//! Collects a text and its entities while markup is read.

use super::entity::{Entity, FormattedText};

/// The text read so far.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    units: usize,
    entities: Vec<Entity>,
}

impl Writer {
    /// Adds one character.
    pub(super) fn push(&mut self, character: char) {
        self.text.push(character);
        self.units += character.len_utf16();
    }

    /// The number of UTF-16 units so far: where the next entity would begin.
    pub(super) fn position(&self) -> usize {
        self.units
    }

    /// Whether the next character begins a line.
    pub(super) fn at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    /// The text since a position (in bytes of the text, see [`Self::bytes`]).
    pub(super) fn since(&self, bytes: usize) -> &str {
        self.text.get(bytes..).unwrap_or_default()
    }

    /// The number of bytes so far.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Adds an entity that ends here; an empty one is left out.
    pub(super) fn close(&mut self, mut entity: Entity) {
        entity.length = self.units.saturating_sub(entity.offset);
        if entity.length > 0 {
            self.entities.push(entity);
        }
    }

    /// The most recent entity that covers exactly the stretch since `offset`.
    pub(super) fn last_covering(&mut self, offset: usize) -> Option<&mut Entity> {
        let units = self.units;
        self.entities
            .last_mut()
            .filter(|entity| entity.offset == offset && entity.offset + entity.length == units)
    }

    /// Forgets entities that have become empty.
    pub(super) fn drop_empty(&mut self) {
        self.entities.retain(|entity| entity.length > 0);
    }

    /// The finished text, entities by offset and the longer first.
    pub(super) fn finish(mut self) -> FormattedText {
        self.entities
            .sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
        FormattedText {
            text: self.text,
            entities: self.entities,
        }
    }
}
