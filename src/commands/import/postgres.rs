//! The table in the other system's PostgreSQL.

use futures::StreamExt as _;
use secrecy::SecretString;
use sesame_sessions::import_source::{Cells, Columns, Entry, Unread, UnreadReason};
use sesame_store::{PythonColumns, PythonSession, PythonSessions, PythonSessionsError};

use super::source::{NotRead, Source};
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

fn entry(row: Result<PythonSession, PythonSessionsError>) -> Result<Entry, NotRead> {
    let row = row.map_err(|error| match error {
        PythonSessionsError::NotText { line } => {
            NotRead::Line(Unread::line(line, UnreadReason::NotText))
        }
        other => NotRead::Rest(failed(other)),
    })?;
    let cells = Cells {
        line: row.line,
        tenant: row.tenant.as_deref(),
        person: row.person.as_deref(),
    };
    Ok(cells.entry(row.session)?)
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
