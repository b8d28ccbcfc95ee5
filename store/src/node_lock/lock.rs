//! The lock, whatever the database.

use super::file::FileLock;
use super::session::SessionLock;
use super::{NodeLockError, Sharing};
use crate::database::{DatabaseSettings, Whereabouts};

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
