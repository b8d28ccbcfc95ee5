//! A table as CSV.

use csv::{ReaderBuilder, StringRecord, Trim};
use secrecy::SecretString;

use super::columns::Columns;
use super::entry::{Cells, Entry, Unread, UnreadReason};
use super::header::Header;
use super::lines;
use super::person::is_nothing;

/// A session that was broken into lines is not as long as this: it is several.
const LONGEST_SESSION: usize = 1000;
/// How many columns are named in an answer.
const MANY: usize = 20;
/// Lines that begin with it are passed over.
const COMMENT: char = '#';

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Sessions.
    Session,
    /// The ids of their persons.
    Person,
    /// The names of their tenants.
    Tenant,
}

/// The table lacks a column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this looks like a table (with {} between its columns), and it has no column {name}",
    separators(*.delimiter)
)]
pub struct NoColumn {
    /// What it would hold.
    pub column: Column,
    /// The name that was looked for.
    pub name: String,
    /// What separates the columns.
    pub delimiter: u8,
    /// The names of those that there are, the first of them.
    pub names: Vec<String>,
}

fn separators(delimiter: u8) -> &'static str {
    match delimiter {
        b',' => "commas",
        b';' => "semicolons",
        b'\t' => "tabs",
        _ => "bars",
    }
}

impl NoColumn {
    pub(super) fn of(header: &Header, column: Column, name: &str) -> Self {
        Self {
            column,
            name: name.to_owned(),
            delimiter: header.delimiter,
            names: header.names.iter().take(MANY).cloned().collect(),
        }
    }
}

/// Where in a row the columns are.
struct Places {
    session: usize,
    person: Option<usize>,
    tenant: Option<usize>,
}

/// Reads the table under a header. Rows without a session are passed over.
pub(super) fn read(
    text: &str,
    header: &Header,
    columns: Columns<'_>,
) -> Result<Vec<Result<Entry, Unread>>, NoColumn> {
    let places = places(header, columns)?;
    let above = text.split_inclusive('\n').take(header.lines);
    let text = &text[above.map(str::len).sum()..];
    let line_of = |position: Option<&csv::Position>| {
        let (line, at) = position.map_or((0, 0), |it| (it.line(), it.byte()));
        let rest = usize::try_from(at).ok().and_then(|at| text.get(at..));
        header.lines as u64 + line + rest.map_or(0, passed_over)
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(header.delimiter)
        .has_headers(false)
        .comment(u8::try_from(COMMENT).ok())
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = line_of(error.position());
                entries.push(Err(Unread::line(line, UnreadReason::NotARow)));
                continue;
            }
        };
        let line = line_of(record.position());
        entries.extend(entry(line, &record, &places).transpose());
    }
    Ok(entries)
}

/// How many lines the reader passed over before a row, which it does not count.
fn passed_over(text: &str) -> u64 {
    let nothing = |line: &&str| line.is_empty() || line.starts_with(COMMENT);
    text.lines().take_while(nothing).count() as u64
}

fn places(header: &Header, columns: Columns<'_>) -> Result<Places, NoColumn> {
    let need = |column: Column, name: &str| {
        let place = header.place(name);
        place.ok_or_else(|| NoColumn::of(header, column, name))
    };
    let person = match columns.person {
        Some(name) if columns.person_is_named => Some(need(Column::Person, name)?),
        Some(name) => header.place(name),
        None => None,
    };
    let tenant = columns.tenant.map(|name| need(Column::Tenant, name));
    Ok(Places {
        session: need(Column::Session, columns.session)?,
        person,
        tenant: tenant.transpose()?,
    })
}

/// The entry of a row, unless it has no session.
fn entry(line: u64, row: &StringRecord, places: &Places) -> Result<Option<Entry>, Unread> {
    let session = match row.get(places.session) {
        Some(nothing) if is_nothing(nothing) => return Ok(None),
        Some(session) => session,
        None if row.iter().all(is_nothing) => return Ok(None),
        None => return Err(Unread::line(line, UnreadReason::TooShort)),
    };
    if hides_rows(row, places.session) {
        return Err(Unread::line(line, UnreadReason::HidesRows));
    }
    let cell = |place: Option<usize>| place.and_then(|place| row.get(place));
    let cells = Cells {
        line,
        tenant: cell(places.tenant),
        person: cell(places.person),
    };
    cells.entry(SecretString::from(session)).map(Some)
}

/// Whether rows ended up in a cell, because a quotation mark opened there.
fn hides_rows(row: &StringRecord, session: usize) -> bool {
    row.iter().enumerate().any(|(place, cell)| {
        let rows = cell.lines().skip(1);
        if place == session {
            cell.len() > LONGEST_SESSION && rows.count() > 0
        } else {
            rows.into_iter().any(lines::has_session)
        }
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::import::source::header::{Beginning, find};

    const USUAL: Columns<'static> = Columns {
        session: "session",
        person: Some("user_id"),
        person_is_named: false,
        tenant: None,
    };

    fn entries(text: &str, columns: Columns<'_>) -> Vec<Result<Entry, Unread>> {
        let Beginning::Table(header) = find(text, columns.session) else {
            panic!("{text}");
        };
        read(text, &header, columns).unwrap()
    }

    fn found(text: &str, columns: Columns<'_>) -> Vec<(u64, Option<i64>, String)> {
        let found = |entry: Result<Entry, Unread>| {
            let entry = entry.unwrap();
            let session = entry.session.expose_secret().to_owned();
            (entry.line, entry.person.map(|person| person.0), session)
        };
        entries(text, columns).into_iter().map(found).collect()
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let text = "id,user_id,session,tenant\n1,42,1AAA,acme\n2,,1BBB,acme\n3,44,,acme\n\
                    4,\"45\",\"1CCC\",acme\n";
        let columns = Columns {
            tenant: Some("tenant"),
            ..USUAL
        };
        for entry in entries(text, columns) {
            assert_eq!(entry.unwrap().tenant.unwrap().as_str(), "acme");
        }
        let right = [
            (2, Some(42), "1AAA"),
            (3, None, "1BBB"),
            (5, Some(45), "1CCC"),
        ];
        assert_eq!(
            found(text, columns),
            right.map(|(line, id, text)| (line, id, text.to_owned()))
        );
    }

    #[test]
    fn tables_are_read_as_spreadsheets_and_databases_write_them() {
        let right = [(42, "1AAA"), (43, "1BBB")].map(|(id, text)| (Some(id), text.to_owned()));
        for text in [
            "user_id;session\n42;1AAA\n43;1BBB\n",
            "USER_ID\tSESSION\n42.0\t1AAA\n43.0\t1BBB\n",
            "sep=;\n\"User Id\";\"Session\"\n\"42,0\";\"1AAA\"\n43,0;1BBB\n;\n",
            "# of 2025\n# user_id;session\n42;1AAA\n\n# Ben\n43;1BBB\n",
            "name|user id|session|\nAnn| 42 | 1AAA |\nBen|+43|1BBB|\n",
            "user_id,session\n42,1AAA\n43,1BBB\n44,NULL\n45,\\N\n",
        ] {
            let read: Vec<_> = found(text, USUAL)
                .into_iter()
                .map(|(_, person, session)| (person, session))
                .collect();
            assert_eq!(read, right, "{text}");
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let text = "# of 2025\nsep=;\nuser_id;session\n\n# Ann\n42;1AAA\n\n\nben;1SECRET\n";
        let lines: Vec<_> = entries(text, USUAL)
            .iter()
            .map(|entry| match entry {
                Ok(entry) => entry.line,
                Err(unread) => unread.line,
            })
            .collect();
        assert_eq!(lines, [6, 9]);
    }

    #[test]
    fn rows_that_are_none_are_named_and_the_rest_is_read() {
        let text = "user_id,session\nann,1SECRET\n42\n7.8E+09,1SECRET\n43,1AAA\n";
        let lines: Vec<_> = entries(text, USUAL)
            .iter()
            .map(|entry| match entry {
                Ok(entry) => (entry.line, true),
                Err(Unread { line, why }) => {
                    assert!(!why.to_string().contains("SECRET"));
                    (*line, false)
                }
            })
            .collect();
        assert_eq!(lines, [(2, false), (3, false), (4, false), (5, true)]);
    }

    #[test]
    fn rows_that_a_quotation_mark_hides_are_not_lost_in_silence() {
        let session = format!("1{}", "A".repeat(352));
        let text = format!("name,session\n\"Ann,{session}\nBen,{session}\n\"Eve\",{session}\n");
        let read = entries(&text, USUAL);
        let Err(unread) = &read[0] else {
            panic!("{:?}", read[0]);
        };
        assert_eq!(*unread, Unread::line(2, UnreadReason::HidesRows));
    }

    #[test]
    fn a_column_that_was_named_must_be_there() {
        let text = "id;session\n1;1AAA\n";
        assert_eq!(found(text, USUAL)[0].1, None);
        let named = Columns {
            person: Some("telegram_id"),
            person_is_named: true,
            ..USUAL
        };
        let Beginning::Table(header) = find(text, "session") else {
            panic!();
        };
        let lacks = read(text, &header, named).map(|_| ()).unwrap_err();
        let said = lacks.to_string();
        assert!(said.contains("telegram_id"), "{said}");
        assert!(said.contains("semicolons"), "{said}");
        assert_eq!(lacks.column, Column::Person);
        assert_eq!(lacks.names, ["id", "session"]);
    }
}
