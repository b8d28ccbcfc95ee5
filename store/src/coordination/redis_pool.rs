//! Connections to Redis, with a time limit on every call.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use deadpool_redis::redis::{AsyncConnectionConfig, Client, ConnectionAddr, RedisError};
use deadpool_redis::{Connection, Manager, Pool, Runtime};
use secrecy::{ExposeSecret, SecretString};

use tokio::net::{TcpStream, lookup_host};

use super::refusal::{RedisRefusal, RedisRefused, RedisStep};
use super::settings::{CoordinationError, CoordinationSettings};

/// Connections to Redis, with a time limit on every call.
#[derive(Clone)]
pub(super) struct RedisPool {
    pool: Pool,
    client: Client,
    prefix: String,
    /// What the user's rights are for: all that begins so.
    granted: String,
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
            // There is a runtime, which is all that it asks for.
            .map_err(|_| CoordinationError::Url)?;
        Ok(Self {
            pool,
            client: Client::open(url.expose_secret()).map_err(bad_url)?,
            prefix: settings.prefix.clone(),
            granted: settings.granted().to_owned(),
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

    /// Asks Redis for something, over a connection of the pool; ends a call
    /// that takes too long.
    pub(super) async fn ask<T, F>(
        &self,
        step: RedisStep,
        call: impl FnOnce(Connection) -> F + Send,
    ) -> Result<T, RedisRefused>
    where
        F: Future<Output = Result<T, RedisError>> + Send,
    {
        let asked = async {
            let connection = self
                .pool
                .get()
                .await
                .map_err(|error| RedisRefused::from_pool(&error, &self.granted))?;
            call(connection)
                .await
                .map_err(|error| self.refused(&error, step))
        };
        tokio::time::timeout(self.timeout, asked)
            .await
            .unwrap_or_else(|_| Err(RedisRefused::silently(RedisRefusal::Silent, step)))
    }

    /// What the driver's error means.
    pub(super) fn refused(&self, error: &RedisError, step: RedisStep) -> RedisRefused {
        RedisRefused::from_driver(error, step, &self.granted)
    }

    /// Says more of what the system has no kind of its own for: that a name
    /// leads nowhere, and that a server without TLS waits for more.
    pub(super) async fn explain(&self, refused: RedisRefused) -> RedisRefused {
        let info = self.client.get_connection_info();
        let (host, tls) = match info.addr() {
            ConnectionAddr::Tcp(host, port) => ((host.as_str(), *port), false),
            ConnectionAddr::TcpTls { host, port, .. } => ((host.as_str(), *port), true),
            _ => return refused,
        };
        let refusal = match refused.refusal {
            RedisRefusal::Other if lookup_host(host).await.is_err() => RedisRefusal::NoSuchHost,
            RedisRefusal::Silent if tls && self.takes_connections(host).await => RedisRefusal::Tls,
            _ => return refused,
        };
        RedisRefused::silently(refusal, refused.step)
    }

    async fn takes_connections(&self, host: (&str, u16)) -> bool {
        let connected = tokio::time::timeout(self.timeout, TcpStream::connect(host));
        matches!(connected.await, Ok(Ok(_)))
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
