//! Opening `SQLite`.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::failed;
use super::rest::{Doubt, only_at_rest, only_beyond_doubt};
use super::settings::{ConnectError, DatabaseSettings};
use super::writer::Writer;

/// What `sea_orm` is told instead of the URL: it prints what it is told.
const NAMELESS: &str = "sqlite://nameless";

/// Opens the file: many connections to read, one to write.
///
/// `SQLite` lets one write at a time. With one connection to write, this
/// process's writes wait for each other in a queue instead of polling for the
/// file's lock; the busy timeout is for other processes.
pub(super) async fn open(
    url: &str,
    settings: &DatabaseSettings,
) -> Result<(DatabaseConnection, Writer), ConnectError> {
    let options = options(url, settings.statement_timeout)?;
    create(options.get_filename()).map_err(ConnectError::File)?;
    let doubt = Doubt::default();
    let doubted = doubt.clone();
    let mut writes = pool(&options, 1, settings);
    writes.map_sqlx_sqlite_pool_opts(move |pool| only_beyond_doubt(pool, &doubted));
    let mut reads = pool(&options, settings.max_connections, settings);
    reads.map_sqlx_sqlite_pool_opts(only_at_rest);
    let writes = Database::connect(writes).await.map_err(failed)?;
    let reads = Database::connect(reads).await.map_err(failed)?;
    Ok((reads, Writer::new(writes, doubt)))
}

fn options(url: &str, busy_timeout: Duration) -> Result<SqliteConnectOptions, ConnectError> {
    // In memory, the connections would not see the same rows.
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(ConnectError::Url);
    }
    let options: SqliteConnectOptions = url.parse().map_err(|_| ConnectError::Url)?;
    Ok(options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With less, a power cut may take back what was already promised:
        // an audited opening, a linked account.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(busy_timeout)
        .disable_statement_logging())
}

/// Creates the file, and its folder, for this user alone. `SQLite` gives the
/// files beside it the same mode.
fn create(file: &Path) -> io::Result<()> {
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    // Opening a pipe would wait for its other end.
    if std::fs::metadata(file).is_ok_and(|it| !it.is_file()) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{} is not a regular file", file.display()),
        ));
    }
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file)?;
    Ok(())
}

fn pool(
    options: &SqliteConnectOptions,
    max_connections: u32,
    settings: &DatabaseSettings,
) -> ConnectOptions {
    let options = options.clone();
    let mut pool = ConnectOptions::new(NAMELESS);
    pool.max_connections(max_connections)
        .connect_timeout(settings.connect_timeout)
        .acquire_timeout(settings.connect_timeout + settings.statement_timeout)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |_| options.clone());
    pool
}
