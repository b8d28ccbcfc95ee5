//! Log files: one a day, and the newest of them kept.
//!
//! What cannot be written to its file goes to standard error, so that no line
//! is lost: a full disk, a folder that was taken away or closed. Each line tries
//! the file anew. Files of others in the folder are never touched.

use std::borrow::Cow;
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

/// The files of a folder, one of which is written to.
#[derive(Clone)]
pub(super) struct LogFiles(Arc<Mutex<Writing>>);

struct Writing {
    folder: PathBuf,
    keep: usize,
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
    day: NaiveDate,
    path: PathBuf,
    file: File,
}

impl LogFiles {
    /// Begins to write: the folder and today's file are made, and older ones
    /// removed. If that fails it is said, and tried again with each line.
    pub(super) fn begin(
        folder: &Path,
        keep: usize,
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

    /// Today's file. One that was moved away or removed is made anew.
    fn ready(&mut self) -> io::Result<&mut Open> {
        let today = self.clock.now().date_naive();
        match self.open.take() {
            Some(open) if open.day == today && open.is_still_there() => Ok(self.open.insert(open)),
            _ => {
                let open = Open::make(&self.folder, today)?;
                prune(&self.folder, self.keep, &open.path);
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
    fn make(folder: &Path, day: NaiveDate) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(name_of(day));
        let file = match appending().create_new(true).open(&path) {
            Ok(file) => {
                give_to_owner_of(folder, &file);
                file
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => appending().open(&path)?,
            Err(error) => return Err(error),
        };
        Ok(Self { day, path, file })
    }

    fn is_still_there(&self) -> bool {
        let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
        match (self.file.metadata(), fs::metadata(&self.path)) {
            (Ok(ours), Ok(there)) => same(ours, there),
            _ => false,
        }
    }
}

fn appending() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    options
}

/// Whether lines can be written there.
pub(super) fn probe(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
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

fn name_of(day: NaiveDate) -> String {
    format!("{BEFORE}{}{AFTER}", day.format(DAY))
}

/// The day of a file of ours; `None`: it is someone else's.
fn day_of(name: &str) -> Option<NaiveDate> {
    let day = name.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
    let day = NaiveDate::parse_from_str(day, DAY).ok()?;
    // `2026-1-2` is a day as well, but not as we write it.
    (name_of(day) == name).then_some(day)
}

/// Our files among those of a folder, each with its day.
fn ours(files: fs::ReadDir) -> impl Iterator<Item = (NaiveDate, PathBuf)> {
    files
        .flatten()
        .filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|file| Some((day_of(file.file_name().to_str()?)?, file.path())))
}

/// The log file of today, or the last one before.
pub(crate) fn newest(folder: &Path) -> Option<PathBuf> {
    ours(fs::read_dir(folder).ok()?).max().map(|(_, path)| path)
}

/// Removes all of our files but the newest. One that cannot be removed stays:
/// it is no reason not to log.
fn prune(folder: &Path, keep: usize, current: &Path) {
    let Ok(files) = fs::read_dir(folder) else {
        return;
    };
    let mut older: Vec<_> = ours(files).filter(|(_, path)| path != current).collect();
    older.sort();
    let surplus = older.len().saturating_sub(keep.saturating_sub(1));
    for (_, path) in &older[..surplus] {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests;
