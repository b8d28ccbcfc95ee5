//! Opening `SQLite`.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};
use tokio::time::{Instant, sleep};

use super::address::plain;
use super::failed;
use super::failure::is_busy;
use super::rest::{Doubt, only_at_rest, only_beyond_doubt};
use super::settings::{ConnectError, DatabaseSettings};
use super::writer::Writer;

/// What `sea_orm` is told instead of the URL: it prints what it is told.
const NAMELESS: &str = "sqlite://nameless";

/// How long another process may take to open the file, before it is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// Opens the file: many connections to read, one to write.
///
/// `SQLite` lets one write at a time. With one connection to write, this
/// process's writes wait for each other in a queue instead of polling for the
/// file's lock; the busy timeout is for other processes.
pub(super) async fn open(
    options: SqliteConnectOptions,
    settings: &DatabaseSettings,
) -> Result<(DatabaseConnection, Writer), ConnectError> {
    create(options.get_filename()).map_err(ConnectError::File)?;
    let options = kept_well(options, settings.statement_timeout);
    let doubt = Doubt::default();
    let doubted = doubt.clone();
    let mut writes = pool(&options, 1, settings);
    writes.map_sqlx_sqlite_pool_opts(move |pool| only_beyond_doubt(pool, &doubted));
    let mut reads = pool(&options, settings.max_connections, settings);
    reads.map_sqlx_sqlite_pool_opts(only_at_rest);
    let patience = settings.statement_timeout;
    let writes = connect(writes, patience).await.map_err(failed)?;
    let reads = connect(reads, patience).await.map_err(failed)?;
    Ok((reads, Writer::new(writes, doubt)))
}

/// Connects for the first time, which may change the file: a new one is
/// switched to its write-ahead log. Of several processes that do that at the
/// same moment, `SQLite` tells all but one that the file is locked, at once and
/// whatever the busy timeout.
async fn connect(options: ConnectOptions, patience: Duration) -> Result<DatabaseConnection, DbErr> {
    let give_up = Instant::now() + patience;
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if is_busy(&error) && Instant::now() < give_up => sleep(TRY_AGAIN).await,
            outcome => return outcome,
        }
    }
}

/// The file with this path.
pub(super) fn at(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(plain(path))
}

/// The file that a URL names.
pub(super) fn from_url(url: &str) -> Result<SqliteConnectOptions, ConnectError> {
    // In memory, the connections would not see the same rows.
    if is_in_memory(url) {
        return Err(ConnectError::Url);
    }
    let options: SqliteConnectOptions = url.parse().map_err(|_| ConnectError::Url)?;
    let path = plain(options.get_filename());
    Ok(options.filename(path))
}

/// Whether a URL names no file.
fn is_in_memory(url: &str) -> bool {
    let rest = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    path.is_empty() || path == ":memory:" || parameters.split('&').any(|it| it == "mode=memory")
}

fn kept_well(options: SqliteConnectOptions, busy_timeout: Duration) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With less, a power cut may take back what was already promised:
        // an audited opening, a linked account.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(busy_timeout)
        .disable_statement_logging()
}

/// Creates the file, and its folder, for this user alone, if it is not there.
/// `SQLite` gives the files beside it the same mode.
fn create(file: &Path) -> io::Result<()> {
    if file.to_str().is_none() {
        let why = "SQLite takes only paths that are valid UTF-8";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
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
    // One that is there is not opened: closing it would let go of the locks
    // that this process has on it.
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
    {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
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
