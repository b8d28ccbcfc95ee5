//! Wrapping keys in a file on each node.

mod access;
mod change;
mod check_value;
mod condition;
mod copy;
mod directory;
mod disk;
mod document;
mod draft;
mod error;
mod held;
mod no_file;
mod obstacle;
mod place;
mod provider;
mod way;

pub use access::check_private;
pub(crate) use check_value::CheckValue;
pub use condition::KeyFileCondition;
pub(crate) use document::{FileKey, OldDocument};
pub use error::KeyFileError;
pub use no_file::NoFile;
pub use obstacle::Obstacle;
pub(crate) use provider::FileProvider;
pub use way::Way;
