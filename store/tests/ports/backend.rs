//! The databases that the suite runs over, one for each test.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use sesame_domain::ports::TokenKeys;
use sesame_store::{Database, DatabaseSettings};
use sesame_test_support::postgres::Postgres;
use sesame_test_support::sqlite;
use sha2::Sha256;
use tempfile::TempDir;
use tokio::sync::OnceCell;

static MIGRATED: OnceCell<String> = OnceCell::const_new();

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A database of a test's own.
pub(crate) struct Store {
    pub(crate) db: Database,
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl Backend {
    /// A database with the schema.
    pub(crate) async fn store(self) -> Store {
        if self == Self::Sqlite {
            let store = self.empty().await;
            store.db.migrate().await.unwrap();
            return store;
        }
        let original = MIGRATED.get_or_init(migrated).await;
        let server = Postgres::shared().await.unwrap();
        let url = server.copy_database(original).await.unwrap();
        Store {
            db: connect(&url).await,
            url,
            _folder: None,
        }
    }

    /// A database without the schema.
    pub(crate) async fn empty(self) -> Store {
        let (url, folder) = match self {
            Self::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = sqlite::url_of(&folder.path().join("sesame.db"));
                (url, Some(folder))
            }
            Self::Postgres => {
                let server = Postgres::shared().await.unwrap();
                (server.create_database().await.unwrap(), None)
            }
        };
        Store {
            db: connect(&url).await,
            url,
            _folder: folder,
        }
    }
}

/// A database of PostgreSQL with the schema, to which no one is connected: to copy it
/// takes a tenth of what its steps take.
async fn migrated() -> String {
    let store = Backend::Postgres.empty().await;
    store.db.migrate().await.unwrap();
    store.db.close().await.unwrap();
    store.url
}

impl Store {
    /// Another node's connections to the same database.
    pub(crate) async fn other_node(&self) -> Database {
        connect(&self.url).await
    }

    /// Does what no port does.
    pub(crate) async fn sql(&self, statement: &str) -> Result<u64, sea_orm::DbErr> {
        let db = sea_orm::Database::connect(&self.url).await.unwrap();
        let done = db.execute_unprepared(statement).await;
        db.close().await.unwrap();
        done.map(|done| done.rows_affected())
    }
}

/// Keys that link the audit; every node has the same.
#[derive(Debug)]
pub(crate) struct Keys;

impl TokenKeys for Keys {
    fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(purpose.as_bytes())
            .unwrap()
            .chain_update(data)
            .finalize()
            .into_bytes()
            .into()
    }
}

/// Connections of a node that was not given the keys of the audit.
pub(crate) async fn connect_without_keys(url: &str) -> Database {
    let mut settings = DatabaseSettings::new(SecretString::from(url));
    settings.max_connections = 5;
    Database::connect(&settings).await.unwrap()
}

async fn connect(url: &str) -> Database {
    connect_without_keys(url)
        .await
        .with_audit_keys(Arc::new(Keys))
}
