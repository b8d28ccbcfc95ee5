//! The audit as a file for a spreadsheet.

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use futures::stream::{Stream, try_unfold};
use sesame_domain::audit::AuditEntry;
use sesame_domain::listing::{Cursor, Query};
use sesame_domain::ports::StoreError;
use sesame_domain::ports::listing::{AuditKey, AuditQuery};
use sesame_domain::reason::Reason;

use super::audit::asked;
use super::list::Wanted;
use crate::operators::error::PageError;
use crate::operators::ports::Lists;
use crate::operators::signed_in::SignedIn;

const COLUMNS: [&str; 10] = [
    "at", "action", "outcome", "actor", "name", "reason", "tenant", "person", "origin", "subject",
];

/// Where the reading goes on.
enum Part {
    Head,
    After(Option<Cursor<AuditKey>>),
    End,
}

/// `GET /admin/audit.csv`: all that the same address without `.csv` lists, page by
/// page as it is read.
pub(crate) async fn file(who: SignedIn, wanted: Wanted) -> Result<Response, PageError> {
    let (_, filter) = asked(&wanted);
    let mut query: AuditQuery = Query::first(who.tenants(), AuditQuery::MOST);
    query.filter = filter;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    let body = Body::from_stream(parts(who.lists(), query));
    Ok((headers, body).into_response())
}

/// The file in parts. One that ends with an error is broken off, so that no one
/// takes it for whole.
fn parts(lists: Lists, query: AuditQuery) -> impl Stream<Item = Result<Bytes, StoreError>> {
    try_unfold((Part::Head, query), move |(part, mut query)| {
        let audit = lists.audit.clone();
        async move {
            query.page.after = match part {
                Part::Head => {
                    let head = lines([COLUMNS.map(str::to_owned)]);
                    return Ok(Some((head, (Part::After(None), query))));
                }
                Part::After(row) => row,
                Part::End => return Ok(None),
            };
            let listed = audit.entries(&query).await.inspect_err(|error| {
                tracing::warn!(error = %Reason::of(error), "a file of the audit is broken off");
            })?;
            let rows = listed.rows.into_iter().map(|row| match row {
                Ok(it) => cells(it.entry),
                Err(broken) => {
                    let mut cells = COLUMNS.map(|_| String::new());
                    cells[1] = format!("cannot be read: {}", broken.what);
                    cells[9] = broken.id;
                    cells
                }
            });
            let next = listed.next.map_or(Part::End, |row| Part::After(Some(row)));
            Ok(Some((lines(rows), (next, query))))
        }
    })
}

fn cells(entry: AuditEntry) -> [String; 10] {
    let person = entry.owner.person.0;
    [
        entry.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        entry.action.as_str().to_owned(),
        entry.outcome.as_str().to_owned(),
        entry.actor.kind().to_owned(),
        entry.actor.name().unwrap_or_default().to_owned(),
        entry.reason.to_string(),
        entry.owner.tenant.to_string(),
        if person == 0 {
            String::new()
        } else {
            person.to_string()
        },
        entry.origin,
        entry.subject.to_string(),
    ]
}

/// Rows as lines of a file.
fn lines<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> Bytes {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // A buffer takes whatever is written to it.
        let _ = writer.write_record(row.map(harmless));
    }
    writer.into_inner().unwrap_or_default().into()
}

/// A cell that no spreadsheet takes for a formula, as OWASP advises: whoever
/// wrote a reason would have what they like done by whoever opens the file.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_stays_one_cell() {
        let row = |cell: &str| lines([[cell.to_owned(), "after".to_owned()]]);
        for formula in ["=1+1", "+1", "-2", "@SUM(A1)", "＝1", "\t=1"] {
            let line = String::from_utf8(row(formula).to_vec()).unwrap();
            assert!(line.starts_with('\''), "{line}");
        }
        assert_eq!(row("a,b"), "\"a,b\",after\n");
        assert_eq!(row("a\"=1\nb"), "\"a\"\"=1\nb\",after\n");
        assert_eq!(row("lost phone"), "lost phone,after\n");
    }
}
