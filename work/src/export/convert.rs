//! Lines become messages as Telegram Desktop writes them.

use sesame_domain::reading::FileKey;

use super::context::{Context, Surroundings};
use super::files::{LeftOut, Named, Shelves};
use super::json::{Json, Object};
use super::line::{Line, LineError, LineHead};
use super::message::{Kind, write};
use super::schema::Tl;

/// Turns the lines of an export into messages, from the oldest to the latest. What
/// comes out depends on the lines alone and on what became of the files, so that
/// several passes over the same lines give every file the same place.
pub struct Converter<'a> {
    around: &'a Surroundings<'a>,
    shelves: Shelves,
}

/// A message that was converted.
pub struct Converted {
    pub(super) id: i64,
    pub(super) kind: Kind,
    pub(super) object: Object,
    /// When it was noticed that it is not there any more, in seconds since 1970.
    pub(super) deleted: Option<i64>,
    /// `None`: the line could not be read.
    pub(super) line: Option<Line>,
    pub(super) raw: String,
    pub(super) named: Vec<Named>,
    pub(super) left_out: Vec<(FileKey, LeftOut)>,
}

impl<'a> Converter<'a> {
    /// Begins with the oldest message.
    pub fn new(around: &'a Surroundings<'a>) -> Self {
        Self {
            around,
            shelves: Shelves::default(),
        }
    }

    /// What is known besides the lines.
    pub fn around(&self) -> &'a Surroundings<'a> {
        self.around
    }

    /// The next message. One that cannot be read has its number, and is written
    /// like one that Telegram Desktop does not know.
    ///
    /// # Errors
    /// When not even its number can be read.
    pub fn convert(&mut self, text: &str) -> Result<Converted, LineError> {
        let line = match Line::parse(text) {
            Ok(line) => line,
            Err(LineError::Json(error)) => {
                // The head holds though the rest does not.
                let head = LineHead::of(text).ok_or(LineError::Json(error))?;
                let id = head.id;
                return Ok(unreadable(id, text));
            }
            Err(other) => return Err(other),
        };
        let message = line.message();
        let mut cx = Context {
            around: self.around,
            shelves: &mut self.shelves,
            at: message.int("date"),
            moved_by: line.moved_by(),
            is_forbidden: false,
        };
        let written = write(&mut cx, line.id(), message);
        Ok(Converted {
            id: line.id(),
            kind: written.kind,
            object: written.object,
            deleted: None,
            named: self.shelves.take_new(),
            left_out: self.shelves.take_left_out(),
            raw: text.trim_end().to_owned(),
            line: Some(line),
        })
    }
}

impl Converted {
    /// The files that got their place with this message.
    pub fn named(&self) -> &[Named] {
        &self.named
    }

    /// Marks it as one that is not there any more, as was noticed then.
    pub fn delete(&mut self, noticed: i64) {
        self.deleted = Some(noticed);
    }

    /// What Telegram said of it; nothing of a line that could not be read.
    pub(super) fn message(&self) -> Tl<'_> {
        self.line.as_ref().map_or(Tl::none(), Line::message)
    }
}

fn unreadable(id: i64, text: &str) -> Converted {
    let mut object = Object::new();
    object.int("id", id);
    object.put("type", Json::text("unsupported"));
    Converted {
        id,
        kind: Kind::Unsupported,
        object,
        deleted: None,
        line: None,
        raw: text.trim_end().to_owned(),
        named: Vec::new(),
        left_out: Vec::new(),
    }
}
