//! A table as CSV.

use csv::{ReaderBuilder, StringRecord, Trim};
use secrecy::SecretString;

use super::args::Columns;
use super::entry::{Entry, Unread, person};
use super::lines;
use crate::failure::Failure;

/// How long a session is at least, in plain or encrypted.
const SHORTEST_SESSION: usize = 300;

/// Whether a text is a table: its first line is a header and not a session.
pub(super) fn is_table(text: &str, columns: Columns<'_>) -> bool {
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else {
        return false;
    };
    let mut fields = first.split(',').map(|field| field.trim().trim_matches('"'));
    let has_session = lines::parts(first).any(|part| part.len() >= SHORTEST_SESSION);
    !has_session && fields.any(|field| field == columns.session)
}

/// Where in a row the columns are.
struct Places {
    session: usize,
    person: Option<usize>,
    tenant: Option<usize>,
}

/// Reads a table. Rows without a session are passed over.
pub(super) fn read(
    text: &str,
    columns: Columns<'_>,
) -> Result<Vec<Result<Entry, Unread>>, Failure> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| unread_header())?;
    let places = places(header, columns)?;
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                entries.push(Err(Unread::line(line, "it is not a row of a table")));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        entries.extend(entry(line, &record, &places).transpose());
    }
    Ok(entries)
}

fn unread_header() -> Failure {
    Failure::Usage("the table's header cannot be read".to_owned())
}

fn places(header: &StringRecord, columns: Columns<'_>) -> Result<Places, Failure> {
    let find = |name: &str| header.iter().position(|column| column == name);
    let need = |name: &str| {
        find(name).ok_or_else(|| Failure::Usage(format!("the table has no column {name}")))
    };
    let person = match columns.person {
        Some(name) if columns.person_is_named => Some(need(name)?),
        Some(name) => find(name),
        None => None,
    };
    Ok(Places {
        session: need(columns.session)?,
        person,
        tenant: columns.tenant.map(need).transpose()?,
    })
}

/// The entry of a row, unless it has no session.
fn entry(line: u64, row: &StringRecord, places: &Places) -> Result<Option<Entry>, Unread> {
    let session = match row.get(places.session) {
        Some("") => return Ok(None),
        Some(session) => session,
        None => return Err(Unread::line(line, "the row is too short")),
    };
    let cell = |place: Option<usize>| place.and_then(|place| row.get(place));
    let owner = cell(places.person)
        .filter(|id| !id.is_empty())
        .map(|id| person(id).ok_or_else(|| Unread::line(line, "the person's id is not a number")))
        .transpose()?;
    let tenant = cell(places.tenant)
        .map(|name| {
            name.parse()
                .map_err(|_| Unread::line(line, "the tenant's name is not one"))
        })
        .transpose()?;
    Ok(Some(Entry {
        line,
        tenant,
        person: owner,
        session: SecretString::from(session),
    }))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const USUAL: Columns<'static> = Columns {
        session: "session",
        person: Some("user_id"),
        person_is_named: false,
        tenant: None,
    };

    #[test]
    fn columns_are_found_by_their_names() {
        let text = "id,user_id,session,tenant\n1,42,1AAA,acme\n2,,1BBB,acme\n3,44,,acme\n\
                    4,\"45\",\"1CCC\",acme\n";
        let columns = Columns {
            tenant: Some("tenant"),
            ..USUAL
        };
        assert!(is_table(text, columns));
        let read: Vec<_> = read(text, columns)
            .unwrap()
            .into_iter()
            .map(|entry| {
                let entry = entry.unwrap();
                assert_eq!(entry.tenant.unwrap().as_str(), "acme");
                let session = entry.session.expose_secret().to_owned();
                (entry.line, entry.person.map(|person| person.0), session)
            })
            .collect();
        let right = [
            (2, Some(42), "1AAA"),
            (3, None, "1BBB"),
            (5, Some(45), "1CCC"),
        ];
        assert_eq!(
            read,
            right.map(|(line, id, text)| (line, id, text.to_owned()))
        );
    }

    #[test]
    fn rows_that_are_none_are_named_and_the_rest_is_read() {
        let text = "user_id,session\nann,1SECRET\n42\n43,1AAA\n";
        let read = read(text, USUAL).unwrap();
        let lines: Vec<_> = read
            .iter()
            .map(|entry| match entry {
                Ok(entry) => (entry.line, true),
                Err(Unread::Line { line, why }) => {
                    assert!(!why.contains("SECRET"));
                    (*line, false)
                }
                Err(Unread::Rest(failure)) => panic!("{failure}"),
            })
            .collect();
        assert_eq!(lines, [(2, false), (3, false), (4, true)]);
    }

    #[test]
    fn a_column_that_was_named_must_be_there() {
        let text = "session\n1AAA\n";
        assert!(
            read(text, USUAL).unwrap()[0]
                .as_ref()
                .unwrap()
                .person
                .is_none()
        );
        let named = Columns {
            person: Some("telegram_id"),
            person_is_named: true,
            ..USUAL
        };
        let failure = read(text, named).map(|_| ()).unwrap_err().to_string();
        assert!(failure.contains("telegram_id"), "{failure}");
    }

    #[test]
    fn lines_of_sessions_are_no_table() {
        let session = format!("1{}", "A".repeat(352));
        assert!(!is_table(&session, USUAL));
        assert!(!is_table(&format!("42,{session}"), USUAL));
        assert!(!is_table("", USUAL));
    }
}
