//! The lines of an export: a message each.
//!
//! `{"v":1,"layer":230,"id":7,"message":{"_":"message",…}}`: the version of this
//! form, the schema's layer, the message's number in the export, and everything that
//! Telegram said. The number differs from Telegram's for messages of a supergroup's
//! earlier group: as in Telegram Desktop they are moved below all others
//! ([`EARLIER_GROUP`]). Where the files lie in the export is added to each line when
//! the export is put together: `"files":{"photo5":"photos/photo_1@….jpg"}`.
//!
//! What was edited since has another line with the same number further down: the last
//! one counts. What was deleted since has a line that says so:
//! `{"v":2,"id":7,"deleted":1800000000}`, with when that was noticed.

use serde_json::Value;
use sesame_domain::reading::MessageRecord;

use super::files::{Named, Source};
use super::json::push_text;
use super::schema::Tl;

/// The version of the form of lines with a message.
pub const LINE_VERSION: i64 = 1;
/// The version of the form of lines that say of a message that it was deleted.
const DELETION_VERSION: i64 = 2;
/// What is added to the numbers of messages of a supergroup's earlier group.
pub const EARLIER_GROUP: i64 = -1_000_000_000;
/// Begins what Telegram said; nothing before it comes from outside.
const MESSAGE: &str = ",\"message\":";

/// A message, under its number in the export, as a line of it, without the line's end.
pub fn line_of(record: &MessageRecord, layer: i32) -> String {
    let id = record.id;
    let json = &record.json;
    format!("{{\"v\":{LINE_VERSION},\"layer\":{layer},\"id\":{id}{MESSAGE}{json}}}")
}

/// That a message is not there any more, as a line of an export, without the line's
/// end; `noticed` is in seconds since 1970.
pub fn deletion_line(id: i64, noticed: i64) -> String {
    format!("{{\"v\":{DELETION_VERSION},\"id\":{id},\"deleted\":{noticed}}}")
}

/// What a line says before its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineHead {
    /// The message's number in the export.
    pub(crate) id: i64,
    /// The schema's layer.
    pub(crate) layer: i64,
    /// When it was noticed that the message is not there any more, in seconds since
    /// 1970; `None`: the line has the message.
    pub(crate) deleted: Option<i64>,
}

impl LineHead {
    /// Of this line, also where what follows cannot be read; `None`: it is none.
    pub(crate) fn of(line: &str) -> Option<Self> {
        let value: Value = match line.split_once(MESSAGE) {
            Some((head, _)) => serde_json::from_str(&format!("{head}}}")).ok()?,
            None => serde_json::from_str(line).ok()?,
        };
        let number = |key| value.get(key).and_then(Value::as_i64);
        Some(Self {
            id: number("id")?,
            layer: number("layer").unwrap_or_default(),
            deleted: number("deleted"),
        })
    }
}

/// What Telegram said in a line; `None`: it has no message, or it cannot be read.
pub(crate) fn message_in(line: &str) -> Option<&str> {
    line.trim_end().split_once(MESSAGE)?.1.strip_suffix('}')
}

/// A line with where the message's files lie.
pub(super) fn with_paths(line: &str, named: &[Named]) -> String {
    let line = line.trim_end();
    let Some((head, message)) = line.split_once(MESSAGE) else {
        return line.to_owned();
    };
    let fetched = named.iter().map(|file| match &file.source {
        Source::Fetched(key) => (key.to_string(), &file.path),
        Source::Text(_) => ("vcard".to_owned(), &file.path),
    });
    let mut files = String::new();
    for (key, path) in fetched {
        files.push(if files.is_empty() { '{' } else { ',' });
        push_text(&mut files, &key);
        files.push(':');
        push_text(&mut files, path);
    }
    if files.is_empty() {
        return line.to_owned();
    }
    format!("{head},\"files\":{files}}}{MESSAGE}{message}")
}

/// Why a line cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is no JSON, or nests too deep.
    #[error("not a line of an export: {0}")]
    Json(#[from] serde_json::Error),
    /// It has no message.
    #[error("a line of an export without a message")]
    NoMessage,
    /// A newer program wrote it.
    #[error("a line of version {0}, which a newer program wrote")]
    Newer(i64),
}

/// A line that was read.
#[derive(Debug)]
pub(super) struct Line {
    value: Value,
    id: i64,
}

impl Line {
    pub(super) fn parse(text: &str) -> Result<Self, LineError> {
        let value: Value = serde_json::from_str(text)?;
        let version = value.get("v").and_then(Value::as_i64).unwrap_or_default();
        if version > LINE_VERSION {
            return Err(LineError::Newer(version));
        }
        let id = value.get("id").and_then(Value::as_i64);
        match (id, value.get("message")) {
            (Some(id), Some(Value::Object(_))) => Ok(Self { value, id }),
            _ => Err(LineError::NoMessage),
        }
    }

    /// The message's number in the export.
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    /// What Telegram said.
    pub(super) fn message(&self) -> Tl<'_> {
        Tl::of(&self.value).get("message")
    }

    /// What the numbers of this message's chat are moved by.
    pub(super) fn moved_by(&self) -> i64 {
        self.id.saturating_sub(self.message().int("id"))
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::reading::{FileKey, RecordFlags};

    use super::*;

    fn record(json: &str) -> MessageRecord {
        MessageRecord {
            id: 7,
            at: None,
            edited_at: None,
            json: json.to_owned(),
            sender: None,
            album: None,
            files: Vec::new(),
            custom_emoji: Vec::new(),
            flags: RecordFlags::default(),
        }
    }

    #[test]
    fn a_line_is_read_as_it_is_written() {
        let mut record = record(r#"{"_":"message","id":7,"message":"a,\"message\":b"}"#);
        record.id += i32::try_from(EARLIER_GROUP).unwrap();
        let line = line_of(&record, 230);
        let read = Line::parse(&line).unwrap();
        assert_eq!((read.id(), read.moved_by()), (-999_999_993, EARLIER_GROUP));
        assert_eq!(read.message().text("message"), "a,\"message\":b");
        let photo = Named {
            path: "photos/a \"1\".jpg".to_owned(),
            source: Source::Fetched(FileKey::Photo(5)),
        };
        let with = with_paths(&line, &[photo]);
        let value: Value = serde_json::from_str(&with).unwrap();
        assert_eq!(value["files"]["photo5"], "photos/a \"1\".jpg");
        assert_eq!(value["message"]["message"], "a,\"message\":b");
        assert_eq!(with_paths(&line, &[]), line);
    }

    #[test]
    fn the_head_of_a_line_says_of_which_message_it_is() {
        let line = line_of(&record(r#"{"_":"message","id":7}"#), 230);
        let head = LineHead::of(&line).unwrap();
        assert_eq!((head.id, head.layer, head.deleted), (7, 230, None));
        assert_eq!(message_in(&line), Some(r#"{"_":"message","id":7}"#));
        let head = LineHead::of(&deletion_line(-3, 1_800_000_000)).unwrap();
        assert_eq!((head.id, head.deleted), (-3, Some(1_800_000_000)));
        assert_eq!(message_in(&deletion_line(-3, 5)), None);
        assert_eq!(LineHead::of("{}"), None);
    }

    #[test]
    fn what_is_no_line_is_told() {
        for (text, told) in [
            ("", "not a line"),
            ("[]", "without a message"),
            (r#"{"v":1,"id":7}"#, "without a message"),
            (r#"{"v":1,"message":{}}"#, "without a message"),
            (r#"{"v":2,"id":7,"message":{}}"#, "newer"),
        ] {
            let error = Line::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
        let deep = format!(
            r#"{{"v":1,"id":7,"message":{{"a":{}1{}}}}}"#,
            "[".repeat(200),
            "]".repeat(200)
        );
        assert!(matches!(Line::parse(&deep), Err(LineError::Json(_))));
    }
}
