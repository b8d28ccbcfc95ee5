//! What holds for every connection, and whether it stays so.

use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _,
};

use tokio::time::{Instant, timeout, timeout_at};

use super::refusal::{ServerRefusal, ServerRefused};

/// So soon a pooler gives a connection that another client has just left.
const AT_ONCE: Duration = Duration::from_secs(2);

/// How long things may take on a connection. They are set once it is made:
/// given with the start of it, a pooler refuses or ignores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// One statement, waiting for locks included.
    pub(crate) statement: Duration,
    /// A transaction in which nothing happens; zero: for ever.
    pub(crate) idle_in_transaction: Duration,
    /// Whether nothing may be written.
    pub(crate) read_only: bool,
}

impl Limits {
    fn values(self) -> Vec<(&'static str, String)> {
        let mut values = vec![
            ("statement_timeout", self.statement.as_millis().to_string()),
            (
                "idle_in_transaction_session_timeout",
                self.idle_in_transaction.as_millis().to_string(),
            ),
        ];
        if self.read_only {
            values.push(("default_transaction_read_only", "on".to_owned()));
        }
        values
    }

    /// Sets them.
    pub(crate) async fn set(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let statements: Vec<_> = self
            .values()
            .iter()
            .map(|(name, value)| format!("SET {name} = {value}"))
            .collect();
        connection
            .execute(sqlx::raw_sql(AssertSqlSafe(statements.join("; "))))
            .await?;
        Ok(())
    }

    /// Whether all are in force.
    async fn hold(self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let wanted: Vec<_> = self
            .values()
            .iter()
            .map(|(name, value)| format!("('{name}', '{value}')"))
            .collect();
        let query = format!(
            "SELECT count(*) = {} FROM pg_settings WHERE (name, setting) IN ({})",
            wanted.len(),
            wanted.join(", ")
        );
        let row = connection
            .fetch_one(sqlx::raw_sql(AssertSqlSafe(query)))
            .await?;
        row.try_get(0)
    }
}

/// Which of the server's processes does the work.
async fn process(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let row = connection
        .fetch_one(sqlx::raw_sql("SELECT pg_backend_pid()"))
        .await?;
    row.try_get(0)
}

/// Sets the limits, and looks whether they and the connection itself stay
/// while another one works: a pooler that shares connections gives the second
/// one the first one's process. Then prepared statements clash, locks are held
/// by others, and limits hold for whom they were not meant.
///
/// Everything here is asked in the simple protocol, which every pooler can.
pub(super) async fn keep(
    limits: Limits,
    options: &PgConnectOptions,
    until: Instant,
) -> Result<(), ServerRefused> {
    let Ok(first) = timeout_at(until, first(limits, options)).await else {
        return Err(ServerRefused::silently(ServerRefusal::Silent));
    };
    let (mut one, before) = first.map_err(|error| ServerRefused::from_driver(&error))?;
    let look = timeout_at(until, beside(limits, options, &mut one, before));
    let Ok(look) = look.await else {
        return Err(ServerRefused::silently(no_second(one, options).await));
    };
    let stays = look.map_err(|error| ServerRefused::from_driver(&error))?;
    // What goes wrong with a connection that is not needed does no harm.
    let _ = one.close().await;
    if stays {
        Ok(())
    } else {
        Err(ServerRefused::silently(ServerRefusal::Pooled))
    }
}

/// A connection with its limits, and its process.
async fn first(
    limits: Limits,
    options: &PgConnectOptions,
) -> Result<(PgConnection, i32), sqlx::Error> {
    let mut connection = options.connect().await?;
    limits.set(&mut connection).await?;
    let process = process(&mut connection).await?;
    Ok((connection, process))
}

/// Whether a connection is still what it was beside a second one.
async fn beside(
    limits: Limits,
    options: &PgConnectOptions,
    one: &mut PgConnection,
    before: i32,
) -> Result<bool, sqlx::Error> {
    let mut two = options.connect().await?;
    two.execute(sqlx::raw_sql("BEGIN")).await?;
    let other = process(&mut two).await?;
    let after = process(one).await?;
    let in_force = limits.hold(one).await?;
    two.execute(sqlx::raw_sql("ROLLBACK")).await?;
    two.close().await?;
    Ok(before == after && before != other && in_force)
}

/// Why there was no second connection in time: a pooler that has but one gives
/// it at once when the first has ended, a server that is slow stays slow.
async fn no_second(one: PgConnection, options: &PgConnectOptions) -> ServerRefusal {
    let another = async {
        one.close().await?;
        options.connect().await?.close().await
    };
    match timeout(AT_ONCE, another).await {
        Ok(Ok(())) => ServerRefusal::OneConnection,
        Ok(Err(_)) | Err(_) => ServerRefusal::Silent,
    }
}
