//! A server, as far as it can be worked with.

use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sesame_domain::backoff::Backoff;
use tokio::time::{Instant, sleep};

use super::address;
use super::refusal::{ServerRefusal, ServerRefused};
use super::session::{Limits, keep};

/// The wait after the first refusal that may pass.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// A server that was looked at: it lets this user in, keeps what is set for a
/// connection, and has a second one.
pub(crate) struct PostgresServer {
    options: PgConnectOptions,
    limits: Limits,
}

impl PostgresServer {
    /// The server that a URL names, without asking it; `None`: it names none.
    pub(crate) fn at(url: &str, application: &str, limits: Limits) -> Option<Self> {
        let options = address::options(url)?.application_name(application);
        Some(Self { options, limits })
    }

    /// Looks whether it can be worked with. What may be otherwise in a moment
    /// (it is starting, say) is tried again for as long as there is patience.
    pub(crate) async fn look(&self, patience: Duration) -> Result<(), ServerRefused> {
        let until = Instant::now() + patience;
        let waits = Backoff::new(FIRST_WAIT, patience);
        let mut refusals: u32 = 0;
        let mut before: Option<ServerRefused> = None;
        loop {
            let refused = match keep(self.limits, &self.options, until).await {
                Ok(()) => return Ok(()),
                Err(refused) => refused,
            };
            let wait = waits.wait(refusals);
            if !refused.is_passing() || Instant::now() + wait >= until {
                // That time ran out says less than what was said before.
                let silent = refused.refusal == ServerRefusal::Silent;
                let refused = before.filter(|_| silent).unwrap_or(refused);
                return Err(self.with_host(refused).await);
            }
            before = Some(refused);
            sleep(wait).await;
            refusals = refusals.saturating_add(1);
        }
    }

    /// The system has no kind of its own for a name that leads nowhere.
    async fn with_host(&self, refused: ServerRefused) -> ServerRefused {
        if refused.refusal != ServerRefusal::Other || self.options.get_socket().is_some() {
            return refused;
        }
        let host = (self.options.get_host(), self.options.get_port());
        match tokio::net::lookup_host(host).await {
            Ok(_) => refused,
            Err(_) => ServerRefused::silently(ServerRefusal::NoSuchHost),
        }
    }

    /// How to reach it.
    pub(crate) fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Has each new connection of a pool keep the limits.
    pub(crate) fn limit(&self, pool: PgPoolOptions) -> PgPoolOptions {
        let limits = self.limits;
        pool.after_connect(move |connection, _| {
            Box::pin(async move { limits.set(connection).await })
        })
    }
}
