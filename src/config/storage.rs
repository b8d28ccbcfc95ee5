//! The database and Redis.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use sesame_store::DatabaseAddress;

use super::layers::Layers;
use super::section::section;
use super::setting::{Derived, Source as _, secret, setting, understood};
use super::text::of_secret;

/// The name of the database's file.
const FILE: &str = "sesame.db";

section! {
    /// The database and Redis.
    pub(crate) struct Storage: "Storage" {
        /// Where Sesame keeps its files, unless told otherwise below. A path: every letter
        /// means itself.
        data_dir: PathBuf = setting("DATA_DIR", "a directory, which is made if it is not there")
            .path()
            .default("data"),

        /// The database. Without it: SQLite, in DATA_DIR. For several nodes: PostgreSQL.
        /// An address: in sqlite://path, % ? and # are written as %25, %3F and %23.
        database: DatabaseAddress = understood(
            "DATABASE_URL",
            "postgres://user:password@host/database, or sqlite://path/to/sesame.db",
            address,
        )
        .with_password()
        .example("postgres://sesame:password@127.0.0.1/sesame")
        .check(database_url)
        .derived(file),

        /// Redis coordinates several nodes. Without it: one node, coordinated in memory,
        /// which locks the database; a second one is refused.
        redis_url: Option<SecretString> = secret(
            "REDIS_URL",
            "redis://host:6379/0 or rediss://user:password@host:6379/0",
        )
        .with_password()
        .example("redis://127.0.0.1:6379/0")
        .check(of_secret(redis_url))
        .optional(),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "what is wrong with one is told by its rule"
)]
fn address(text: &str) -> Result<DatabaseAddress, std::convert::Infallible> {
    Ok(DatabaseAddress::Url(SecretString::from(text)))
}

/// Without an address, it is a file.
fn file(layers: &Layers) -> Option<Derived<DatabaseAddress>> {
    let file = Storage::data_dir().get(layers)?.join(FILE);
    Some(Derived {
        shown: file.display().to_string(),
        value: DatabaseAddress::File(file),
    })
}

fn database_url(address: &DatabaseAddress) -> Option<String> {
    match address {
        DatabaseAddress::File(_) => None,
        DatabaseAddress::Url(url) => flaw_of(
            url.expose_secret(),
            &["postgres", "postgresql", "sqlite"],
            "postgres:// or sqlite://",
        ),
    }
}

fn redis_url(url: &str) -> Option<String> {
    flaw_of(url, &["redis", "rediss"], "redis:// or rediss://")
}

/// What is wrong with an address that does not begin as it should.
fn flaw_of(url: &str, schemes: &[&str], right: &str) -> Option<String> {
    let begins_right = |(scheme, rest): (&str, &str)| schemes.contains(&scheme) && !rest.is_empty();
    if url.split_once(':').is_some_and(begins_right) {
        return None;
    }
    let plain = |text: &&str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
        (1..=20).contains(&text.len()) && text.bytes().all(allowed)
    };
    let scheme = url
        .split_once("://")
        .map(|(scheme, _)| scheme)
        .filter(plain);
    Some(match scheme {
        Some(scheme) if scheme.contains('+') => {
            format!("names a driver ({scheme}): it must begin with {right}")
        }
        Some(scheme) => format!("begins with {scheme}://, not with {right}"),
        None => format!("does not begin with {right}"),
    })
}
