//! What there is to import.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use secrecy::ExposeSecret as _;
use sesame_sessions::import_source::{Entry, NoColumn, Unread, entries};

use super::args::{TelethonArgs, option};
use super::{files, postgres};
use crate::failure::Failure;

/// What there is to import.
pub(super) struct Source {
    /// How many entries there are.
    pub(super) total: u64,
    /// One after the other.
    pub(super) entries: BoxStream<'static, Result<Entry, NotRead>>,
}

/// Why there is no entry.
#[derive(Debug)]
pub(super) enum NotRead {
    /// This line is not what it should be.
    Line(Unread),
    /// Nothing can be read from here on.
    Rest(Failure),
}

impl From<Unread> for NotRead {
    fn from(unread: Unread) -> Self {
        Self::Line(unread)
    }
}

impl Source {
    /// What the arguments name.
    pub(super) async fn open(args: &TelethonArgs) -> Result<Self, Failure> {
        let columns = args.columns();
        if let Some(url) = &args.from_postgres {
            return postgres::read(url.clone(), &args.table, columns).await;
        }
        let path = args.file.as_deref().unwrap_or_else(|| "-".as_ref());
        let text = files::read(path).await?;
        let entries = entries(text.expose_secret(), columns).map_err(|lacks| no_column(&lacks))?;
        Ok(Self {
            total: entries.len() as u64,
            entries: futures::stream::iter(entries)
                .map(|entry| entry.map_err(NotRead::Line))
                .boxed(),
        })
    }
}

fn no_column(lacks: &NoColumn) -> Failure {
    Failure::Usage(format!(
        "{lacks}: name one of these with {}: {}",
        option(lacks.column),
        lacks.names.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use sesame_sessions::import_source::Column;

    use super::*;

    #[test]
    fn whoever_lacks_a_column_is_told_the_option_that_names_another() {
        let lacks = NoColumn {
            column: Column::Person,
            name: "telegram_id".to_owned(),
            delimiter: b';',
            names: vec!["id".to_owned(), "session".to_owned()],
        };
        let said = no_column(&lacks).to_string();
        for word in [
            "telegram_id",
            "--person-column",
            "semicolons",
            "id, session",
        ] {
            assert!(said.contains(word), "{said}");
        }
    }
}
