//! `result.json`: a chat as Telegram Desktop exports it.

use std::io::{self, Write};

use super::convert::Converted;
use super::json::{Json, push_text};
use super::peers::ExportedChat;

/// Writes `result.json`, a message at a time.
pub struct ResultWriter<W: Write> {
    out: W,
    is_first: bool,
    text: String,
}

impl<W: Write> ResultWriter<W> {
    /// Writes what stands before the messages.
    pub fn start(mut out: W, chat: &ExportedChat) -> io::Result<Self> {
        let mut text = String::from("{");
        if let Some(name) = chat.name_json() {
            member(&mut text, "name", &name, true);
        }
        let is_nameless = chat.name_json().is_none();
        member(&mut text, "type", &Json::text(chat.kind()), is_nameless);
        member(&mut text, "id", &Json::int(chat.bare_id()), false);
        text.push_str(",\n \"messages\": [");
        out.write_all(text.as_bytes())?;
        Ok(Self {
            out,
            is_first: true,
            text,
        })
    }

    /// Writes the next message.
    pub fn message(&mut self, message: &Converted) -> io::Result<()> {
        /// Messages stand on this level.
        const LEVEL: usize = 2;
        self.text.clear();
        self.text
            .push_str(if self.is_first { "\n  " } else { ",\n  " });
        self.is_first = false;
        message.object.write(&mut self.text, LEVEL);
        self.out.write_all(self.text.as_bytes())
    }

    /// Writes the end; the file has no line's end after it.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(b"\n ]\n}")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn member(text: &mut String, key: &str, value: &Json, is_first: bool) {
    text.push_str(if is_first { "\n " } else { ",\n " });
    push_text(text, key);
    text.push_str(": ");
    value.write(text, 1);
}
