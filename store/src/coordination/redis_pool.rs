//! Connections to Redis, with a time limit on every call.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use deadpool_redis::redis::{AsyncConnectionConfig, Client, RedisError};
use deadpool_redis::{Connection, Manager, Pool, Runtime};
use secrecy::{ExposeSecret, SecretString};
use sesame_domain::ports::StoreError;

use super::settings::{CoordinationError, CoordinationSettings};

/// Connections to Redis, with a time limit on every call.
#[derive(Clone)]
pub(super) struct RedisPool {
    pool: Pool,
    client: Client,
    prefix: String,
    timeout: Duration,
}

impl RedisPool {
    /// Prepares connections; none is opened yet.
    pub(super) fn new(
        url: &SecretString,
        settings: &CoordinationSettings,
    ) -> Result<Self, CoordinationError> {
        let bad_url = |_: RedisError| CoordinationError::Url;
        let timeout = settings.timeout;
        let limits = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout));
        let manager = Manager::new_with_config(url.expose_secret(), limits).map_err(bad_url)?;
        let pool = Pool::builder(manager)
            .max_size(settings.max_connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(timeout))
            .create_timeout(Some(timeout))
            .recycle_timeout(Some(timeout))
            .build()
            .map_err(|error| CoordinationError::Store(StoreError::unavailable(error)))?;
        Ok(Self {
            pool,
            client: Client::open(url.expose_secret()).map_err(bad_url)?,
            prefix: settings.prefix.clone(),
            timeout,
        })
    }

    /// For connections that a pool is not for.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// How long a call may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// A key or channel of Sesame's own.
    pub(super) fn key(&self, kind: &str, name: &str) -> String {
        format!("{}{kind}:{name}", self.prefix)
    }

    /// A connection.
    pub(super) async fn connection(&self) -> Result<Connection, StoreError> {
        self.pool.get().await.map_err(StoreError::unavailable)
    }

    /// Ends a call that takes too long.
    pub(super) async fn within<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        tokio::time::timeout(self.timeout, call)
            .await
            .unwrap_or_else(|late| Err(StoreError::unavailable(late)))
    }

    /// Asks Redis whether it answers.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.within(async {
            let mut connection = self.connection().await?;
            deadpool_redis::redis::cmd("PING")
                .query_async::<()>(&mut connection)
                .await
                .map_err(StoreError::unavailable)
        })
        .await
    }

    /// Closes the connections.
    pub(super) fn close(&self) {
        self.pool.close();
    }
}

impl fmt::Debug for RedisPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisPool")
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
