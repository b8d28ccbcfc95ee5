//! Connecting to PostgreSQL.

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
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
