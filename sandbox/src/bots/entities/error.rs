//! Why a formatted text was refused.

/// Why a formatted text was refused; the words are Telegram's.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("can't parse entities: {0}")]
pub struct EntityError(pub(super) String);
