//! Wrapping keys in a file on each node.

mod access;
mod copy;
mod disk;
mod document;
mod draft;
mod error;
mod obstacle;
mod place;
mod provider;

pub use access::{Way, check_private, not_a_file};
pub(crate) use document::OldDocument;
pub use error::KeyFileError;
pub use obstacle::Obstacle;
pub(crate) use provider::FileProvider;
