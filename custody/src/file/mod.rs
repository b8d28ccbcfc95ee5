//! Wrapping keys in a file on each node.

mod copy;
mod disk;
mod document;
mod provider;

pub use disk::KeyFileError;
#[cfg(test)]
pub(crate) use disk::{read, write};
#[cfg(test)]
pub(crate) use document::{FileKey, render};
pub(crate) use document::OldDocument;
pub(crate) use provider::FileProvider;
