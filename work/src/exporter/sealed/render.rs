//! Puts an export together out of what was read, sealed as it is written.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use sesame_domain::ports::{ExportFilesError, PieceName};

use super::edition::{EDITIONS, Entry, From, INDEX, SealedRendering, name, plan};
use super::fault::unkept;
use super::file::{Digests, FileWriter};
use super::target::SealedExport;
use crate::export::{FileBook as _, FileState, KeptFile, Named, Pages, Source};
use crate::exporter::documents::{Documents, LINES, MANIFEST, Noted, RESULT, Rendering};
use crate::exporter::ledger::Ledger;
use crate::exporter::revisions::Revisions;
use crate::exporter::state::ExportState;
use crate::exporter::target::{ExportTarget as _, List, TargetError};

/// The pages, one after another.
const PAGES: &str = "pages";

impl SealedExport {
    /// Writes `result.json`, `messages.jsonl`, the pages (`messages.html`,
    /// `messages2.html` and so on), `manifest.json`, and the list of all files, as a
    /// new edition beside the one before; [`Self::remove_former`] removes that one,
    /// once the new one is the one that counts. Takes memory that grows with the number
    /// of peers and files, and by a few bytes for each message.
    ///
    /// # Errors
    /// When something cannot be read or kept.
    pub async fn render(
        &self,
        state: &ExportState,
        how: &Rendering,
    ) -> Result<SealedRendering, TargetError> {
        // With how long the lists are by now, so that nothing of them can be missing.
        if let Some(text) = self.state().await? {
            self.keep_state(text).await?;
        }
        self.note_edition().await.map_err(unkept)?;
        let noted = Noted {
            ledger: Ledger::read(&self.list(List::Files).await?),
            peers: self.list(List::Peers).await?,
            emoji: self.list(List::Emoji).await?,
            phone_formats: self.list(List::PhoneFormats).await?,
        };
        let around = noted.surroundings(state, how.zone.clone());
        let mut outputs = Outputs::begin(self).await?;
        let pages = PageParts::to(outputs.pages.buffer());
        let open = |name: &str| outputs.buffer(name);
        let mut documents = Documents::begin(&around, how, open, pages)?;
        let mut entries = Vec::new();
        let mut revisions = Revisions::default();
        for segment in state.revised.from(0) {
            revisions.add(segment, &self.kept_lines(segment).await?);
        }
        for segment in 0..state.segments {
            let text = self.kept_lines(segment).await?;
            if state.revised.has(segment) {
                documents.later(segment, &text)?;
                continue;
            }
            for (of, lines) in revisions.needed(&text) {
                revisions.hold(of, &self.kept_lines(of).await?, &lines);
            }
            for line in text.lines() {
                let named = documents.line(line, &revisions)?;
                entries.extend(named.iter().filter_map(|it| entry(it, &noted.ledger)));
            }
            outputs.keep(self).await?;
        }
        let written = documents.finish()?;
        let (result, lines) = (
            outputs.result.end(self).await?,
            outputs.lines.end(self).await?,
        );
        let pages = written.pages.written;
        let all = outputs.pages.end(self).await?;
        let parts = [(RESULT, result), (LINES, lines)].into_iter();
        let parts = parts.chain(pages.iter().map(|page| (page.name.as_str(), page.kept)));
        let parts: Vec<_> = parts
            .map(|(part, kept)| (part, kept.size, kept.sha256))
            .collect();
        let (_, tally) = written.manifest.finish(&around, &parts)?;
        let manifest = outputs.manifest.end(self).await?;
        let whole = [(RESULT, result), (LINES, lines), (MANIFEST, manifest)];
        entries.extend(whole.map(|(part, kept)| self.part(part, kept)));
        entries.extend(pages.into_iter().map(|page| Entry {
            path: page.name,
            size: page.kept.size,
            crc32: page.kept.crc32,
            from: From::Within {
                file: name(self.attempt(), PAGES),
                of: all.size,
                at: page.at,
            },
        }));
        self.list_entries(&entries).await?;
        let plan = plan(&entries, how.now);
        let plan = plan.ok_or_else(|| io::Error::other("no archive can be made"))?;
        Ok(SealedRendering {
            edition: self.attempt(),
            tally,
            archive_bytes: plan.length(),
        })
    }

    /// Keeps the list of all files of the edition.
    async fn list_entries(&self, entries: &[Entry]) -> Result<(), TargetError> {
        let mut index = Output::begin(self, INDEX).await?;
        for entry in entries {
            let line = serde_json::to_string(entry).map_err(io::Error::other)?;
            writeln!(index.buffer(), "{line}")?;
            index.keep(self).await?;
        }
        index.end(self).await?;
        Ok(())
    }

    /// Removes what editions before this one left. Later ones are others' work.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub async fn remove_former(&self, edition: u64) -> Result<(), TargetError> {
        let begun = self.files().pieces(EDITIONS).await.map_err(unkept)?;
        for former in begun.iter().map(|it| it.number).filter(|it| *it < edition) {
            for part in [INDEX, RESULT, LINES, MANIFEST, PAGES] {
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

/// The files of an edition that are written at the same time.
struct Outputs<'a> {
    result: Output<'a>,
    lines: Output<'a>,
    manifest: Output<'a>,
    pages: Output<'a>,
}

impl<'a> Outputs<'a> {
    async fn begin(export: &'a SealedExport) -> Result<Self, TargetError> {
        Ok(Self {
            result: Output::begin(export, RESULT).await?,
            lines: Output::begin(export, LINES).await?,
            manifest: Output::begin(export, MANIFEST).await?,
            pages: Output::begin(export, PAGES).await?,
        })
    }

    /// What writes to a file, by its name.
    fn buffer(&self, name: &str) -> io::Result<Buffer> {
        match name {
            RESULT => Ok(self.result.buffer()),
            LINES => Ok(self.lines.buffer()),
            MANIFEST => Ok(self.manifest.buffer()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Writes on what was written so far.
    async fn keep(&mut self, export: &SealedExport) -> Result<(), TargetError> {
        for output in [
            &mut self.result,
            &mut self.lines,
            &mut self.manifest,
            &mut self.pages,
        ] {
            output.keep(export).await?;
        }
        Ok(())
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

/// The pages, one after another in one file.
struct PageParts {
    to: Buffer,
    /// Where the next one begins.
    at: u64,
    written: Vec<PagePart>,
}

/// A page that was written.
struct PagePart {
    name: String,
    /// Where it begins.
    at: u64,
    kept: KeptFile,
}

/// A page that is being written.
struct Page {
    name: String,
    to: Buffer,
    digests: Digests,
}

impl PageParts {
    fn to(to: Buffer) -> Self {
        Self {
            to,
            at: 0,
            written: Vec::new(),
        }
    }
}

impl Pages for PageParts {
    type Page = Page;

    fn begin(&mut self, name: &str) -> io::Result<Page> {
        Ok(Page {
            name: name.to_owned(),
            to: self.to.clone(),
            digests: Digests::default(),
        })
    }

    fn end(&mut self, page: Page) -> io::Result<()> {
        let kept = page.digests.kept();
        self.written.push(PagePart {
            name: page.name,
            at: self.at,
            kept,
        });
        self.at += kept.size;
        Ok(())
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.digests.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
