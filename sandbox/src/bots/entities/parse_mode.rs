//! The markup that a text is written in.

use super::entity::FormattedText;
use super::error::EntityError;
use super::{html, markdown};

/// The markup that a text is written in (`parse_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseMode {
    /// Tags such as `<b>`.
    Html,
    /// Markdown, the second version.
    MarkdownV2,
}

impl ParseMode {
    /// The mode with this name, without regard to case.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "html" => Some(Self::Html),
            "markdownv2" => Some(Self::MarkdownV2),
            _ => None,
        }
    }

    /// Reads a text with this markup.
    pub fn parse(self, source: &str) -> Result<FormattedText, EntityError> {
        match self {
            Self::Html => html::parse(source),
            Self::MarkdownV2 => markdown::parse(source),
        }
    }
}
