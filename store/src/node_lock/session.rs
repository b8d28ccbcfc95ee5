//! A lock of a session of PostgreSQL's, on a connection of its own.

use std::fmt;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Connection as _};
use sea_orm::{DbErr, RuntimeErr};
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use super::{Holder, NodeLockError, Sharing};
use crate::database::{Server, failed};

/// How often is looked whether the lock is still held.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long the server may take to say so.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// The most that PostgreSQL keeps of a connection's name.
const NAME_LIMIT: usize = 63;

/// A machine that vanished without a word is noticed by its server within half
/// a minute, instead of hours.
const KEEPALIVES: &str = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; \
     SET tcp_keepalives_count = 4";

/// One for each schema: several programs may share a database.
const KEY: &str = "hashtextextended('sesame node ' || coalesce(current_schema(), ''), 0)";

/// That lock, among all that are held.
const IS_THIS_LOCK: &str = "locktype = 'advisory' AND granted AND objsubid = 1 \
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
     AND ((classid::bigint << 32) | objid::bigint) = ";

/// A server that took too long to answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {ANSWER_WITHIN:?}")]
struct Late;

/// A lock of a session of PostgreSQL's.
pub(super) struct SessionLock {
    server: Server,
    sharing: Sharing,
    name: String,
    connection: Mutex<PgConnection>,
}

impl fmt::Debug for SessionLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLock")
            .field("sharing", &self.sharing)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl SessionLock {
    pub(super) async fn take(
        server: Server,
        sharing: Sharing,
        name: &str,
    ) -> Result<Self, NodeLockError> {
        let name = as_name_of_a_connection(name);
        let server = server.named(&name);
        let connection = lock(&server, sharing).await?;
        Ok(Self {
            server,
            sharing,
            name,
            connection: Mutex::new(connection),
        })
    }

    /// Waits until someone else has it.
    pub(super) async fn lost(&self) -> NodeLockError {
        loop {
            sleep(LOOK_EVERY).await;
            let mut connection = self.connection.lock().await;
            let why = match is_held(&mut connection).await {
                Ok(true) => continue,
                Ok(false) => "the server let go of it".to_owned(),
                Err(error) => error.to_string(),
            };
            tracing::warn!(why, "the lock of the database is not held: taking it again");
            match self.take_again().await {
                Ok(again) => *connection = again,
                Err(lost) => return lost,
            }
            tracing::info!("the lock of the database is held again");
        }
    }

    /// While the server does not answer, no one else gets it either.
    async fn take_again(&self) -> Result<PgConnection, NodeLockError> {
        loop {
            match lock(&self.server, self.sharing).await {
                Err(NodeLockError::Taken(Holder(name))) if name == self.name => {
                    // Our former connection, whose end the server did not notice yet.
                }
                Err(taken @ NodeLockError::Taken(_)) => return Err(taken),
                Err(error) => {
                    tracing::debug!(error = %Reason::of(&error), "the lock of the database is out of reach");
                }
                Ok(connection) => return Ok(connection),
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Gives it up, and waits until the server knows.
    pub(super) async fn release(self) {
        let closing = self.connection.into_inner().close();
        if !matches!(timeout(ANSWER_WITHIN, closing).await, Ok(Ok(()))) {
            tracing::debug!("the lock of the database ends with its connection");
        }
    }
}

async fn lock(server: &Server, sharing: Sharing) -> Result<PgConnection, NodeLockError> {
    let mut connection = in_time(server.connect()).await?;
    // A pooler may refuse them: it looks after its own connections.
    if let Err(error) = in_time(sqlx::raw_sql(KEEPALIVES).execute(&mut connection)).await {
        tracing::debug!(error = %Reason::of(&error), "the server does not watch over the connection of the lock");
    }
    let function = match sharing {
        Sharing::Alone => "pg_try_advisory_lock",
        Sharing::Coordinated => "pg_try_advisory_lock_shared",
    };
    let take = format!("SELECT {function}({KEY})");
    if ask(&mut connection, take).await? {
        return Ok(connection);
    }
    let holder = in_time(holder(&mut connection)).await?;
    Err(NodeLockError::Taken(holder))
}

/// Whether this very session holds it.
async fn is_held(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let held = format!(
        "SELECT EXISTS (SELECT 1 FROM pg_locks \
         WHERE pid = pg_backend_pid() AND {IS_THIS_LOCK}{KEY})"
    );
    ask(connection, held).await
}

async fn ask(connection: &mut PgConnection, question: String) -> Result<bool, StoreError> {
    let question = sqlx::query_scalar(sqlx::AssertSqlSafe(question));
    in_time(question.fetch_one(connection)).await
}

/// The name of a session that has it.
async fn holder(connection: &mut PgConnection) -> Result<Holder, sqlx::Error> {
    let who = format!(
        "SELECT coalesce(application_name, '') FROM pg_locks JOIN pg_stat_activity USING (pid) \
         WHERE pid <> pg_backend_pid() AND {IS_THIS_LOCK}{KEY} LIMIT 1"
    );
    let name: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(who))
        .fetch_optional(connection)
        .await?;
    Ok(Holder(name.unwrap_or_default()))
}

async fn in_time<T>(call: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    match timeout(ANSWER_WITHIN, call).await {
        Ok(answer) => {
            answer.map_err(|error| failed(DbErr::Conn(RuntimeErr::SqlxError(error.into()))))
        }
        Err(_) => Err(StoreError::unavailable(Late)),
    }
}

/// As PostgreSQL will show it: it replaces what is not ASCII, and cuts.
fn as_name_of_a_connection(name: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
    format!("sesame {name}")
        .chars()
        .filter(plain)
        .take(NAME_LIMIT)
        .collect()
}
