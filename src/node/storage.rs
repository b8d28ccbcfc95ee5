//! The database and Redis, with words for when they do not answer.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use anyhow::anyhow;
use sesame_domain::ids::TenantId;
use sesame_domain::plural::{agreeing, counted};
use sesame_domain::ports::{StoreError, Supervisor};
use sesame_domain::reason::Reason;
use sesame_domain::time::Clock;
use sesame_store::{
    ConnectError, Coordination, CoordinationError, CoordinationSettings, Database,
    DatabaseSettings, SchemaError,
};

use super::refused;
use super::scratch_folder::ScratchFolder;
use crate::config::Storage;
use crate::failure::Failure;

/// Connects to the database; a missing `SQLite` file is made.
pub(crate) async fn connect(settings: &Storage) -> Result<Database, Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&settings.data_dir)
        .map_err(|error| {
            let path = settings.data_dir.display();
            failed(
                format!("the directory {path} cannot be made: set DATA_DIR to one that can"),
                error,
            )
        })?;
    Database::connect(&DatabaseSettings::at(settings.database.clone()))
        .await
        .map_err(|error| match error {
            ConnectError::Url => failed("DATABASE_URL is not understood", error),
            ConnectError::File(_) => failed("the database file cannot be opened", error),
            ConnectError::Server(ref refused) => {
                failed(refused::by_postgres(refused.refusal, "DATABASE_URL"), error)
            }
            ConnectError::Store(_) => failed(
                "the database does not answer: is it running, and is DATABASE_URL right?",
                error,
            ),
        })
}

/// Whether there is a database, as far as that can be told without asking: a
/// server is believed to have one.
pub(crate) fn is_there(settings: &Storage) -> bool {
    settings.database.file().is_none_or(|file| file.exists())
}

/// Connects to a database that is there already: nothing is made.
pub(crate) async fn connect_made(settings: &Storage) -> Result<Database, Failure> {
    match settings.database.file() {
        Some(file) if !file.exists() => Err(Failure::Storage {
            message: format!(
                "there is no database {} yet: `sesame serve` makes it at its first start \
                 (or do DATA_DIR and DATABASE_URL name another place?)",
                file.display()
            ),
            source: anyhow!("no such file"),
        }),
        _ => connect(settings).await,
    }
}

/// Connects to a database whose schema is up to date: nothing is made.
pub(crate) async fn connect_existing(settings: &Storage) -> Result<Database, Failure> {
    let database = connect_made(settings).await?;
    match pending(&database).await?.as_slice() {
        [] => Ok(database),
        steps => Err(Failure::Storage {
            message: "the database's schema is not up to date: run `sesame migrate`".to_owned(),
            source: anyhow!(
                "{} {} missing",
                counted(steps.len(), "step"),
                agreeing(steps.len(), "is", "are")
            ),
        }),
    }
}

/// The steps that the schema lacks.
pub(crate) async fn pending(database: &Database) -> Result<Vec<String>, Failure> {
    database.pending_migrations().await.map_err(|error| {
        newer(error).unwrap_or_else(|error| failed("the database cannot be read", error))
    })
}

/// Brings the schema up to date. Nodes that start together do it one after
/// the other.
pub(crate) async fn migrate(database: &Database) -> Result<(), Failure> {
    database.migrate().await.map_err(|error| {
        newer(error).unwrap_or_else(|error| {
            failed("the database's schema cannot be brought up to date", error)
        })
    })
}

/// What to do with a database that a newer Sesame has migrated.
fn newer(error: SchemaError) -> Result<Failure, SchemaError> {
    match error {
        SchemaError::Newer(steps) => Ok(failed(
            format!(
                "this database was migrated by a newer Sesame (steps {}): run that version, \
                 or restore a backup into a new database (or does DATABASE_URL lead to \
                 another program's?)",
                steps.join(", ")
            ),
            SchemaError::Newer(steps),
        )),
        error @ SchemaError::Store(_) => Err(error),
    }
}

/// A database for a moment, in a folder that is removed with it.
pub(crate) struct Scratch {
    pub(crate) database: Database,
    folder: ScratchFolder,
}

impl Scratch {
    /// Removes it.
    pub(crate) async fn close(self) {
        close(&self.database).await;
        if let Err(error) = self.folder.close() {
            tracing::warn!(error = %Reason::of(&error), "a scratch database stays behind");
        }
    }
}

/// Makes a database for a moment.
pub(crate) async fn scratch() -> Result<Scratch, Failure> {
    let folder =
        ScratchFolder::new().map_err(|error| failed("a scratch database cannot be made", error))?;
    let file = folder.path().join("scratch.db");
    let database = Database::connect(&DatabaseSettings::file(file))
        .await
        .map_err(|error| failed("a scratch database cannot be made", error))?;
    migrate(&database).await?;
    Ok(Scratch { database, folder })
}

/// Closes the connections; what went wrong then does no harm.
pub(crate) async fn close(database: &Database) {
    if let Err(error) = database.close().await {
        tracing::warn!(
            error = %Reason::of(&error),
            "the database did not close cleanly"
        );
    }
}

/// Begins to coordinate the nodes of an instance: over Redis if there is one,
/// else in memory.
pub(crate) async fn coordinate(
    settings: &Storage,
    instance: &str,
    tenant: Option<&TenantId>,
    clock: Arc<dyn Clock>,
    supervisor: &dyn Supervisor,
) -> Result<Coordination, Failure> {
    let mut settings = settings
        .redis_url
        .clone()
        .map_or_else(CoordinationSettings::memory, CoordinationSettings::redis)
        .of_instance(instance);
    settings.tenant = tenant.cloned();
    Coordination::connect(&settings, clock, supervisor)
        .await
        .map_err(|error| match error {
            CoordinationError::Url => failed("REDIS_URL is not understood", error),
            CoordinationError::Refused(ref refused) => failed(refused::by_redis(refused), error),
        })
}

/// The database cannot be read.
pub(crate) fn unreadable(error: StoreError) -> Failure {
    failed("the database cannot be read", error)
}

fn failed(
    message: impl Into<String>,
    source: impl std::error::Error + Send + Sync + 'static,
) -> Failure {
    Failure::Storage {
        message: message.into(),
        source: anyhow::Error::new(source),
    }
}
