//! The table that is read, by names that someone gave at the command line.

/// PostgreSQL cuts longer names off.
const LONGEST_NAME: usize = 63;

/// A name that is safe inside a statement, in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    /// `None`: it is not a letter or `_`, followed by letters, digits, `_` and `$`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let mut bytes = name.bytes();
        let first = bytes.next()?;
        let starts = first.is_ascii_alphabetic() || first == b'_';
        let goes_on =
            bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$');
        (starts && goes_on && name.len() <= LONGEST_NAME).then(|| Self(name.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

/// A table and the columns that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SessionTable {
    pub(super) schema: Option<Name>,
    pub(super) name: Name,
    pub(super) person: Option<Name>,
    pub(super) tenant: Option<Name>,
    pub(super) session: Name,
}

impl SessionTable {
    /// The table's name for a statement.
    pub(super) fn quoted(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", schema.quoted(), self.name.quoted()),
            None => self.name.quoted(),
        }
    }

    /// How many rows have a session.
    pub(super) fn count(&self) -> String {
        format!(
            "SELECT count({}) FROM {}",
            self.session.quoted(),
            self.quoted()
        )
    }

    /// Opens the cursor `sessions` over the rows that have a session: the
    /// person as text, the session as bytes.
    pub(super) fn cursor(&self, session_is_bytes: bool) -> String {
        let session = self.session.quoted();
        let bytes = if session_is_bytes {
            session.clone()
        } else {
            format!("convert_to({session}::text, 'UTF8')")
        };
        let (person, order) = match &self.person {
            // The same order each time, so that the numbers in a report stay.
            Some(person) => (
                format!("{}::text", person.quoted()),
                format!(" ORDER BY {}", person.quoted()),
            ),
            None => ("NULL::text".to_owned(), String::new()),
        };
        let tenant = match &self.tenant {
            Some(tenant) => format!("{}::text", tenant.quoted()),
            None => "NULL::text".to_owned(),
        };
        format!(
            "DECLARE sessions NO SCROLL CURSOR FOR SELECT {person} AS person, \
             {tenant} AS tenant, {bytes} AS session FROM {} WHERE {session} IS NOT NULL{order}",
            self.quoted(),
        )
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("sessions")]
    #[case("_Sessions$2")]
    fn plain_names_are_taken(#[case] name: &str) {
        assert_eq!(Name::parse(name).unwrap().as_str(), name);
    }

    #[rstest]
    #[case("")]
    #[case("2sessions")]
    #[case("ses sions")]
    #[case("a\"; DROP TABLE x; --")]
    #[case("a.b")]
    #[case("таблица")]
    #[case("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    fn names_that_could_be_more_than_names_are_not(#[case] name: &str) {
        assert_eq!(Name::parse(name), None);
    }
}
