//! The database as the ports' implementations see it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use secrecy::ExposeSecret;
use sesame_domain::ports::{StoreError, TokenKeys};
use sesame_migrations::{Migrator, MigratorTrait, taken};

use super::address::{DatabaseAddress, Scheme, scheme};
use super::rest::Doubt;
use super::schema::{self, SchemaError};
use super::settings::{ConnectError, DatabaseSettings};
use super::transaction::{AuditKeys, Transaction};
use super::writer::Writer;
use super::{failed, postgres, sqlite};
use crate::skipped::Skipped;

/// Any number that no one else locks.
const MIGRATION_LOCK: i64 = 0x5e5a_3e00;

/// The database. Has a handle for each storage port (`handles`); clones, and
/// handles, share the connections.
#[derive(Clone, Debug)]
pub struct Database {
    reads: DatabaseConnection,
    writes: Writer,
    call_timeout: Duration,
    audit: AuditKeys,
    skipped: Skipped,
}

impl Database {
    /// Connects to the database. A `SQLite` file is created if it is missing,
    /// readable by this user alone.
    ///
    /// # Errors
    /// When the URL is malformed, the file cannot be created, or the server
    /// does not answer in time.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        let (reads, writes) = match &settings.address {
            DatabaseAddress::File(path) => sqlite::open(sqlite::at(path), settings).await?,
            DatabaseAddress::Url(url) => match scheme(url) {
                Scheme::Sqlite => {
                    let options = sqlite::from_url(url.expose_secret())?;
                    sqlite::open(options, settings).await?
                }
                Scheme::Postgres => {
                    let pool = postgres::connect(url.expose_secret(), settings).await?;
                    (pool.clone(), Writer::new(pool, Doubt::default()))
                }
                Scheme::Other => return Err(ConnectError::Url),
            },
        };
        Ok(Self {
            reads,
            writes,
            call_timeout: settings.call_timeout(),
            audit: AuditKeys::default(),
            skipped: Skipped::default(),
        })
    }

    /// Lets this database, and all its clones, write the audit: its entries
    /// are linked with these keys from now on. Without them, whatever has to
    /// be audited fails. Keys that were set before stay.
    pub fn set_audit_keys(&self, keys: Arc<dyn TokenKeys>) {
        self.audit.set(keys);
    }

    /// The same database, which can also write the audit
    /// ([`Self::set_audit_keys`]).
    #[must_use]
    pub fn with_audit_keys(self, keys: Arc<dyn TokenKeys>) -> Self {
        self.set_audit_keys(keys);
        self
    }

    /// Brings the schema up to date: all steps that it lacks, or none.
    ///
    /// # Errors
    /// When a newer program took steps that this one does not know, the
    /// database does not answer, or it refuses a step.
    pub async fn migrate(&self) -> Result<(), SchemaError> {
        let tx = self.begin().await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            wait_for_other_nodes(&tx).await?;
        }
        schema::refuse_newer(taken(tx.plain()).await.map_err(failed)?)?;
        Migrator::up(tx.plain(), None).await.map_err(failed)?;
        Ok(commit(tx).await?)
    }

    /// The names of the steps that the schema lacks.
    ///
    /// # Errors
    /// When a newer program took steps that this one does not know, or the
    /// database does not answer.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, SchemaError> {
        let taken = taken(&self.reads).await.map_err(failed)?;
        let mut pending = schema::known();
        pending.retain(|step| !taken.contains(step));
        schema::refuse_newer(taken)?;
        Ok(pending)
    }

    /// Whether no step was ever taken: there is no schema at all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_blank(&self) -> Result<bool, StoreError> {
        let taken = taken(&self.reads).await.map_err(failed)?;
        Ok(taken.is_empty())
    }

    /// Closes all connections, after what is under way.
    ///
    /// # Errors
    /// When a connection does not close cleanly.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.within(async {
            self.reads.close_by_ref().await.map_err(failed)?;
            self.writes.close().await.map_err(failed)
        })
        .await
    }

    /// The same database, with every statement told on the way.
    #[cfg(test)]
    pub(crate) fn watched_by(
        mut self,
        note: impl Fn(&Statement) + Clone + Send + Sync + 'static,
    ) -> Self {
        let noted = note.clone();
        self.reads
            .set_metric_callback(move |told| noted(told.statement));
        self.writes.watched_by(note);
        self
    }

    /// The connections for single statements that only read.
    pub(crate) fn reads(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// The connections for single statements that write.
    pub(crate) fn writes(&self) -> &Writer {
        &self.writes
    }

    /// The rows that were passed over because they are not understood.
    pub(crate) fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    /// Begins a transaction that may write. One that is dropped is rolled back.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        let tx = self.writes.begin().await.map_err(failed)?;
        let doubt = self.writes.doubt().clone();
        Ok(Transaction::new(tx, self.audit.clone(), doubt))
    }

    /// Ends a call whose connection went silent.
    pub(crate) async fn within<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        tokio::time::timeout(self.call_timeout, call)
            .await
            .unwrap_or_else(|late| Err(StoreError::unavailable(late)))
    }
}

/// Lets nodes that start together migrate one after the other, each for as
/// long as it takes.
async fn wait_for_other_nodes(tx: &Transaction) -> Result<(), StoreError> {
    tx.execute_unprepared("SET LOCAL statement_timeout = 0")
        .await
        .map_err(failed)?;
    let lock = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_advisory_xact_lock($1)",
        [MIGRATION_LOCK.into()],
    );
    tx.execute_raw(lock).await.map_err(failed)?;
    Ok(())
}

/// Commits a transaction.
pub(crate) async fn commit(tx: Transaction) -> Result<(), StoreError> {
    tx.commit().await
}
