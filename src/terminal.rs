//! What people see: results on standard output, trouble on standard error.

use std::error::Error;
use std::io::{self, ErrorKind, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use crate::failure::Failure;

/// Tables fit into this, on whatever terminal.
pub(crate) const WIDTH: u16 = 80;

/// Writes text to standard output. A reader that has gone away (`| head`) is
/// no failure.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::other("standard output cannot be written", error))
        }
        _ => Ok(()),
    }
}

/// Writes a value as JSON to standard output.
pub(crate) fn say_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::other("the result does not fit into JSON", error))?;
    say(&text)
}

/// Writes a failure with its causes to standard error.
pub(crate) fn complain(failure: &Failure) {
    let mut text = format!("sesame: {failure}");
    let mut cause = failure.source();
    while let Some(error) = cause {
        text.push_str("\n  because: ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    // Nothing is left to try when standard error is gone as well.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// An empty table without lines, at most [`WIDTH`] wide.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(header);
    table
}
