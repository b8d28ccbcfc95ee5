//! Wrapping keys in a file on each node.

mod copy;
mod disk;
mod document;
mod provider;

pub use disk::KeyFileError;
pub(crate) use document::OldDocument;
pub(crate) use provider::FileProvider;
