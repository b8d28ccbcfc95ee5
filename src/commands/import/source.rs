//! What there is to import.

use futures::stream::BoxStream;
use sesame_sessions::import_source::{Entry, Unread};

use crate::failure::Failure;

/// What there is to import.
pub(super) struct Source {
    /// How many entries there are.
    pub(super) total: u64,
    /// One after the other.
    pub(super) entries: BoxStream<'static, Result<Entry, NotRead>>,
}

/// Why there is no entry.
#[derive(Debug)]
pub(super) enum NotRead {
    /// This line is not what it should be.
    Line(Unread),
    /// Nothing can be read from here on.
    Rest(Failure),
}

impl From<Unread> for NotRead {
    fn from(unread: Unread) -> Self {
        Self::Line(unread)
    }
}
