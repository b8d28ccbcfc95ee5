//! Why the keys of the file cannot be had, or not be changed.

use std::io;
use std::path::{Path, PathBuf};

use super::no_file::NoFile;
use super::obstacle::Obstacle;
use super::way::Way;
use crate::user::User;

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
    #[error("{path} is {what}, not a regular file: {hint}", hint = hint(*what))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        what: NoFile,
    },
    /// It leads to a folder that is not there.
    #[error(
        "{path} is a link to {target}, and the folder of that is not there: is a volume not mounted? Else make the folder (`mkdir -m 700`)"
    )]
    Dangling {
        /// The link.
        path: PathBuf,
        /// What it leads to.
        target: PathBuf,
    },
    /// Others than the owner could read or change it.
    #[error("{path} is open to others (mode {mode:04o}): if no one can have read it, {way}")]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// How to close it.
        way: Way,
    },
    /// Others could put another file in its place.
    #[error("the directory {path} can be written by others (mode {mode:04o}): {way}")]
    DirectoryTooOpen {
        /// The directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// How to close it.
        way: Way,
    },
    /// It belongs to another user than the one Sesame runs as.
    #[error("{path} belongs to user {owner}, and this runs as user {user}: {way}")]
    WrongOwner {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        owner: User,
        /// As whom this runs.
        user: User,
        /// What to do about it.
        way: Way,
    },
    /// It can be read and used, but no key can be added to it.
    #[error("no key can be added to {path}: {why}")]
    Unchangeable {
        /// The file, or what it leads to.
        path: PathBuf,
        /// What is in the way.
        why: Obstacle,
    },
    /// What was written is not what is read afterwards.
    #[error(
        "{path} was written, but does not say what was written: nothing is sealed under a new key"
    )]
    NotKept {
        /// The path.
        path: PathBuf,
    },
    /// Keys in it do not give the check value beside them. Nothing is written
    /// over it, and nothing is copied out of it.
    #[error(
        "{path} holds keys that are damaged ({keys}): put a whole copy of it in its place. Keys that the copy lacks are taken over from the database, as long as it holds them",
        keys = keys.join(", ")
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The names of the keys.
        keys: Vec<String>,
    },
    /// The same name stands for two keys. Neither is written over the other.
    #[error(
        "key {key} in {path} is not the one {other}: one of the two is damaged, and nothing is written over either. Keep both, and find out which of them opens what it sealed (`sesame doctor` with each as KEY_FILE)"
    )]
    Differs {
        /// The name.
        key: String,
        /// One file.
        path: PathBuf,
        /// Where the other is.
        other: String,
    },
    /// A copy that has no key in common with the key file.
    #[error(
        "{path} has keys, but none of this key file's ({keys}): it is the copy of another database's. Name another file",
        keys = keys.join(", ")
    )]
    OtherCopy {
        /// The copy.
        path: PathBuf,
        /// The keys in it.
        keys: Vec<String>,
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
        "{path} is not a key file: {reason}. Put the copy of it back (`sesame keys copy` made one); without it no sealed session opens"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing in it.
    #[error(
        "{path} is empty: put the copy of it back; only if there never were keys in it, remove it, and the first start makes one"
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A later version of Sesame wrote it.
    #[error(
        "{path} was written by a later version of Sesame (its format is {format}): use that one"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
}

fn hint(what: NoFile) -> &'static str {
    match what {
        NoFile::Directory => {
            "name a file in it. Docker makes a directory where the file that it is to mount is missing"
        }
        NoFile::Pipe | NoFile::Socket | NoFile::Device => {
            "keys are added to it and read again, so it must be one"
        }
    }
}

/// What could not be done to a file, and why.
pub(super) fn io_error(action: &'static str, path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
