//! The table in the other system's PostgreSQL.

use futures::StreamExt as _;
use secrecy::SecretString;
use sesame_store::{PythonColumns, PythonSession, PythonSessions, PythonSessionsError};

use super::args::Columns;
use super::entry::{Entry, Source, Unread};
use super::person::{is_nothing, person};
use crate::failure::Failure;
use crate::node::refused;

/// The rows that have a session.
pub(super) async fn read(
    url: SecretString,
    table: &str,
    columns: Columns<'_>,
) -> Result<Source, Failure> {
    let sessions = open(url, table, columns).await.map_err(failed)?;
    let total = sessions.count().await.map_err(failed)?;
    Ok(Source {
        total,
        entries: sessions.rows().map(entry).boxed(),
    })
}

async fn open(
    url: SecretString,
    table: &str,
    columns: Columns<'_>,
) -> Result<PythonSessions, PythonSessionsError> {
    let mut wanted = PythonColumns {
        session: columns.session,
        person: columns.person,
        tenant: columns.tenant,
    };
    match PythonSessions::open(url.clone(), table, wanted).await {
        Err(PythonSessionsError::NoColumn(name))
            if !columns.person_is_named && Some(name.as_str()) == columns.person =>
        {
            wanted.person = None;
            PythonSessions::open(url, table, wanted).await
        }
        other => other,
    }
}

fn entry(row: Result<PythonSession, PythonSessionsError>) -> Result<Entry, Unread> {
    let row = row.map_err(|error| match error {
        PythonSessionsError::NotText { line } => Unread::line(line, "the session is not text"),
        other => Unread::Rest(failed(other)),
    })?;
    let tenant = row
        .tenant
        .map(|name| {
            name.parse()
                .map_err(|_| Unread::line(row.line, "the tenant's name is not one"))
        })
        .transpose()?;
    let person = row
        .person
        .filter(|id| !is_nothing(id))
        .map(|id| person(&id))
        .transpose()
        .map_err(|why| Unread::line(row.line, why))?;
    Ok(Entry {
        line: row.line,
        tenant,
        person,
        session: row.session,
    })
}

fn failed(error: PythonSessionsError) -> Failure {
    match error {
        PythonSessionsError::Server(ref refused) => Failure::Storage {
            message: refused::by_postgres(refused.refusal, "--from-postgres"),
            source: anyhow::Error::new(error),
        },
        other => Failure::other("the other system's sessions cannot be read", other),
    }
}
