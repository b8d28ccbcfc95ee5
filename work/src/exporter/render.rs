//! Puts an export together out of what was read: what people open.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::documents::{Documents, Noted, Rendering};
use super::folder::{ExportFolder, make_folder, private, replace, sync_folder_of};
use super::ledger::Ledger;
use super::revisions::Revisions;
use super::state::ExportState;
use super::target::{List, TargetError};
use crate::export::{Named, Pages, Source, Tally};

/// Where the parts are written before they are put into their places.
const DRAFTS: &str = "drafts";
/// What a file is called there until it is in its place.
const LINK: &str = "link";
/// The list of what was put into the folder.
const PLACED: &str = "placed";

impl ExportFolder {
    /// Writes `result.json`, the pages (`messages.html`, `messages2.html` and so on),
    /// `messages.jsonl` and `manifest.json`, and puts the files where these look for
    /// them. What was there from before is replaced once all of it is written.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub async fn render(&self, state: ExportState, how: Rendering) -> Result<Tally, TargetError> {
        self.blocking(move |folder| {
            let mut render = Render::begin(&folder)?;
            let tally = render.write(&state, &how)?;
            render.put_in_place()?;
            Ok(tally)
        })
        .await
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

    fn write(&mut self, state: &ExportState, how: &Rendering) -> io::Result<Tally> {
        let list = |list| lines_of(&self.folder.list_path(list));
        let noted = Noted {
            ledger: Ledger::read(&list(List::Files)?),
            peers: list(List::Peers)?,
            emoji: list(List::Emoji)?,
            phone_formats: list(List::PhoneFormats)?,
        };
        let around = noted.surroundings(state, how.zone.clone());
        let draft = |name: &str| Draft::begin(&self.drafts, name);
        let pages = PageDrafts::below(&self.drafts);
        let mut documents = Documents::begin(&around, how, draft, pages)?;
        let kept_lines = |segment| fs::read_to_string(self.folder.lines(segment));
        let mut revisions = Revisions::default();
        for segment in state.revised.from(0) {
            revisions.add(segment, &kept_lines(segment)?);
        }
        for segment in 0..state.segments {
            let text = kept_lines(segment)?;
            if state.revised.has(segment) {
                documents.later(segment, &text)?;
                continue;
            }
            for (of, lines) in revisions.needed(&text) {
                revisions.hold(of, &kept_lines(of)?, &lines);
            }
            for line in text.lines() {
                self.named.extend(documents.line(line, &revisions)?);
            }
        }
        let written = documents.finish()?;
        let mut parts = vec![written.result.finish()?, written.lines.finish()?];
        parts.extend(written.pages.written);
        let listed: Vec<_> = parts
            .iter()
            .map(|part| (part.name.as_str(), part.size, part.sha256))
            .collect();
        let (manifest, tally) = written.manifest.finish(&around, &listed)?;
        parts.push(manifest.finish()?);
        self.written = parts.into_iter().map(|part| part.name).collect();
        Ok(tally)
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
    name: String,
    out: BufWriter<File>,
    digest: Sha256,
    size: u64,
}

/// A file that is written.
struct Part {
    name: String,
    size: u64,
    sha256: [u8; 32],
}

impl Draft {
    fn begin(drafts: &Path, name: &str) -> io::Result<Self> {
        let anew = &mut OpenOptions::new();
        let file = private(anew.write(true).create_new(true)).open(drafts.join(name))?;
        Ok(Self {
            name: name.to_owned(),
            out: BufWriter::new(file),
            digest: Sha256::new(),
            size: 0,
        })
    }

    fn finish(self) -> io::Result<Part> {
        let written = self.out.into_inner();
        let file = written.map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(Part {
            name: self.name,
            size: self.size,
            sha256: self.digest.finalize().into(),
        })
    }
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

/// The pages, one after another.
struct PageDrafts {
    drafts: PathBuf,
    written: Vec<Part>,
}

impl PageDrafts {
    fn below(drafts: &Path) -> Self {
        Self {
            drafts: drafts.to_owned(),
            written: Vec::new(),
        }
    }
}

impl Pages for PageDrafts {
    type Page = Draft;

    fn begin(&mut self, name: &str) -> io::Result<Draft> {
        Draft::begin(&self.drafts, name)
    }

    fn end(&mut self, page: Draft) -> io::Result<()> {
        self.written.push(page.finish()?);
        Ok(())
    }
}
