//! One session that is to be imported, wherever it was read.

use futures::stream::BoxStream;
use secrecy::SecretString;
use sesame_domain::ids::{PersonId, TenantId};

use crate::failure::Failure;

/// One session that is to be imported.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its line in the file, or its row in the table.
    pub(super) line: u64,
    /// Its tenant, where the table says so.
    pub(super) tenant: Option<TenantId>,
    /// Whose it should be.
    pub(super) person: Option<PersonId>,
    /// Telethon's `StringSession`, in plain or as a Fernet token.
    pub(super) session: SecretString,
}

/// Why there is no entry.
#[derive(Debug)]
pub(super) enum Unread {
    /// This line is not what it should be.
    Line {
        /// Which.
        line: u64,
        /// Why; never what stands there.
        why: String,
    },
    /// Nothing can be read from here on.
    Rest(Failure),
}

impl Unread {
    /// A line that is not what it should be.
    pub(super) fn line(line: u64, why: impl Into<String>) -> Self {
        Self::Line {
            line,
            why: why.into(),
        }
    }
}

/// What there is to import.
pub(super) struct Source {
    /// How many entries there are.
    pub(super) total: u64,
    /// One after the other.
    pub(super) entries: BoxStream<'static, Result<Entry, Unread>>,
}

impl Source {
    /// Entries that were all read.
    pub(super) fn of(entries: Vec<Result<Entry, Unread>>) -> Self {
        use futures::StreamExt as _;

        Self {
            total: entries.len() as u64,
            entries: futures::stream::iter(entries).boxed(),
        }
    }
}
