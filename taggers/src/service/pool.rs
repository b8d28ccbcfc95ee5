//! The connections to the service: a bounded number, kept for the next request.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::connect::Connector;
use super::fault::{Fault, Phase};
use super::limits::Limits;
use super::line::{Line, Reply};

/// The connections.
pub(super) struct Pool {
    connector: Connector,
    limits: Limits,
    /// How many may be in use at once.
    places: Semaphore,
    idle: Mutex<Vec<Line>>,
}

impl Pool {
    pub(super) fn new(connector: Connector, limits: Limits, connections: usize) -> Self {
        Self {
            connector,
            limits,
            places: Semaphore::new(connections.clamp(1, Semaphore::MAX_PERMITS)),
            idle: Mutex::default(),
        }
    }

    pub(super) fn connector(&self) -> &Connector {
        &self.connector
    }

    /// Sends a request over one of the connections. One that failed, or whose request
    /// was given up, is closed.
    pub(super) async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Reply, Fault> {
        let place = timeout(self.limits.pool, self.places.acquire()).await;
        let Ok(Ok(_place)) = place else {
            return Err(Fault::TimedOut(Phase::Pool));
        };
        let mut line = match self.kept().await {
            Some(line) => line,
            None => self.connector.connect().await?,
        };
        let reply = line.exchange(request, &self.limits).await?;
        self.idle().push(line);
        Ok(reply)
    }

    /// A connection that was kept and is still open.
    async fn kept(&self) -> Option<Line> {
        loop {
            let mut line = self.idle().pop()?;
            if line.is_open().await {
                return Some(line);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Line>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
