//! What people see: results on standard output, trouble on standard error. Nothing
//! that is meant for people is wider than [`WIDTH`].

mod fold;
mod frame;
mod prompt;
mod qr;
mod silence;

use std::error::Error;
use std::io::{self, ErrorKind, IsTerminal as _, Write};

use chrono::SecondsFormat;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use sesame_domain::time::Timestamp;

pub(crate) use self::fold::fold;
pub(crate) use self::frame::Frame;
pub(crate) use self::prompt::{Prompt, Typed};
pub(crate) use self::qr::QrCode;
pub(crate) use self::silence::Silence;
use crate::failure::Failure;

/// Everything fits into this, on whatever terminal.
pub(crate) const WIDTH: u16 = 80;
/// How far what goes on in another line stands in, where a line is a complaint.
const HANGING: usize = 2;

/// Writes text to standard output, in lines that fit.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    say_as_it_is(&fold(text, WIDTH.into(), 0))
}

/// Writes text to standard output, whose lines fit already. Its colours are left
/// out where no one would see them: in a pipe, with `NO_COLOR`. A reader that has
/// gone away (`| head`) is no failure.
pub(crate) fn say_as_it_is(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
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
    say_as_it_is(&text)
}

/// A progress bar on standard error, if that is a terminal; its length is
/// told as soon as it is known.
pub(crate) fn bar(unit: &'static str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    let template = format!("{{bar:30}} {{pos}}/{{len}} {unit}, {{per_sec}}, {{eta}} left");
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        // The template is a constant but for the unit.
        Err(_) => bar,
    }
}

/// A moment, for machines.
pub(crate) fn rfc3339(moment: Timestamp) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `2026-11-21 04:09` of `2026-11-21T04:09:31Z`.
pub(crate) fn minutes(moment: &str) -> String {
    moment.get(..16).unwrap_or(moment).replace('T', " ")
}

/// A moment, for people: `2026-11-21 04:09:31`.
pub(crate) fn seconds(moment: Timestamp) -> String {
    moment.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Writes what went wrong beside what was done to standard error.
pub(crate) fn warn(text: &str) {
    tell(&format!("sesame: {text}"));
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
    tell(&text);
}

/// Writes to standard error, in lines that fit.
pub(crate) fn tell(text: &str) {
    let text = fold(text, WIDTH.into(), HANGING);
    // Nothing is left to try when standard error is gone as well.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The same while a prompt reads the keys: the terminal does not begin lines by itself
/// then.
pub(crate) fn tell_amid_prompt(text: &str) {
    let text = fold(text, WIDTH.into(), HANGING).replace('\n', "\r\n");
    let _ = write!(io::stderr().lock(), "\r\n{text}\r\n");
}

/// Whether someone sits before it: who is shown something and asked something needs
/// all three.
pub(crate) fn is_attended() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Whether colours are for someone's eyes on standard error.
pub(crate) fn shows_colours() -> bool {
    let choice = anstream::AutoStream::choice(&io::stderr());
    choice != anstream::ColorChoice::Never
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
