//! Where a database is.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// Where a database is.
#[derive(Clone, Debug)]
pub enum DatabaseAddress {
    /// A file of `SQLite`'s: a path, whose every letter means itself.
    File(PathBuf),
    /// What a person wrote: `sqlite://path/to/file`, with `%3F` for `?` and the
    /// like, or `postgres://user:password@host/database`.
    Url(SecretString),
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
