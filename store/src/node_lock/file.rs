//! A lock beside `SQLite`'s file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sesame_domain::reason::Reason;

use super::{Holder, NodeLockError, Sharing};

/// What is put behind the name of the database's file.
const SUFFIX: &str = "-lock";

/// The most that is read of who has it.
const NAME_LIMIT: u64 = 256;

/// A locked file. `SQLite`'s own is left alone: its locks go when anyone in
/// the process closes it.
#[derive(Debug)]
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    pub(super) fn take(
        database: &Path,
        sharing: Sharing,
        name: &str,
    ) -> Result<Self, NodeLockError> {
        let path = beside(database);
        let failed = |source| NodeLockError::File {
            file: path.clone(),
            source,
        };
        loop {
            let mut file = open(&path).map_err(failed)?;
            let locked = match sharing {
                Sharing::Alone => file.try_lock(),
                Sharing::Coordinated => file.try_lock_shared(),
            };
            match locked {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(NodeLockError::Taken(holder(&file))),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // Someone may have removed it between opening and locking.
            if is_still_at(&file, &path) {
                sign(&mut file, sharing, name);
                return Ok(Self { _file: file });
            }
        }
    }
}

/// Beside the file itself, not beside a link to it.
fn beside(database: &Path) -> PathBuf {
    let mut path = fs::canonicalize(database)
        .unwrap_or_else(|_| database.to_owned())
        .into_os_string();
    path.push(SUFFIX);
    path.into()
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

fn is_still_at(file: &File, path: &Path) -> bool {
    let (Ok(opened), Ok(there)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    (opened.dev(), opened.ino()) == (there.dev(), there.ino())
}

/// Who has it is a help for people and no more: on a full disk it is missing.
/// Those who share it leave no name, which would outlive the one that left it.
fn sign(file: &mut File, sharing: Sharing, name: &str) {
    let written = file.set_len(0).and_then(|()| match sharing {
        Sharing::Alone => writeln!(file, "{name}, process {}", std::process::id()),
        Sharing::Coordinated => Ok(()),
    });
    if let Err(error) = written {
        tracing::debug!(error = %Reason::of(&error), "the lock of the database has no name");
    }
}

fn holder(file: &File) -> Holder {
    let mut name = Vec::new();
    let mut file = file;
    let read = file
        .rewind()
        .and_then(|()| file.take(NAME_LIMIT).read_to_end(&mut name));
    let name = read.map_or_else(|_| String::new(), |_| String::from_utf8_lossy(&name).into());
    Holder(name.trim().to_owned())
}
