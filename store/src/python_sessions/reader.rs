//! Reads the table, and nothing else, page by page.

use std::fmt;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use sea_orm::sqlx::Transaction;
use sea_orm::sqlx::postgres::{PgPoolOptions, PgRow};
use sea_orm::sqlx::{self, AssertSqlSafe, PgPool, Postgres, Row as _};
use secrecy::{ExposeSecret as _, SecretString};

use super::table::{Name, SessionTable};
use crate::postgres::{Limits, PostgresServer, ServerRefused};

/// How many rows are fetched at once.
const PAGE: usize = 200;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one statement may take: the first one of a large table sorts it.
const STATEMENT_TIMEOUT: Duration = Duration::from_mins(1);

/// A row of the Python system's table.
#[derive(Clone, Debug)]
pub struct PythonSession {
    /// Its number, from 1, among the rows that have a session.
    pub line: u64,
    /// Whose it is, as far as that system knows: a Telegram id, as it is written.
    pub person: Option<String>,
    /// Its tenant, if there is a column for it.
    pub tenant: Option<String>,
    /// What is in the column: a `StringSession`, plain or encrypted.
    pub session: SecretString,
}

/// The columns that are read, as the database spells them.
#[derive(Clone, Copy, Debug)]
pub struct PythonColumns<'a> {
    /// The session, as text or bytes.
    pub session: &'a str,
    /// The person's Telegram id, if it is asked for.
    pub person: Option<&'a str>,
    /// The tenant, if it is asked for.
    pub tenant: Option<&'a str>,
}

/// Why sessions could not be read from the Python system's database.
#[derive(Debug, thiserror::Error)]
pub enum PythonSessionsError {
    /// The URL is not one of PostgreSQL.
    #[error("the database's URL must be postgres://USER:PASSWORD@HOST/NAME")]
    Url,
    /// A name is not letters, digits and `_`.
    #[error("{0:?} is not the name of a table or column")]
    Name(String),
    /// There is no such table.
    #[error("there is no table {0}, or it may not be read")]
    NoTable(String),
    /// There is no such column.
    #[error("there is no column {0}")]
    NoColumn(String),
    /// A column holds something else.
    #[error("the column {column} holds {found}, not {needed}")]
    ColumnType {
        /// Which.
        column: String,
        /// The name of its type.
        found: String,
        /// What it should hold.
        needed: &'static str,
    },
    /// A row's session is not text. The rows after it can be read.
    #[error("row {line}: the session is not text")]
    NotText {
        /// The row's number.
        line: u64,
    },
    /// The server cannot be worked with.
    #[error(transparent)]
    Server(#[from] ServerRefused),
    /// The database does not answer, or refuses. Nothing comes after it.
    #[error("the Python system's database does not answer, or refuses: {0}")]
    Database(String),
}

/// The sessions in the Python system's database. Reads only.
pub struct PythonSessions {
    pool: PgPool,
    table: SessionTable,
    session_is_bytes: bool,
}

/// The table alone: where it is may hold a password.
impl fmt::Debug for PythonSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PythonSessions")
            .field("table", &self.table.quoted())
            .finish_non_exhaustive()
    }
}

impl PythonSessions {
    /// Connects to the database and looks whether the table (`name` or
    /// `schema.name`) and its columns are there. Names are as the database
    /// spells them. The column of the session holds text or bytes.
    ///
    /// # Errors
    /// When the URL or a name is malformed, the database does not answer, or
    /// the table or a column is missing or holds something else.
    pub async fn open(
        url: SecretString,
        table: &str,
        columns: PythonColumns<'_>,
    ) -> Result<Self, PythonSessionsError> {
        let (schema, name_of_table) = match table.split_once('.') {
            Some((schema, table)) => (Some(name(schema)?), table),
            None => (None, table),
        };
        let table = SessionTable {
            schema,
            name: name(name_of_table)?,
            person: columns.person.map(name).transpose()?,
            tenant: columns.tenant.map(name).transpose()?,
            session: name(columns.session)?,
        };
        let pool = connect(&url).await?;
        require_table(&pool, &table).await?;
        if let Some(person) = &table.person {
            let found = type_of(&pool, &table, person).await?;
            let needed = "a number";
            require(person, &found, &NUMBERS, needed)?;
        }
        if let Some(tenant) = &table.tenant {
            let found = type_of(&pool, &table, tenant).await?;
            require(tenant, &found, &NAMES, "text")?;
        }
        let found = type_of(&pool, &table, &table.session).await?;
        require(&table.session, &found, &TEXTS, "text or bytes")?;
        Ok(Self {
            pool,
            table,
            session_is_bytes: found == "bytea",
        })
    }

    /// How many rows have a session.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count(&self) -> Result<u64, PythonSessionsError> {
        let query = AssertSqlSafe(self.table.count());
        let count: i64 = in_time(sqlx::query_scalar(query).fetch_one(&self.pool)).await?;
        Ok(count.unsigned_abs())
    }

    /// Every row that has a session, as they are when the first one is read;
    /// ordered by person, if there is a column for it. Goes on after a row
    /// that is not what it should be, and ends after any other error.
    pub fn rows(&self) -> BoxStream<'static, Result<PythonSession, PythonSessionsError>> {
        let cursor = self.table.cursor(self.session_is_bytes);
        stream::unfold(Reading::Begin(self.pool.clone(), cursor), |reading| async {
            reading.page().await
        })
        .flat_map(stream::iter)
        .boxed()
    }

    /// Disconnects.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The types that a person's id comes in, those of a tenant and of a session.
const NUMBERS: [&str; 8] = [
    "int2", "int4", "int8", "numeric", "float8", "text", "varchar", "bpchar",
];
const NAMES: [&str; 3] = ["text", "varchar", "bpchar"];
const TEXTS: [&str; 4] = ["text", "varchar", "bpchar", "bytea"];

type Rows = Vec<Result<PythonSession, PythonSessionsError>>;

/// How far the reading has come.
enum Reading {
    Begin(PgPool, String),
    /// The cursor lives as long as the transaction; so many rows were read.
    Going(Transaction<'static, Postgres>, u64),
    Over,
}

impl Reading {
    /// The next rows and where the reading is then.
    async fn page(self) -> Option<(Rows, Self)> {
        let (tx, read) = match self {
            Self::Begin(pool, cursor) => match in_time(begin(&pool, cursor)).await {
                Ok(tx) => (tx, 0),
                Err(error) => return Some((vec![Err(error)], Self::Over)),
            },
            Self::Going(tx, read) => (tx, read),
            Self::Over => return None,
        };
        next_page(tx, read).await
    }
}

async fn begin(pool: &PgPool, cursor: String) -> sqlx::Result<Transaction<'static, Postgres>> {
    let mut tx = pool
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    sqlx::query(AssertSqlSafe(cursor)).execute(&mut *tx).await?;
    Ok(tx)
}

async fn next_page(
    mut tx: Transaction<'static, Postgres>,
    mut read: u64,
) -> Option<(Rows, Reading)> {
    let fetch = AssertSqlSafe(format!("FETCH {PAGE} FROM sessions"));
    match in_time(sqlx::query(fetch).fetch_all(&mut *tx)).await {
        Ok(rows) if rows.is_empty() => None,
        Ok(rows) => {
            let page = rows
                .iter()
                .map(|row| {
                    read += 1;
                    session(row, read)
                })
                .collect();
            Some((page, Reading::Going(tx, read)))
        }
        Err(error) => Some((vec![Err(error)], Reading::Over)),
    }
}

fn session(row: &PgRow, line: u64) -> Result<PythonSession, PythonSessionsError> {
    let person: Option<String> = row.try_get("person").map_err(|error| refused(&error))?;
    let tenant: Option<String> = row.try_get("tenant").map_err(|error| refused(&error))?;
    let bytes: Vec<u8> = row.try_get("session").map_err(|error| refused(&error))?;
    let session = String::from_utf8(bytes).map_err(|_| PythonSessionsError::NotText { line })?;
    Ok(PythonSession {
        line,
        person,
        tenant,
        session: session.into(),
    })
}

async fn connect(url: &SecretString) -> Result<PgPool, PythonSessionsError> {
    let limits = Limits {
        statement: STATEMENT_TIMEOUT,
        // Between two pages, Telegram is asked about every row.
        idle_in_transaction: Duration::ZERO,
        read_only: true,
    };
    let server = PostgresServer::at(url.expose_secret(), "sesame import", limits)
        .ok_or(PythonSessionsError::Url)?;
    server.look(CONNECT_TIMEOUT).await?;
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(CONNECT_TIMEOUT);
    Ok(server.limit(pool).connect_lazy_with(server.options()))
}

async fn require_table(pool: &PgPool, table: &SessionTable) -> Result<(), PythonSessionsError> {
    let name = table.quoted();
    let found = sqlx::query_scalar(
        "SELECT coalesce(has_table_privilege(to_regclass($1)::oid, 'SELECT'), false)",
    )
    .bind(&name)
    .fetch_one(pool);
    if in_time(found).await? {
        Ok(())
    } else {
        Err(PythonSessionsError::NoTable(name))
    }
}

async fn type_of(
    pool: &PgPool,
    table: &SessionTable,
    column: &Name,
) -> Result<String, PythonSessionsError> {
    let found = sqlx::query_scalar(
        "SELECT typname::text FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid \
         WHERE attrelid = to_regclass($1) AND attname = $2 AND attnum > 0 AND NOT attisdropped",
    )
    .bind(table.quoted())
    .bind(column.as_str())
    .fetch_optional(pool);
    in_time(found)
        .await?
        .ok_or_else(|| PythonSessionsError::NoColumn(column.as_str().to_owned()))
}

fn require(
    column: &Name,
    found: &str,
    good: &[&str],
    needed: &'static str,
) -> Result<(), PythonSessionsError> {
    if good.contains(&found) {
        return Ok(());
    }
    Err(PythonSessionsError::ColumnType {
        column: column.as_str().to_owned(),
        found: found.to_owned(),
        needed,
    })
}

fn name(text: &str) -> Result<Name, PythonSessionsError> {
    Name::parse(text).ok_or_else(|| PythonSessionsError::Name(text.to_owned()))
}

/// Ends a call whose connection went silent.
async fn in_time<T>(call: impl Future<Output = sqlx::Result<T>>) -> Result<T, PythonSessionsError> {
    match tokio::time::timeout(CONNECT_TIMEOUT + STATEMENT_TIMEOUT, call).await {
        Ok(done) => done.map_err(|error| refused(&error)),
        Err(late) => Err(PythonSessionsError::Database(late.to_string())),
    }
}

/// What the driver says of a failure, without the details: they quote values.
fn refused(error: &sqlx::Error) -> PythonSessionsError {
    PythonSessionsError::Database(error.to_string())
}
