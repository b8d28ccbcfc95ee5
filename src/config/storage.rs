//! The database and Redis.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use sesame_store::DatabaseAddress;

use super::reader::Reader;
use super::setting::Setting;

/// The name of the database's file.
const FILE: &str = "sesame.db";

static DATA_DIR: Setting = Setting::with_default(
    "DATA_DIR",
    "data",
    "a directory, which is made if it is not there",
)
.path();
static DATABASE_URL: Setting = Setting::new(
    "DATABASE_URL",
    "postgres://user:password@host/database, or sqlite://path/to/sesame.db",
)
.with_password();
static REDIS_URL: Setting = Setting::new(
    "REDIS_URL",
    "redis://host:6379/0 or rediss://user:password@host:6379/0",
)
.with_password();

/// The settings of this section.
pub(super) static SETTINGS: &[&Setting] = &[&DATA_DIR, &DATABASE_URL, &REDIS_URL];

/// The database and Redis.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    /// Where the files are.
    pub(crate) data_dir: PathBuf,
    /// The database.
    pub(crate) database: DatabaseAddress,
    /// Redis; `None`: one node, coordinated in memory.
    pub(crate) redis_url: Option<SecretString>,
}

impl Storage {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let data_dir: PathBuf = reader.required(&DATA_DIR, PathBuf::from("data"));
        let database_url = reader.secret(&DATABASE_URL);
        let redis_url = reader.secret(&REDIS_URL);
        if let Some(url) = &database_url
            && !has_scheme(url, &["postgres", "postgresql", "sqlite"])
        {
            let what = flaw_of(url, "postgres:// or sqlite://");
            reader.problem(&DATABASE_URL, &what);
        }
        if let Some(url) = &redis_url
            && !has_scheme(url, &["redis", "rediss"])
        {
            reader.problem(&REDIS_URL, &flaw_of(url, "redis:// or rediss://"));
        }
        let database = database_url.map_or_else(
            || {
                let file = data_dir.join(FILE);
                reader.derived_path(&DATABASE_URL, &file);
                DatabaseAddress::File(file)
            },
            DatabaseAddress::Url,
        );
        Self {
            data_dir,
            database,
            redis_url,
        }
    }
}

fn has_scheme(url: &SecretString, schemes: &[&str]) -> bool {
    url.expose_secret()
        .split_once(':')
        .is_some_and(|(scheme, rest)| schemes.contains(&scheme) && !rest.is_empty())
}

/// What is wrong with an address that does not begin as it should.
fn flaw_of(url: &SecretString, right: &str) -> String {
    let url = url.expose_secret();
    let plain = |text: &&str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
        (1..=20).contains(&text.len()) && text.bytes().all(allowed)
    };
    let scheme = url
        .split_once("://")
        .map(|(scheme, _)| scheme)
        .filter(plain);
    match scheme {
        Some(scheme) if scheme.contains('+') => {
            format!("names a driver ({scheme}): it must begin with {right}")
        }
        Some(scheme) => format!("begins with {scheme}://, not with {right}"),
        None => format!("does not begin with {right}"),
    }
}
