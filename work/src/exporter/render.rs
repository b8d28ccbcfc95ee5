//! Puts an export together out of what was read: what people open.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use sesame_domain::reading::PeerRecord;
use sesame_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};

use super::folder::{ExportFolder, make_folder, private, replace, sync_folder_of};
use super::ledger::Ledger;
use super::state::ExportState;
use super::target::{List, TargetError};
use crate::export::{
    Converter, EmojiBook, ExportedChat, LinesWriter, ManifestWriter, Named, PeerBook,
    PhonePatterns, ResultWriter, Source, Surroundings, Tally, TimeZone,
};

/// Where the parts are written before they are put into their places.
const DRAFTS: &str = "drafts";
/// What a file is called there until it is in its place.
const LINK: &str = "link";
/// The list of what was put into the folder.
const PLACED: &str = "placed";

impl ExportFolder {
    /// Writes `result.json`, `messages.html`, `messages.jsonl` and `manifest.json`,
    /// and puts the files where these look for them. What was there from before is
    /// replaced once all of it is written.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub async fn render(
        &self,
        state: ExportState,
        zone: TimeZone,
        phones: PhonePatterns,
        now: Timestamp,
    ) -> Result<Tally, TargetError> {
        let folder = self.clone();
        let rendered = tokio::task::spawn_blocking(move || {
            let mut render = Render::begin(&folder)?;
            let tally = render.write(&state, zone, phones, now)?;
            render.put_in_place()?;
            Ok::<_, io::Error>(tally)
        });
        Ok(rendered.await.map_err(io::Error::other)??)
    }
}

struct Render<'a> {
    folder: &'a ExportFolder,
    drafts: PathBuf,
    /// What was written, by its name within the export.
    written: Vec<String>,
    /// The files that have a place.
    named: Vec<Named>,
}

impl<'a> Render<'a> {
    fn begin(folder: &'a ExportFolder) -> io::Result<Self> {
        let drafts = folder.own(DRAFTS);
        match fs::remove_dir_all(&drafts) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        make_folder(&drafts)?;
        Ok(Self {
            folder,
            drafts,
            written: Vec::new(),
            named: Vec::new(),
        })
    }

    fn write(
        &mut self,
        state: &ExportState,
        zone: TimeZone,
        phones: PhonePatterns,
        now: Timestamp,
    ) -> io::Result<Tally> {
        let ledger = Ledger::read(&lines_of(&self.folder.list_path(List::Files))?);
        let peers = lines_of(&self.folder.list_path(List::Peers))?;
        let peers: PeerBook = peers
            .iter()
            .filter_map(|line| serde_json::from_str::<PeerRecord>(line).ok())
            .collect();
        let mut emoji = EmojiBook::default();
        for line in lines_of(&self.folder.list_path(List::Emoji))? {
            emoji.add_line(&line);
        }
        let around = Surroundings {
            chat: ExportedChat {
                peer: state.chat.clone(),
                me: state.me,
            },
            peers,
            emoji,
            files: &ledger,
            zone,
            phones,
        };
        let mut result = ResultWriter::start(self.draft("result.json")?, &around.chat)?;
        let mut lines = LinesWriter::start(self.draft("messages.jsonl")?);
        let made_at = now.to_rfc3339();
        let mut manifest = ManifestWriter::start(self.draft("manifest.json")?, &around, &made_at)?;
        let mut converter = Converter::new(&around);
        for segment in 0..state.segments {
            let text = BufReader::new(File::open(self.folder.lines(segment))?);
            for line in text.lines() {
                let message = converter.convert(&line?).map_err(io::Error::other)?;
                result.message(&message)?;
                lines.message(&message)?;
                manifest.message(&message, &ledger)?;
                self.named.extend(message.named().iter().cloned());
            }
        }
        let result = finished(result.finish()?)?;
        let lines = finished(lines.finish()?)?;
        let parts = [
            ("result.json", result.0, result.1),
            ("messages.jsonl", lines.0, lines.1),
        ];
        let (manifest, tally) = manifest.finish(&around, &parts)?;
        finished(manifest)?;
        Ok(tally)
    }

    fn draft(&mut self, name: &str) -> io::Result<Draft> {
        let path = self.drafts.join(name);
        let file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
        self.written.push(name.to_owned());
        Ok(Draft {
            out: BufWriter::new(file),
            digest: Sha256::new(),
            size: 0,
        })
    }

    /// The files first, and then what names them; what nothing names any more goes.
    fn put_in_place(self) -> io::Result<()> {
        let root = self.folder.root();
        let placed = self.folder.own(PLACED);
        let before: BTreeSet<String> = lines_of(&placed)?.into_iter().collect();
        let mut now: BTreeSet<String> = self.written.iter().cloned().collect();
        now.extend(self.named.iter().map(|named| named.path.clone()));
        // Before anything is there, so that whatever is there is known.
        let all: Vec<&str> = before.union(&now).map(String::as_str).collect();
        replace(&placed, all.join("\n").as_bytes())?;
        for named in &self.named {
            let path = root.join(&named.path);
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            match &named.source {
                Source::Fetched(key) => {
                    link(&self.folder.file(*key), &self.drafts.join(LINK), &path)?;
                }
                Source::Text(text) => replace(&path, text.as_bytes())?,
            }
        }
        for name in &self.written {
            fs::rename(self.drafts.join(name), root.join(name))?;
        }
        sync_folder_of(&root.join(PLACED))?;
        for gone in before.difference(&now) {
            match fs::remove_file(root.join(gone)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let now: Vec<&str> = now.iter().map(String::as_str).collect();
        replace(&placed, now.join("\n").as_bytes())?;
        fs::remove_dir(&self.drafts)
    }
}

/// Puts a file's content at a place: under two names where the file system can, as
/// a copy where it cannot.
fn link(from: &Path, draft: &Path, to: &Path) -> io::Result<()> {
    if fs::hard_link(from, draft).is_err() {
        fs::copy(from, draft)?;
    }
    fs::rename(draft, to)?;
    // Renaming one name of a file to another of the same file does nothing.
    match fs::remove_file(draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn lines_of(path: &Path) -> io::Result<Vec<String>> {
    match File::open(path) {
        Ok(file) => BufReader::new(file).lines().collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// A file that is being written, and what is known of it.
struct Draft {
    out: BufWriter<File>,
    digest: Sha256,
    size: u64,
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file is written: its size and digest.
fn finished(draft: Draft) -> io::Result<(u64, [u8; 32])> {
    let file = draft
        .out
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok((draft.size, draft.digest.finalize().into()))
}
