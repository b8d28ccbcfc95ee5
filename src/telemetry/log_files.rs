//! Log files: one a day, or more where it gets too big, and the newest of them
//! kept: by age and by size.
//!
//! What cannot be written to its file goes to standard error, so that no line
//! is lost: a full disk, a folder that was taken away or closed. Each line tries
//! the file anew. Files of others in the folder are never touched.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use sesame_domain::time::Clock;

/// What stands before and after the day in a file's name.
const BEFORE: &str = "sesame.";
const AFTER: &str = ".log";
const DAY: &str = "%Y-%m-%d";

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keep {
    /// Files of so many days, the newest.
    pub(super) days: usize,
    /// A file that has so many bytes is not written to any more.
    pub(super) file_bytes: u64,
    /// All files together have no more bytes than this, but for a line.
    pub(super) total_bytes: u64,
}

/// The files of a folder, one of which is written to.
#[derive(Clone)]
pub(super) struct LogFiles(Arc<Mutex<Writing>>);

struct Writing {
    folder: PathBuf,
    keep: Keep,
    clock: Arc<dyn Clock>,
    open: Option<Open>,
    /// Where lines go that cannot be written to their file.
    instead: Box<dyn Write + Send>,
    /// Why the last line did not get into its file.
    trouble: Option<ErrorKind>,
    /// Whether the last line got there in part.
    torn: bool,
}

struct Open {
    name: Name,
    path: PathBuf,
    file: File,
}

impl LogFiles {
    /// Begins to write: the folder and today's file are made, and older ones
    /// removed. If that fails it is said, and tried again with each line.
    pub(super) fn begin(
        folder: &Path,
        keep: Keep,
        clock: Arc<dyn Clock>,
        instead: Box<dyn Write + Send>,
    ) -> Self {
        let mut writing = Writing {
            folder: folder.to_owned(),
            keep,
            clock,
            open: None,
            instead,
            trouble: None,
            torn: false,
        };
        if let Err(error) = writing.ready() {
            writing.complain(&error);
        }
        Self(Arc::new(Mutex::new(writing)))
    }
}

/// Each call is one line, or several that belong together.
impl Write for LogFiles {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut writing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writing.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Writing {
    fn add(&mut self, line: &[u8]) {
        match self.try_to_add(line) {
            Ok(()) => self.is_well(),
            Err(error) => {
                self.complain(&error);
                // Nothing is left to try when that is gone as well.
                let _ = self.instead.write_all(line);
            }
        }
    }

    fn try_to_add(&mut self, line: &[u8]) -> io::Result<()> {
        let torn = self.torn;
        let open = self.ready()?;
        let whole = if torn {
            Cow::from([b"\n", line].concat())
        } else {
            Cow::from(line)
        };
        let done = write_whole(&mut open.file, &whole);
        self.torn = match &done {
            Ok(()) => false,
            Err((written, _)) => *written > 0 || torn,
        };
        done.map_err(|(_, error)| error)
    }

    /// Today's file. One that was moved away or removed is made anew; after one
    /// that is full comes another one.
    fn ready(&mut self) -> io::Result<&mut Open> {
        let today = self.clock.now().date_naive();
        let full = self.keep.file_bytes;
        match self.open.take() {
            Some(open) if open.name.day == today && open.takes_more(full) => {
                Ok(self.open.insert(open))
            }
            _ => {
                let name = next_name(&self.folder, today, full);
                let open = Open::make(&self.folder, name)?;
                prune(&self.folder, self.keep, &open);
                self.torn = false;
                Ok(self.open.insert(open))
            }
        }
    }

    /// Says once what is wrong.
    fn complain(&mut self, error: &io::Error) {
        if self.trouble.replace(error.kind()) != Some(error.kind()) {
            let folder = self.folder.display();
            let _ = writeln!(
                self.instead,
                "sesame: the log cannot be written to LOG_DIR, {folder}: {error}. \
                 It goes to standard error until it can."
            );
        }
    }

    fn is_well(&mut self) {
        if self.trouble.take().is_some() {
            let folder = self.folder.display();
            let _ = writeln!(self.instead, "sesame: the log goes to {folder} again.");
        }
    }
}

impl Open {
    fn make(folder: &Path, name: Name) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(name.to_string());
        let file = match appending().create_new(true).open(&path) {
            Ok(file) => {
                give_to_owner_of(folder, &file);
                file
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => appending().open(&path)?,
            Err(error) => return Err(error),
        };
        Ok(Self { name, path, file })
    }

    /// Whether it is still there, and not full. Commands write to it as well.
    fn takes_more(&self, full: u64) -> bool {
        let same = |a: &fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
        match (self.file.metadata(), fs::metadata(&self.path)) {
            (Ok(ours), Ok(there)) => same(&ours, there) && ours.len() < full,
            _ => false,
        }
    }
}

fn appending() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    options
}

/// Whether lines can be written there. Nothing is made: where a folder is missing,
/// it is tried whether it could be, in the one above it.
pub(super) fn probe(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|it| it.exists());
    let folder = there.unwrap_or_else(|| Path::new("."));
    let mut probe = tempfile::tempfile_in(folder)?;
    probe.write_all(b"probe")?;
    probe.sync_all()
}

/// A command that root gives must not leave a file which the service, that runs
/// as someone else, cannot write to.
fn give_to_owner_of(folder: &Path, file: &File) {
    if rustix::process::geteuid().is_root()
        && let Ok(about) = fs::metadata(folder)
    {
        // Where that is refused, the file can still be written to by us.
        let _ = fchown(file, Some(about.uid()), Some(about.gid()));
    }
}

/// Writes everything, or says how much was written before it failed.
fn write_whole(file: &mut File, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut written = 0;
    while written < bytes.len() {
        match file.write(&bytes[written..]) {
            Ok(0) => return Err((written, ErrorKind::WriteZero.into())),
            Ok(more) => written += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err((written, error)),
        }
    }
    Ok(())
}

/// The name of a file of ours: `sesame.2026-11-28.log` is the first of its day,
/// `sesame.2026-11-28.2.log` the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    day: NaiveDate,
    part: u32,
}

impl Name {
    /// `None`: it is someone else's.
    fn parse(name: &str) -> Option<Self> {
        let middle = name.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
        let (day, part) = match middle.split_once('.') {
            Some((day, part)) => (day, part.parse().ok()?),
            None => (middle, 1),
        };
        let day = NaiveDate::parse_from_str(day, DAY).ok()?;
        let this = Self { day, part };
        // `2026-1-2` is a day as well, and `02` a number, but not as we write them.
        (this.to_string() == name).then_some(this)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEFORE}{}", self.day.format(DAY))?;
        if self.part != 1 {
            write!(f, ".{}", self.part)?;
        }
        f.write_str(AFTER)
    }
}

/// Our files among those of a folder, each with its name.
fn ours(files: fs::ReadDir) -> impl Iterator<Item = (Name, PathBuf)> {
    files
        .flatten()
        .filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|file| Some((Name::parse(file.file_name().to_str()?)?, file.path())))
}

/// The file to go on with on this day: the newest, or the one after it once that
/// is full.
fn next_name(folder: &Path, day: NaiveDate, full: u64) -> Name {
    let files = fs::read_dir(folder).into_iter().flat_map(ours);
    let newest = files.filter(|(name, _)| name.day == day).max();
    let part = newest.map_or(1, |(name, path)| {
        name.part + u32::from(size_of(&path) >= full)
    });
    Name { day, part }
}

fn size_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |about| about.len())
}

/// The log file of today, or the last one before.
pub(crate) fn newest(folder: &Path) -> Option<PathBuf> {
    ours(fs::read_dir(folder).ok()?).max().map(|(_, path)| path)
}

/// Removes those of our files that are of days too long ago, and the oldest of
/// the others as long as there would be too much with the current one full. One
/// that cannot be removed stays: it is no reason not to log.
fn prune(folder: &Path, keep: Keep, current: &Open) {
    let Ok(files) = fs::read_dir(folder) else {
        return;
    };
    let mut others: Vec<_> = ours(files)
        .filter(|(_, path)| *path != current.path)
        .collect();
    others.sort();
    let mut days = BTreeSet::from([current.name.day]);
    let mut room = keep.total_bytes.saturating_sub(keep.file_bytes);
    for (name, path) in others.iter().rev() {
        days.insert(name.day);
        let size = size_of(path);
        if days.len() > keep.days || size > room {
            let _ = fs::remove_file(path);
            // What is older goes as well, also if it is small.
            room = 0;
        } else {
            room -= size;
        }
    }
}

#[cfg(test)]
mod tests;
