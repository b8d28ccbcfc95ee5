//! `manifest.json`: what an export holds, and what is missing from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};
use sesame_domain::reading::FileKey;

use super::context::Surroundings;
use super::convert::Converted;
use super::files::{FileBook, FileState, LeftOut, Source};
use super::message::Kind;
use super::schema::Tl;

/// The version of the manifest's form.
const VERSION: u32 = 1;
/// What `result.json` is like.
const LIKE: &str = "Telegram Desktop 7.2.10";

/// Counts what an export holds, and writes `manifest.json` meanwhile: its list of
/// files can be long.
pub struct ManifestWriter<W: Write> {
    out: W,
    tally: Tally,
    is_first: bool,
    /// What was deleted, with when that was noticed.
    deleted: Vec<(i64, i64)>,
}

/// What an export holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many messages there are.
    pub messages: u64,
    /// How many of each kind, by the schema's names.
    pub by_kind: BTreeMap<String, u64>,
    /// Of what Telegram Desktop has no word for, and `result.json` says less: how
    /// many of each kind.
    pub only_in_lines: BTreeMap<String, u64>,
    /// Rich messages of which Telegram gave a part.
    pub shortened: u64,
    /// Lines that could not be read.
    pub unreadable: u64,
    /// When the first and the last message was sent, in seconds since 1970.
    pub span: Option<(i64, i64)>,
    /// How many were edited since they were kept first, and not deleted.
    pub edited: u64,
    /// How many were deleted since they were kept.
    pub deleted: u64,
    /// How many files there are.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many files are not there, by reason.
    pub missing: BTreeMap<&'static str, u64>,
}

impl<W: Write> ManifestWriter<W> {
    /// Begins. `made_at` is a moment as RFC 3339 has it.
    pub fn start(mut out: W, around: &Surroundings<'_>, made_at: &str) -> io::Result<Self> {
        let chat = &around.chat;
        let mut head = json!({
            "program": concat!("Sesame ", env!("CARGO_PKG_VERSION")),
            "made_at": made_at,
            "result_json": LIKE,
            "chat": {
                "id": chat.peer.id.to_string(),
                "type": chat.kind(),
                "name": chat.peer.name(),
            },
            "time_zone": around.zone.name(),
        });
        if let Some(earlier) = chat.earlier {
            let id = earlier.id.to_string();
            head["earlier_group"] = json!({ "id": id, "read": earlier.is_read });
        }
        write!(out, "{{\n  \"version\": {VERSION}")?;
        for (key, value) in head.as_object().into_iter().flatten() {
            write!(out, ",\n  \"{key}\": {value}")?;
        }
        out.write_all(b",\n  \"files\": [")?;
        Ok(Self {
            out,
            tally: Tally::default(),
            is_first: true,
            deleted: Vec::new(),
        })
    }

    /// Counts the next message, and lists its files.
    pub fn message(&mut self, message: &Converted, files: &dyn FileBook) -> io::Result<()> {
        self.tally.count(message);
        if let Some(noticed) = message.deleted {
            self.tally.deleted += 1;
            self.deleted.push((message.id, noticed));
        }
        self.former(message, files)
    }

    /// Notes that the message that was written last was edited since it was kept.
    pub fn was_edited(&mut self) {
        self.tally.edited += 1;
    }

    /// Lists the files of what a message was before it was edited.
    pub fn former(&mut self, message: &Converted, files: &dyn FileBook) -> io::Result<()> {
        for named in &message.named {
            let kept = match &named.source {
                Source::Fetched(key) => files.state(*key),
                Source::Text(text) => {
                    let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
                    self.tally.keep(size);
                    self.file(&json!({"path": named.path, "size": size, "from": "message"}))?;
                    continue;
                }
            };
            if let (Source::Fetched(key), FileState::Kept(kept)) = (&named.source, kept) {
                self.tally.keep(kept.size);
                self.file(&json!({
                    "path": named.path,
                    "file": key.to_string(),
                    "size": kept.size,
                    "sha256": hex(&kept.sha256),
                }))?;
            }
        }
        for (key, why) in &message.left_out {
            self.left_out(message.id, *key, *why)?;
        }
        Ok(())
    }

    fn left_out(&mut self, message: i64, key: FileKey, why: LeftOut) -> io::Result<()> {
        *self.tally.missing.entry(why.as_str()).or_default() += 1;
        self.file(&json!({
            "file": key.to_string(),
            "message": message,
            "missing": why.as_str(),
        }))
    }

    fn file(&mut self, entry: &Value) -> io::Result<()> {
        let between = if self.is_first { "\n    " } else { ",\n    " };
        self.is_first = false;
        write!(self.out, "{between}{entry}")
    }

    /// Writes the counts. `parts` are the other files of the export, with their
    /// sizes and digests.
    pub fn finish(
        mut self,
        around: &Surroundings<'_>,
        parts: &[(&str, u64, [u8; 32])],
    ) -> io::Result<(W, Tally)> {
        let tally = &self.tally;
        let span = tally.span.map(|(first, last)| {
            json!({
                "first": around.zone.iso(first), "first_unixtime": first,
                "last": around.zone.iso(last), "last_unixtime": last,
            })
        });
        let parts: Vec<Value> = parts
            .iter()
            .map(|(path, size, sha256)| json!({"path": path, "size": size, "sha256": hex(sha256)}))
            .collect();
        let deleted = self.deleted.iter().map(|(id, noticed)| {
            json!({"id": id, "noticed": around.zone.iso(*noticed), "noticed_unixtime": noticed})
        });
        let end = json!({
            "parts": parts,
            "deleted": deleted.collect::<Vec<_>>(),
            "span": span,
            "messages": {
                "total": tally.messages,
                "by_kind": tally.by_kind,
                "only_in_lines": tally.only_in_lines,
                "shortened": tally.shortened,
                "unreadable": tally.unreadable,
                "edited": tally.edited,
                "deleted": tally.deleted,
            },
            "media": {
                "files": tally.files,
                "bytes": tally.bytes,
                "missing": tally.missing,
            },
        });
        self.out
            .write_all(if self.is_first { b"]" } else { b"\n  ]" })?;
        for (key, value) in end.as_object().into_iter().flatten() {
            write!(self.out, ",\n  \"{key}\": {value}")?;
        }
        self.out.write_all(b"\n}\n")?;
        self.out.flush()?;
        Ok((self.out, self.tally))
    }
}

impl Tally {
    fn count(&mut self, converted: &Converted) {
        self.messages += 1;
        if converted.line.is_none() {
            self.unreadable += 1;
        }
        let message = converted.message();
        let kind = kind_of(message);
        if has_no_word(converted, message) {
            *self.only_in_lines.entry(kind.clone()).or_default() += 1;
        }
        *self.by_kind.entry(kind).or_default() += 1;
        if message.get("rich_message").flag("part") {
            self.shortened += 1;
        }
        if let Some(at) = message.int_if("date") {
            let (first, last) = self.span.unwrap_or((at, at));
            self.span = Some((first.min(at), last.max(at)));
        }
    }

    fn keep(&mut self, size: u64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(size);
    }
}

/// A message's kind by the schema's names: of what happened, the action's; of what
/// someone wrote, that of what is attached.
fn kind_of(message: Tl<'_>) -> String {
    let name = match message.name() {
        "messageService" => message.get("action").name(),
        "message" if message.get("rich_message").is_there() => "richMessage",
        "message" if message.get("media").is_there() => message.get("media").name(),
        "" => "unreadable",
        other => other,
    };
    name.to_owned()
}

/// Whether `result.json` says less than the line, since Telegram Desktop has no
/// word for it.
fn has_no_word(converted: &Converted, message: Tl<'_>) -> bool {
    let media = matches!(
        message.get("media").name(),
        "messageMediaWebPage"
            | "messageMediaDice"
            | "messageMediaStory"
            | "messageMediaVideoStream"
            | "messageMediaPaidMedia"
    );
    let action = message.name() == "messageService" && converted.kind == Kind::Message;
    media || action || converted.kind == Kind::Unsupported
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
