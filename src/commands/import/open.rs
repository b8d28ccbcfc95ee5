//! Finding what there is to import.

use futures::StreamExt as _;
use secrecy::ExposeSecret as _;
use sesame_sessions::import_source::{NoColumn, entries};

use super::source::{NotRead, Source};
use super::{files, postgres};
use crate::args::{TelethonArgs, option};
use crate::failure::Failure;

/// What the arguments name.
pub(super) async fn open(args: &TelethonArgs) -> Result<Source, Failure> {
    let columns = args.columns();
    if let Some(url) = &args.from_postgres {
        return postgres::read(url.clone(), &args.table, columns).await;
    }
    let path = args.file.as_deref().unwrap_or_else(|| "-".as_ref());
    let text = files::read(path).await?;
    let entries = entries(text.expose_secret(), columns).map_err(|lacks| no_column(&lacks))?;
    Ok(Source {
        total: entries.len() as u64,
        entries: futures::stream::iter(entries)
            .map(|entry| entry.map_err(NotRead::Line))
            .boxed(),
    })
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
