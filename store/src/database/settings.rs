//! How to reach the database.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use sesame_domain::ports::StoreError;

use super::address::DatabaseAddress;
use crate::postgres::ServerRefused;

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Where it is.
    pub address: DatabaseAddress,
    /// The most connections that are open at once.
    pub max_connections: u32,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long a statement may take, waiting for locks included.
    pub statement_timeout: Duration,
}

impl DatabaseSettings {
    /// The usual limits, for the database that a URL names.
    pub fn new(url: SecretString) -> Self {
        Self::at(DatabaseAddress::Url(url))
    }

    /// The usual limits, for a file of `SQLite`'s.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::at(DatabaseAddress::File(path.into()))
    }

    /// The usual limits, for a database wherever it is.
    pub fn at(address: DatabaseAddress) -> Self {
        Self {
            address,
            max_connections: 10,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
        }
    }

    /// How long one call of a port may take: the wait for a connection and a
    /// few statements. It only ends calls whose connection went silent.
    pub(super) fn call_timeout(&self) -> Duration {
        self.connect_timeout + self.statement_timeout * 2
    }
}

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL is of another kind, or malformed.
    #[error("DATABASE_URL must be sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME")]
    Url,
    /// The file cannot be created or opened.
    #[error("the database file or its folder cannot be created")]
    File(#[source] io::Error),
    /// The server cannot be worked with.
    #[error(transparent)]
    Server(#[from] ServerRefused),
    /// It does not answer, or refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}
