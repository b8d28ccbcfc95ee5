//! Text with formatting, as the Bot API reads and shows it.

mod detect;
mod entity;
mod error;
mod html;
mod markdown;
mod parse_mode;
mod writer;

pub use detect::detect;
pub use entity::{Entity, EntityKind, FormattedText};
pub use error::EntityError;
pub use parse_mode::ParseMode;
