//! Who works with the sessions of a database: one node alone, or several that
//! Redis coordinates.
//!
//! Two connections to Telegram under one key end its session for good. Leases
//! keep two workers apart, but leases in memory only those of one process. So
//! whoever has no Redis locks the database for its life, and finds that
//! another one did. Those with Redis share the lock, and keep one without out.
//!
//! The lock is the operating system's (a file beside `SQLite`'s) or
//! PostgreSQL's (of a session), and goes with the process, however that ends.

mod file;
mod session;

use std::fmt;
use std::io;

use sesame_domain::ports::StoreError;

use crate::database::{ConnectError, DatabaseSettings, Whereabouts};
use file::FileLock;
use session::SessionLock;

/// With whom the sessions of a database are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// With no one: this process coordinates itself in memory.
    Alone,
    /// With others that the same Redis coordinates.
    Coordinated,
}

/// Who has the lock, as far as can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder(String);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("which one, it does not say")
        } else {
            f.write_str(&self.0)
        }
    }
}

/// Why there is no lock, or none any more.
#[derive(Debug, thiserror::Error)]
pub enum NodeLockError {
    /// Someone else has it.
    #[error("it is locked by another: {0}")]
    Taken(Holder),
    /// The file cannot be made or locked.
    #[error("the file {} cannot be locked", file.display())]
    File {
        /// Which.
        file: std::path::PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The database cannot be reached, or refuses.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl From<StoreError> for NodeLockError {
    fn from(error: StoreError) -> Self {
        Self::Connect(error.into())
    }
}

/// The right to work with the sessions of a database. It is given up when this
/// is dropped, and with the process.
#[derive(Debug)]
pub struct NodeLock(Kind);

#[derive(Debug)]
enum Kind {
    File(FileLock),
    Session(Box<SessionLock>),
}

impl NodeLock {
    /// Takes the lock, under a name that tells others who has it. The database
    /// must be there.
    ///
    /// # Errors
    /// `Taken` when someone has it who cannot be shared with.
    pub async fn take(
        settings: &DatabaseSettings,
        sharing: Sharing,
        name: &str,
    ) -> Result<Self, NodeLockError> {
        Ok(Self(match settings.whereabouts()? {
            Whereabouts::File(path) => Kind::File(FileLock::take(&path, sharing, name)?),
            Whereabouts::Server(server) => {
                Kind::Session(Box::new(SessionLock::take(*server, sharing, name).await?))
            }
        }))
    }

    /// Waits until someone else has the lock, and says who. A file's is never
    /// lost. That of PostgreSQL is, with its connection; it is taken again as
    /// soon as the server answers, unless another was faster.
    pub async fn lost(&self) -> NodeLockError {
        match &self.0 {
            Kind::File(_) => std::future::pending().await,
            Kind::Session(session) => session.lost().await,
        }
    }

    /// Gives it up, so that the next one finds it free.
    pub async fn release(self) {
        match self.0 {
            Kind::File(file) => drop(file),
            Kind::Session(session) => session.release().await,
        }
    }
}
