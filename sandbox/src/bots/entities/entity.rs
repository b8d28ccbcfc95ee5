//! One formatted stretch of a text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// `@username`
    Mention,
    /// `#hashtag`
    Hashtag,
    /// `$USD`
    Cashtag,
    /// `/start`
    BotCommand,
    /// `https://example.org`
    Url,
    /// `name@example.org`
    Email,
    /// `+1 212 555 0123`
    PhoneNumber,
    /// Bold text.
    Bold,
    /// Italic text.
    Italic,
    /// Underlined text.
    Underline,
    /// Struck text.
    Strikethrough,
    /// Text that is hidden until it is tapped.
    Spoiler,
    /// A quotation.
    Blockquote,
    /// A quotation that is folded at first.
    ExpandableBlockquote,
    /// Monospaced text within a line.
    Code,
    /// A monospaced block.
    Pre,
    /// Text that is a link.
    TextLink,
    /// Text that names a person without a username.
    TextMention,
    /// An emoji of a custom set.
    CustomEmoji,
}

/// One formatted stretch of a text; offset and length count UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entity {
    /// What the stretch is.
    #[serde(rename = "type")]
    pub kind: EntityKind,
    /// Where it begins.
    pub offset: usize,
    /// How long it is.
    pub length: usize,
    /// Target of a text link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Programming language of a block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Which custom emoji it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<String>,
}

impl Entity {
    /// A stretch that needs no more than its kind and place.
    pub fn plain(kind: EntityKind, offset: usize, length: usize) -> Self {
        Self {
            kind,
            offset,
            length,
            url: None,
            language: None,
            custom_emoji_id: None,
        }
    }
}

/// A text and its formatted stretches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormattedText {
    /// The text as it is read.
    pub text: String,
    /// Its formatted stretches, by offset.
    pub entities: Vec<Entity>,
}

impl FormattedText {
    /// The text without white space around it, as Telegram stores it.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let text = self.text.trim();
        let cut = self.text.len() - self.text.trim_start().len();
        let start = self.text.get(..cut).map_or(0, utf16_len);
        let length = utf16_len(text);
        let entities = self
            .entities
            .into_iter()
            .filter_map(|entity| clip(entity, start, length))
            .collect();
        Self {
            text: text.to_owned(),
            entities,
        }
    }
}

/// The part of an entity that lies within a text of which `start` units were cut.
fn clip(mut entity: Entity, start: usize, length: usize) -> Option<Entity> {
    let end = (entity.offset + entity.length)
        .saturating_sub(start)
        .min(length);
    entity.offset = entity.offset.saturating_sub(start);
    entity.length = end
        .checked_sub(entity.offset)
        .filter(|length| *length > 0)?;
    Some(entity)
}

/// The length of a text as the Bot API counts it.
pub(super) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming_moves_and_shortens_entities() {
        let text = FormattedText {
            text: "  bold \n".to_owned(),
            entities: vec![Entity::plain(EntityKind::Bold, 1, 7)],
        };
        let trimmed = text.trimmed();
        assert_eq!(trimmed.text, "bold");
        assert_eq!(trimmed.entities, [Entity::plain(EntityKind::Bold, 0, 4)]);
    }

    #[test]
    fn an_entity_of_nothing_but_space_disappears() {
        let text = FormattedText {
            text: "a  ".to_owned(),
            entities: vec![Entity::plain(EntityKind::Bold, 1, 2)],
        };
        assert!(text.trimmed().entities.is_empty());
    }
}
