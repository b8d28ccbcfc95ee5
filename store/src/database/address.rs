//! Where a database is.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::postgres::Server;
use super::settings::{ConnectError, DatabaseSettings};
use super::{postgres, sqlite};

/// Where a database is.
#[derive(Clone, Debug)]
pub enum DatabaseAddress {
    /// A file of `SQLite`'s: a path, whose every letter means itself.
    File(PathBuf),
    /// What a person wrote: `sqlite://path/to/file`, with `%3F` for `?` and the
    /// like, or `postgres://user:password@host/database`.
    Url(SecretString),
}

impl DatabaseAddress {
    /// The file, if it is `SQLite`'s.
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Url(url) => match scheme(url) {
                Scheme::Sqlite => file_of(url).ok(),
                Scheme::Postgres | Scheme::Other => None,
            },
        }
    }
}

/// The same, understood.
pub(crate) enum Whereabouts {
    File(PathBuf),
    Server(Box<Server>),
}

impl DatabaseSettings {
    /// Where the database is.
    pub(crate) fn whereabouts(&self) -> Result<Whereabouts, ConnectError> {
        match &self.address {
            DatabaseAddress::File(path) => Ok(Whereabouts::File(path.clone())),
            DatabaseAddress::Url(url) => match scheme(url) {
                Scheme::Sqlite => Ok(Whereabouts::File(file_of(url)?)),
                Scheme::Postgres => {
                    let server = postgres::Server::new(url.expose_secret(), self)?;
                    Ok(Whereabouts::Server(Box::new(server)))
                }
                Scheme::Other => Err(ConnectError::Url),
            },
        }
    }
}

/// The file that a URL of `SQLite`'s names.
fn file_of(url: &SecretString) -> Result<PathBuf, ConnectError> {
    let options = sqlite::from_url(url.expose_secret())?;
    Ok(options.get_filename().to_owned())
}

/// What kind of database a URL names.
pub(super) enum Scheme {
    Sqlite,
    Postgres,
    Other,
}

pub(super) fn scheme(url: &SecretString) -> Scheme {
    match url.expose_secret().split_once(':') {
        Some(("sqlite", _)) => Scheme::Sqlite,
        Some(("postgres" | "postgresql", _)) => Scheme::Postgres,
        _ => Scheme::Other,
    }
}

/// The path as `SQLite` takes it for one: what begins with `file:` would be an
/// address to it, and `:memory:` no file.
pub(super) fn plain(path: &Path) -> PathBuf {
    if path.is_absolute() {
        path.to_owned()
    } else {
        Path::new(".").join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_database_is_found_in_its_address() {
        let file = |url: &str| {
            let address = DatabaseAddress::Url(url.to_owned().into());
            address.file().map(|it| it.display().to_string())
        };
        assert_eq!(file("sqlite:///a/b.db?mode=rwc").unwrap(), "/a/b.db");
        assert_eq!(file("sqlite://data/b.db").unwrap(), "./data/b.db");
        assert_eq!(file("postgres://host/name"), None);
    }
}
