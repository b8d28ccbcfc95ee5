//! The key file on disk: readable by its owner alone, replaced as a whole.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sesame_domain::random::Entropy;
use zeroize::Zeroizing;

use super::document::{self, DocumentError, FileKey, KeyDocument};

/// A key file is some hundred bytes for each key: one larger than this is
/// something else.
const MAX_BYTES: u64 = 1024 * 1024;

/// Why the keys cannot be had. Says what to do, never what the file holds.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file or its directory cannot be read or written.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// It is a directory, a pipe or the like.
    #[error("{path} is not a regular file")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Others than the owner could read or change it.
    #[error(
        "{path} is open to others (mode {mode:04o}): if no one can have read it, run `chmod 600 {path}`"
    )]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Others could put another file in its place.
    #[error(
        "the directory {path} can be written by others (mode {mode:04o}): run `chmod go-w {path}`"
    )]
    DirectoryTooOpen {
        /// The directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs to another user than the one Sesame runs as.
    #[error(
        "{path} belongs to user {owner}, Sesame runs as user {user}: run `chown {user} {path}` if the file is yours"
    )]
    WrongOwner {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// As whom Sesame runs.
        user: u32,
    },
    /// It is the key file itself.
    #[error("{path} is the key file itself: name a place on another disk")]
    NoCopy {
        /// The path.
        path: PathBuf,
    },
    /// It is truncated or damaged. It is never replaced: without it nothing
    /// that is sealed opens.
    #[error(
        "{path} is not a key file: {reason}. Restore it from a backup; without it no sealed session opens"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// What the key file says; `None`: there is none.
pub(crate) fn read(path: &Path) -> Result<Option<KeyDocument>, KeyFileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        // A link that leads nowhere is no file that is missing.
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => {
            return Ok(None);
        }
        Err(error) => return Err(io_error("open", path, error)),
    };
    // Of the open file, not of the path: nothing can be swapped in between.
    let metadata = file
        .metadata()
        .map_err(|error| io_error("examine", path, error))?;
    check_file(path, &metadata)?;
    check_directory(directory_of(path))?;
    let mut text = Zeroizing::new(Vec::with_capacity(
        usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or_default() + 1,
    ));
    file.take(MAX_BYTES)
        .read_to_end(&mut text)
        .map_err(|error| io_error("read", path, error))?;
    document::parse(&text)
        .map(Some)
        .map_err(|error| malformed(path, &error))
}

/// Keeps other processes from changing the key file, until it is dropped.
pub(crate) struct ChangeLock(#[allow(dead_code, reason = "closing it unlocks")] File);

/// Makes the directory of the key file if need be (0700), and waits until no
/// one else changes the file. The directory is locked rather than the file,
/// which is not the same any more after a change.
pub(crate) fn lock(path: &Path) -> Result<ChangeLock, KeyFileError> {
    let directory = directory_of(path);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| io_error("create", directory, error))?;
    check_directory(directory)?;
    let opened = File::open(directory).map_err(|error| io_error("open", directory, error))?;
    opened
        .lock()
        .map_err(|error| io_error("lock", directory, error))?;
    Ok(ChangeLock(opened))
}

/// Writes these keys to a file of their own (0600), which takes the path only
/// when all of it is on disk: a crash leaves the old file or the new one.
pub(crate) fn write(
    path: &Path,
    keys: &BTreeMap<String, FileKey>,
    entropy: &dyn Entropy,
) -> Result<(), KeyFileError> {
    let draft = Draft::new(path, entropy);
    draft.write(keys)?;
    fs::rename(&draft.0, path).map_err(|error| io_error("replace", path, error))?;
    drop(draft);
    let directory = directory_of(path);
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| io_error("flush", directory, error))
}

fn check_file(path: &Path, metadata: &fs::Metadata) -> Result<(), KeyFileError> {
    let path = path.to_owned();
    if !metadata.is_file() {
        return Err(KeyFileError::NotAFile { path });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::TooOpen { path, mode });
    }
    match effective_user() {
        Some(user) if user != metadata.uid() => Err(KeyFileError::WrongOwner {
            path,
            owner: metadata.uid(),
            user,
        }),
        _ => Ok(()),
    }
}

/// Who may write the directory may replace the file; in a sticky directory
/// such as `/tmp` only the owner may.
fn check_directory(directory: &Path) -> Result<(), KeyFileError> {
    let mode = fs::metadata(directory)
        .map_err(|error| io_error("examine", directory, error))?
        .mode()
        & 0o7777;
    if mode & 0o022 != 0 && mode & 0o1000 == 0 {
        return Err(KeyFileError::DirectoryTooOpen {
            path: directory.to_owned(),
            mode,
        });
    }
    Ok(())
}

/// A file beside the key file that is removed in the end, whatever happens.
struct Draft(PathBuf);

impl Draft {
    fn new(path: &Path, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}.new", u64::from_be_bytes(random)));
        Self(path.with_file_name(name))
    }

    fn write(&self, keys: &BTreeMap<String, FileKey>) -> Result<(), KeyFileError> {
        let text = document::render(keys).map_err(|error| KeyFileError::Malformed {
            path: self.0.clone(),
            reason: error.to_string(),
        })?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.0)
            .map_err(|error| io_error("create", &self.0, error))?;
        file.write_all(&text)
            .and_then(|()| file.sync_all())
            .map_err(|error| io_error("write", &self.0, error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(path = %self.0.display(), %error, "a draft of the key file stays behind");
        }
    }
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The user that the process acts as, where the kernel says so (Linux).
/// Elsewhere the mode alone must do: a 0600 file of someone else's does not
/// even open, unless one is root.
fn effective_user() -> Option<u32> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    // Real, effective, saved, file system.
    uids.split_whitespace().nth(1)?.parse().ok()
}

pub(super) fn io_error(action: &'static str, path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

fn malformed(path: &Path, error: &DocumentError) -> KeyFileError {
    KeyFileError::Malformed {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
