//! What the address of a database leads to.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::address::{DatabaseAddress, Scheme, scheme};
use super::postgres::Server;
use super::settings::{ConnectError, DatabaseSettings};
use super::sqlite;

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

/// The address of a database, understood.
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
                    let server = Server::new(url.expose_secret(), self)?;
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
