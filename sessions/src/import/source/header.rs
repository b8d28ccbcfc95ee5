//! Where a table begins, what separates its columns and what they are called.

use csv::{ReaderBuilder, StringRecord, Trim};
use sesame_domain::wrapping::{is_blank, is_quote};

use super::lines;

/// What separates columns, the usual first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// What a spreadsheet writes first, to say what separates columns.
const SEP: &str = "sep=";
/// No name of a column is longer.
const LONGEST_NAME: usize = 64;

/// What columns beside that of the session are called, but for capitals and
/// underscores. They are shown when it is missing: a line without one of these
/// may hold something that must not be.
const USUAL: [&str; 16] = [
    "id",
    "user",
    "userid",
    "personid",
    "telegramid",
    "tgid",
    "chatid",
    "phone",
    "phonenumber",
    "name",
    "username",
    "firstname",
    "account",
    "accountid",
    "token",
    "createdat",
];
const TELLING: [&str; 3] = ["session", "telegram", "string"];

/// The first line of a table, with what it says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// What separates columns.
    pub(super) delimiter: u8,
    /// The names of the columns, as they are written.
    pub(super) names: Vec<String>,
    /// How many lines there are up to and with it.
    pub(super) lines: usize,
}

/// What a text begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    /// A table that has the column.
    Table(Header),
    /// A table that lacks it.
    OtherTable(Header),
    /// No table.
    None,
}

impl Header {
    /// Where the column of this name is: as it is written, or else apart from
    /// capitals, blanks and underscores.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        let exactly = self.names.iter().position(|column| column == name);
        exactly.or_else(|| self.names.iter().position(|column| is_alike(column, name)))
    }
}

/// Looks for the header of a table with this column: the first line that is no
/// comment, or a comment that is one itself.
pub(super) fn find(text: &str, session: &str) -> Beginning {
    let mut sep = None;
    let mut commented = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_matches(|c: char| is_blank(c) && c != '\t');
        if let Some(delimiter) = separator_in(line) {
            sep = Some(delimiter);
        } else if let Some(comment) = line.strip_prefix('#') {
            // A single word may be no more than a remark.
            commented = commented.or_else(|| {
                table(comment, index, sep, session).filter(|header| header.names.len() > 1)
            });
        } else if !line.trim_matches(is_blank).is_empty() {
            return table(line, index, sep, session)
                .or(commented)
                .map_or_else(|| other(line, index, sep), Beginning::Table);
        }
    }
    Beginning::None
}

/// `sep=;`
fn separator_in(line: &str) -> Option<u8> {
    let (sep, rest) = line.split_at_checked(SEP.len())?;
    let &[delimiter] = rest.as_bytes() else {
        return None;
    };
    sep.eq_ignore_ascii_case(SEP).then_some(delimiter)
}

fn table(line: &str, index: usize, sep: Option<u8>, session: &str) -> Option<Header> {
    if lines::has_session(line) {
        return None;
    }
    headers(line, index, sep).find(|header| header.place(session).is_some())
}

/// A table all the same, if its first line has nothing but names.
fn other(line: &str, index: usize, sep: Option<u8>) -> Beginning {
    let names_only = |header: &Header| {
        header.names.len() > 1
            && header.names.iter().all(|name| is_column_name(name))
            && header.names.iter().any(|name| is_usual(name))
    };
    match headers(line, index, sep).find(names_only) {
        Some(header) => Beginning::OtherTable(header),
        None => Beginning::None,
    }
}

fn headers(line: &str, index: usize, sep: Option<u8>) -> impl Iterator<Item = Header> {
    let delimiters = match sep {
        Some(delimiter) => vec![delimiter],
        None => DELIMITERS.to_vec(),
    };
    delimiters.into_iter().map(move |delimiter| Header {
        delimiter,
        names: names(line, delimiter),
        lines: index + 1,
    })
}

fn names(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .trim(Trim::All)
        .from_reader(line.as_bytes());
    let mut record = StringRecord::new();
    // A line in memory is read, whatever it says.
    let _ = reader.read_record(&mut record);
    let bare = |name: &str| {
        name.trim_matches(|c: char| is_blank(c) || is_quote(c))
            .to_owned()
    };
    record.iter().map(bare).collect()
}

fn is_column_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn is_usual(name: &str) -> bool {
    let name = simple(name);
    USUAL.contains(&name.as_str()) || TELLING.iter().any(|word| name.contains(word))
}

/// Whether two names are the same apart from capitals, blanks and underscores.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    simple(one) == simple(other)
}

fn simple(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("user_id,session\n", b',', 1)]
    #[case("user_id;session\n", b';', 1)]
    #[case("user_id\tsession\n", b'\t', 1)]
    #[case("user_id|session\n", b'|', 1)]
    #[case("USER_ID;SESSION\n", b';', 1)]
    #[case("\"User Id\" ; \"Session\"\n", b';', 1)]
    #[case("user-id,'Session'\n", b',', 1)]
    #[case("“userId”;“session”\n", b';', 1)]
    #[case("sep=;\nuser_id;session\n", b';', 2)]
    #[case("SEP=\t\nuser_id\tsession\n", b'\t', 2)]
    #[case("# exported 2026-11-01\n\n# by Ann\nuser_id,session\n", b',', 4)]
    #[case("# user_id,session\n42,1AAA\n", b',', 1)]
    #[case("#user_id;session\n#---\n42;1AAA\n", b';', 1)]
    fn headers_are_found_as_programs_write_them(
        #[case] text: &str,
        #[case] delimiter: u8,
        #[case] lines: usize,
    ) {
        let Beginning::Table(header) = find(text, "session") else {
            panic!("{text}");
        };
        assert_eq!((header.delimiter, header.lines), (delimiter, lines));
        assert_eq!(header.place("session"), Some(1));
        assert_eq!(header.place("user_id"), Some(0));
    }

    #[test]
    fn a_name_as_it_is_written_comes_before_one_that_is_alike() {
        let Beginning::Table(header) = find("Session,session\n", "session") else {
            panic!();
        };
        assert_eq!(header.place("session"), Some(1));
        assert_eq!(header.place("SESSION"), Some(0));
    }

    #[test]
    fn a_table_without_the_column_is_told_from_lines() {
        let Beginning::OtherTable(header) = find("id;telegram_id;string\n1;42;1AAA\n", "session")
        else {
            panic!();
        };
        assert_eq!(header.names, ["id", "telegram_id", "string"]);
        assert_eq!(header.delimiter, b';');
    }

    #[test]
    fn lines_of_sessions_are_no_table() {
        let session = format!("1{}", "A".repeat(352));
        for text in [
            session.clone(),
            format!("42,{session}"),
            format!("session,{session}"),
            format!("# session\n{session}"),
            String::new(),
            "# only a comment\n".to_owned(),
            "ann,1SECRET\n".to_owned(),
            "SESSION=1AAA\n".to_owned(),
            "ann;Passw0rd\nben;Hunter2\n".to_owned(),
        ] {
            assert_eq!(find(&text, "session"), Beginning::None, "{text}");
        }
    }
}
