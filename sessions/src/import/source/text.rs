//! Which kind of text it is.

use super::columns::Columns;
use super::entry::{Entry, Unread};
use super::header::{self, Beginning};
use super::table::{Column, NoColumn};
use super::{json, lines, table};

/// The sessions in a text: JSON, a table with a header, or lines. What cannot
/// be read has the place of its line among them.
///
/// # Errors
/// When it is a table that lacks a column.
pub fn entries(text: &str, columns: Columns<'_>) -> Result<Vec<Result<Entry, Unread>>, NoColumn> {
    if let Some(entries) = json::read(text, columns) {
        return Ok(entries);
    }
    match header::find(text, columns.session) {
        Beginning::Table(header) => table::read(text, &header, columns),
        Beginning::OtherTable(header) => {
            Err(NoColumn::of(&header, Column::Session, columns.session))
        }
        Beginning::None => Ok(lines::read(text)),
    }
}
