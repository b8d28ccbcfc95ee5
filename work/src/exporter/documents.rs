//! What people open of an export, made of its lines.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use sesame_domain::export::ExportWords;
use sesame_domain::reading::PeerRecord;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use super::ledger::Ledger;
use super::phones::phone_patterns;
use super::revisions::{Place, Revisions};
use super::state::ExportState;
use crate::export::{
    Converter, EarlierChat, EmojiBook, ExportedChat, HtmlWriter, LinesWriter, ManifestWriter,
    Named, Pages, ResultWriter, Surroundings, TimeZone,
};

/// What Telegram Desktop writes.
pub(super) const RESULT: &str = "result.json";
/// The lines themselves.
pub(super) const LINES: &str = "messages.jsonl";
/// What the export holds.
pub(super) const MANIFEST: &str = "manifest.json";

/// How what people open is written.
#[derive(Clone)]
pub struct Rendering {
    /// How moments are written.
    pub zone: TimeZone,
    /// What the pages say.
    pub words: Arc<dyn ExportWords>,
    /// When it is written.
    pub now: Timestamp,
}

impl fmt::Debug for Rendering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendering").finish_non_exhaustive()
    }
}

/// What was noted beside the lines.
pub(super) struct Noted {
    pub(super) ledger: Ledger,
    pub(super) peers: Vec<String>,
    pub(super) emoji: Vec<String>,
    pub(super) phone_formats: Vec<String>,
}

impl Noted {
    /// What is known besides the lines.
    pub(super) fn surroundings(&self, state: &ExportState, zone: TimeZone) -> Surroundings<'_> {
        let peers = self.peers.iter();
        let peers = peers.filter_map(|line| serde_json::from_str::<PeerRecord>(line).ok());
        let mut emoji = EmojiBook::default();
        for line in &self.emoji {
            emoji.add_line(line);
        }
        Surroundings {
            chat: ExportedChat {
                peer: state.chat.clone(),
                me: state.me,
                earlier: state.earlier.as_ref().map(|earlier| EarlierChat {
                    id: PeerId::Group(earlier.group),
                    is_read: !earlier.is_closed,
                }),
            },
            peers: peers.collect(),
            emoji,
            files: &self.ledger,
            zone,
            phones: phone_patterns(&self.phone_formats),
        }
    }
}

/// All of it, as it is written a line at a time.
pub(super) struct Documents<'a, W: Write, P: Pages> {
    around: &'a Surroundings<'a>,
    converter: Converter<'a>,
    result: ResultWriter<W>,
    lines: LinesWriter<W>,
    manifest: ManifestWriter<W>,
    pages: HtmlWriter<'a, P>,
    /// The files of later lines that are still to be written.
    named_later: HashMap<Place, Vec<Named>>,
}

/// What was written, but for the manifest: it lists the others, which have to be
/// whole before.
pub(super) struct Written<W: Write, P> {
    pub(super) result: W,
    pub(super) lines: W,
    pub(super) pages: P,
    pub(super) manifest: ManifestWriter<W>,
}

impl<'a, W: Write, P: Pages> Documents<'a, W, P> {
    /// Begins all of it; `open` opens what is written to by its name.
    pub(super) fn begin(
        around: &'a Surroundings<'a>,
        how: &'a Rendering,
        mut open: impl FnMut(&str) -> io::Result<W>,
        pages: P,
    ) -> io::Result<Self> {
        let made_at = how.now.to_rfc3339();
        Ok(Self {
            around,
            converter: Converter::new(around),
            result: ResultWriter::start(open(RESULT)?, &around.chat)?,
            lines: LinesWriter::start(open(LINES)?),
            manifest: ManifestWriter::start(open(MANIFEST)?, around, &made_at)?,
            pages: HtmlWriter::start(pages, around, how.words.as_ref())?,
            named_later: HashMap::new(),
        })
    }

    /// Writes the next line of a message, and the message as the last of its lines has
    /// it; returns the files that these have. What they say is to be held.
    pub(super) fn line(&mut self, line: &str, revisions: &Revisions) -> io::Result<Vec<Named>> {
        let mut message = self.converter.convert(line).map_err(io::Error::other)?;
        self.lines.message(&message)?;
        let mut named = message.named().to_vec();
        let later = revisions.of(line);
        let mut is_edited = false;
        for place in later.iter().map(|revision| revision.place) {
            // Of what was deleted there is no text.
            let Some(text) = revisions.text(place) else {
                continue;
            };
            let edited = self.converter.convert(text).map_err(io::Error::other)?;
            // The files of before stay where they are.
            self.manifest.former(&message, self.around.files)?;
            if !edited.named().is_empty() {
                named.extend_from_slice(edited.named());
                self.named_later.insert(place, edited.named().to_vec());
            }
            (message, is_edited) = (edited, true);
        }
        match later.last().and_then(|revision| revision.deleted) {
            Some(noticed) => message.delete(noticed),
            None if is_edited => self.manifest.was_edited(),
            None => {}
        }
        self.result.message(&message)?;
        self.manifest.message(&message, self.around.files)?;
        self.pages.message(message)?;
        Ok(named)
    }

    /// Writes the later lines of messages whose first lines were written before.
    pub(super) fn later(&mut self, segment: u32, text: &str) -> io::Result<()> {
        for (line, text) in (0..).zip(text.lines()) {
            let named = self.named_later.remove(&Place { segment, line });
            self.lines.later(text, &named.unwrap_or_default())?;
        }
        Ok(())
    }

    /// There are no more lines.
    pub(super) fn finish(self) -> io::Result<Written<W, P>> {
        Ok(Written {
            result: self.result.finish()?,
            lines: self.lines.finish()?,
            pages: self.pages.finish()?,
            manifest: self.manifest,
        })
    }
}
