//! The text of rich messages: their blocks, read in order.
//!
//! What a block says stands on a line of its own; the cells of a table's row, and
//! buttons in a row, are on one line with a tab between two. Pictures, dividers and
//! whatever else has no words leave nothing, no empty line either. What of the
//! formats has a word in the domain is kept with its place, so that hashtags and
//! links are found as in any other message.

mod blocks;
mod inline;
mod writer;

#[cfg(test)]
mod tests;

use grammers_tl_types::enums;
use sesame_domain::reading::Entity;

use self::writer::Writer;

/// The text of a rich message, and how parts of it are formatted.
pub(super) fn rich_text(rich: &enums::RichMessage) -> (String, Vec<Entity>) {
    let enums::RichMessage::Message(rich) = rich;
    let mut writer = Writer::default();
    blocks::write_all(&mut writer, &rich.blocks);
    writer.finish()
}
