//! Connecting to PostgreSQL.

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, ConnectOptions as _};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::failed;
use super::rest::only_at_rest;
use super::settings::{ConnectError, DatabaseSettings};
use crate::postgres::{Limits, PostgresServer};

/// What `sea_orm` is told instead of the URL: it prints what it is told.
const NAMELESS: &str = "postgres://nameless";

/// Connects to the server, once it is known that it can be worked with.
pub(super) async fn connect(
    url: &str,
    settings: &DatabaseSettings,
) -> Result<DatabaseConnection, ConnectError> {
    let server = server(url, settings)?;
    server.look(settings.connect_timeout).await?;
    let options = server.options();
    let mut pool = ConnectOptions::new(NAMELESS);
    pool.max_connections(settings.max_connections)
        .connect_timeout(settings.connect_timeout)
        .acquire_timeout(settings.connect_timeout)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |_| options.clone())
        .map_sqlx_postgres_pool_opts(move |pool| only_at_rest(server.limit(pool)));
    Ok(Database::connect(pool).await.map_err(failed)?)
}

fn server(url: &str, settings: &DatabaseSettings) -> Result<PostgresServer, ConnectError> {
    let limits = Limits {
        statement: settings.statement_timeout,
        // A node that hangs inside a transaction must not hold up others.
        idle_in_transaction: settings.statement_timeout,
        read_only: false,
    };
    PostgresServer::at(url, "sesame", limits).ok_or(ConnectError::Url)
}

/// The server, for connections beyond those of the pool.
pub(crate) struct Server(PgConnectOptions);

impl Server {
    pub(super) fn new(url: &str, settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        Ok(Self(server(url, settings)?.options()))
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
