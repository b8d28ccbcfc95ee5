//! Wrapping keys in a file on each node.

mod access;
mod check_value;
mod condition;
mod copy;
mod disk;
mod document;
mod draft;
mod error;
mod held;
mod obstacle;
mod place;
mod provider;

pub use access::{NoFile, Way, check_private};
pub(crate) use check_value::CheckValue;
pub use condition::KeyFileCondition;
pub(crate) use document::{FileKey, OldDocument};
pub use error::KeyFileError;
pub use obstacle::Obstacle;
pub(crate) use provider::FileProvider;
