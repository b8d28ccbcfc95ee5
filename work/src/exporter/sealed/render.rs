//! Puts an export together out of what was read, sealed as it is written.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use sesame_domain::ports::{ExportFilesError, PieceName};
use sesame_domain::reading::PeerRecord;
use sesame_domain::time::Timestamp;

use super::edition::{EDITIONS, Entry, From, INDEX, SealedRendering, name, plan};
use super::fault::unkept;
use super::file::FileWriter;
use super::target::SealedExport;
use crate::export::{
    Converter, EmojiBook, ExportedChat, FileBook as _, FileState, KeptFile, LinesWriter,
    ManifestWriter, Named, PeerBook, ResultWriter, Source, Surroundings, TimeZone,
};
use crate::exporter::ledger::Ledger;
use crate::exporter::phones::phone_patterns;
use crate::exporter::state::ExportState;
use crate::exporter::target::{ExportTarget as _, List, TargetError};

/// What Telegram Desktop writes.
const RESULT: &str = "result.json";
/// The lines themselves.
const LINES: &str = "messages.jsonl";
/// What the export holds.
const MANIFEST: &str = "manifest.json";

impl SealedExport {
    /// Writes `result.json`, `messages.jsonl` and `manifest.json`, and the list of
    /// all files, as a new edition beside the one before; [`Self::remove_former`]
    /// removes that one, once the new one is the one that counts. Takes memory that
    /// grows with the number of peers and files, not of messages.
    ///
    /// # Errors
    /// When something cannot be read or kept.
    pub async fn render(
        &self,
        state: &ExportState,
        now: Timestamp,
    ) -> Result<SealedRendering, TargetError> {
        // With how long the lists are by now, so that nothing of them can be missing.
        if let Some(text) = self.state().await? {
            self.keep_state(text).await?;
        }
        self.note_edition().await.map_err(unkept)?;
        let ledger = Ledger::read(&self.list(List::Files).await?);
        let around = self.surroundings(state, &ledger).await?;
        let mut result = Output::begin(self, RESULT).await?;
        let mut lines = Output::begin(self, LINES).await?;
        let mut manifest = Output::begin(self, MANIFEST).await?;
        let mut index = Output::begin(self, INDEX).await?;
        let mut to_result = ResultWriter::start(result.buffer(), &around.chat)?;
        let mut to_lines = LinesWriter::start(lines.buffer());
        let made_at = now.to_rfc3339();
        let mut to_manifest = ManifestWriter::start(manifest.buffer(), &around, &made_at)?;
        let mut converter = Converter::new(&around);
        let mut entries = Vec::new();
        for segment in 0..state.segments {
            for line in self.segment(segment).await?.lines() {
                let message = converter.convert(line).map_err(io::Error::other)?;
                to_result.message(&message)?;
                to_lines.message(&message)?;
                to_manifest.message(&message, &ledger)?;
                entries.extend(message.named().iter().filter_map(|it| entry(it, &ledger)));
            }
            for output in [&mut result, &mut lines, &mut manifest] {
                output.keep(self).await?;
            }
        }
        to_result.finish()?;
        to_lines.finish()?;
        let (result, lines) = (result.end(self).await?, lines.end(self).await?);
        let parts = [
            (RESULT, result.size, result.sha256),
            (LINES, lines.size, lines.sha256),
        ];
        let (_, tally) = to_manifest.finish(&around, &parts)?;
        let manifest = manifest.end(self).await?;
        let written = [(RESULT, result), (LINES, lines), (MANIFEST, manifest)];
        entries.extend(written.map(|(part, kept)| self.part(part, kept)));
        for entry in &entries {
            let line = serde_json::to_string(entry).map_err(io::Error::other)?;
            writeln!(index.buffer(), "{line}")?;
            index.keep(self).await?;
        }
        index.end(self).await?;
        let plan = plan(&entries, now).ok_or_else(|| io::Error::other("no archive can be made"))?;
        Ok(SealedRendering {
            edition: self.attempt(),
            tally,
            archive_bytes: plan.length(),
        })
    }

    /// Removes what editions before this one left. Later ones are others' work.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub async fn remove_former(&self, edition: u64) -> Result<(), TargetError> {
        let begun = self.files().pieces(EDITIONS).await.map_err(unkept)?;
        for former in begun.iter().map(|it| it.number).filter(|it| *it < edition) {
            for part in [INDEX, RESULT, LINES, MANIFEST] {
                let removed = self.files().remove(&name(former, part)).await;
                removed.map_err(unkept)?;
            }
        }
        self.measure().await
    }

    /// Notes that an edition is begun, so that whatever is left of it is found.
    async fn note_edition(&self) -> Result<(), ExportFilesError> {
        let piece = PieceName {
            file: EDITIONS,
            number: self.attempt(),
            is_last: false,
        };
        self.files().put(piece, Vec::new()).await
    }

    async fn surroundings<'a>(
        &self,
        state: &ExportState,
        ledger: &'a Ledger,
    ) -> Result<Surroundings<'a>, TargetError> {
        let peers = self.list(List::Peers).await?;
        let peers: PeerBook = peers
            .iter()
            .filter_map(|line| serde_json::from_str::<PeerRecord>(line).ok())
            .collect();
        let mut emoji = EmojiBook::default();
        for line in self.list(List::Emoji).await? {
            emoji.add_line(&line);
        }
        Ok(Surroundings {
            chat: ExportedChat {
                peer: state.chat.clone(),
                me: state.me,
            },
            peers,
            emoji,
            files: ledger,
            zone: TimeZone::utc(),
            phones: phone_patterns(&self.list(List::PhoneFormats).await?),
        })
    }

    fn part(&self, part: &str, kept: KeptFile) -> Entry {
        Entry {
            path: part.to_owned(),
            size: kept.size,
            crc32: kept.crc32,
            from: From::File(name(self.attempt(), part)),
        }
    }
}

fn entry(named: &Named, ledger: &Ledger) -> Option<Entry> {
    let path = named.path.clone();
    match &named.source {
        Source::Text(text) => {
            let mut crc32 = crc32fast::Hasher::new();
            crc32.update(text.as_bytes());
            Some(Entry {
                path,
                size: text.len() as u64,
                crc32: crc32.finalize(),
                from: From::Text(text.clone()),
            })
        }
        Source::Fetched(key) => {
            let FileState::Kept(kept) = ledger.state(*key) else {
                return None;
            };
            Some(Entry {
                path,
                size: kept.size,
                crc32: kept.crc32,
                from: From::File(key.to_string()),
            })
        }
    }
}

/// A file of an edition: what writes to it, and what is written on.
struct Output<'a> {
    buffer: Buffer,
    file: FileWriter<'a>,
}

impl<'a> Output<'a> {
    async fn begin(export: &'a SealedExport, part: &str) -> Result<Self, TargetError> {
        let file = name(export.attempt(), part);
        let file = FileWriter::begin(export.files(), file).await;
        Ok(Self {
            buffer: Buffer::default(),
            file: file.map_err(unkept)?,
        })
    }

    fn buffer(&self) -> Buffer {
        self.buffer.clone()
    }

    /// Writes on what was written so far.
    async fn keep(&mut self, export: &SealedExport) -> Result<(), TargetError> {
        let bytes = self.buffer.take();
        export.take_room(bytes.len())?;
        self.file.write(&bytes).await.map_err(unkept)
    }

    async fn end(mut self, export: &SealedExport) -> Result<KeptFile, TargetError> {
        self.keep(export).await?;
        self.file.finish().await.map_err(unkept)
    }
}

/// Holds what is written until it is taken.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
