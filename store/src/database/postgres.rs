//! Connecting to PostgreSQL.

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, ConnectOptions as _};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::failed;
use super::rest::only_at_rest;
use super::settings::{ConnectError, DatabaseSettings};

/// What `sea_orm` is told instead of the URL: it prints what it is told.
const NAMELESS: &str = "postgres://nameless";

/// Connects to the server.
pub(super) async fn connect(
    url: &str,
    settings: &DatabaseSettings,
) -> Result<DatabaseConnection, ConnectError> {
    let options = options(url, settings)?;
    let mut pool = ConnectOptions::new(NAMELESS);
    pool.max_connections(settings.max_connections)
        .connect_timeout(settings.connect_timeout)
        .acquire_timeout(settings.connect_timeout)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |_| options.clone())
        .map_sqlx_postgres_pool_opts(only_at_rest);
    Ok(Database::connect(pool).await.map_err(failed)?)
}

/// The server, for connections beyond those of the pool.
pub(crate) struct Server(PgConnectOptions);

impl Server {
    pub(super) fn new(url: &str, settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        Ok(Self(options(url, settings)?))
    }

    /// The same, for a connection that others see under this name.
    pub(crate) fn named(self, name: &str) -> Self {
        Self(self.0.application_name(name))
    }

    /// Connects once.
    pub(crate) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.connect().await
    }
}

fn options(url: &str, settings: &DatabaseSettings) -> Result<PgConnectOptions, ConnectError> {
    let options: PgConnectOptions = url.parse().map_err(|_| ConnectError::Url)?;
    let limit = settings.statement_timeout.as_millis().to_string();
    Ok(options
        .application_name("sesame")
        .options([
            ("statement_timeout", limit.as_str()),
            // A node that hangs inside a transaction must not hold up others.
            ("idle_in_transaction_session_timeout", limit.as_str()),
        ])
        .disable_statement_logging())
}
