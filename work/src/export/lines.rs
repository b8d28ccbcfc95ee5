//! `messages.jsonl`: the lines themselves, with where the files lie.

use std::io::{self, Write};

use super::convert::Converted;
use super::files::Named;
use super::line::with_paths;

/// Writes `messages.jsonl`, a message at a time.
pub struct LinesWriter<W: Write>(W);

impl<W: Write> LinesWriter<W> {
    /// Begins.
    pub fn start(out: W) -> Self {
        Self(out)
    }

    /// Writes the next message.
    pub fn message(&mut self, message: &Converted) -> io::Result<()> {
        let line = with_paths(&message.raw, &message.named);
        self.0.write_all(line.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Writes a line that stands further down, of a message that was changed or
    /// deleted since.
    pub fn later(&mut self, line: &str, named: &[Named]) -> io::Result<()> {
        self.0.write_all(with_paths(line, named).as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Ends.
    pub fn finish(mut self) -> io::Result<W> {
        self.0.flush()?;
        Ok(self.0)
    }
}
