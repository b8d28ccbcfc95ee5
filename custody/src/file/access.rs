//! Who may read and write a file of secrets, and what to do when others may.

use std::fmt;
use std::fs::{self, Metadata};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::disk::{directory_of, io_error};
use super::error::KeyFileError;
use crate::user::User;

/// What no one but the owner may do.
const OTHERS: u32 = 0o077;
/// What a group may not do with a file that root keeps for it, and others not
/// at all. PostgreSQL has the same rule for its key: such a file is how a
/// secret is handed to a service (a volume with secrets, `/etc`).
const BEYOND_THE_GROUP: u32 = 0o037;

/// What to do about a file or directory, so that Sesame can still use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Its owner, who runs this, keeps others out.
    Close(PathBuf),
    /// The same by root, who may keep it for another user that serves.
    CloseAsRoot(PathBuf),
    /// The owner, who runs this, keeps others from writing to the directory.
    CloseDirectory(PathBuf),
    /// Root keeps it for the group that this runs as.
    KeepForGroup(PathBuf, u32),
    /// Root gives it to the user who runs this.
    Give(PathBuf, User),
    /// Root gives the directory to the user who runs this, and closes it.
    GiveDirectory(PathBuf, User),
    /// This is to be run as that user.
    RunAs(User),
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const AGAIN: &str =
            "; a volume that opens it at each start needs another setting (docs/OPERATIONS.md)";
        match self {
            Self::Close(path) => write!(f, "run `chmod 600 {}`{AGAIN}", path.display()),
            Self::CloseAsRoot(path) => write!(
                f,
                "run `chmod 600 {}` if Sesame runs as root; if not, run this as the user that it runs as",
                path.display()
            ),
            Self::CloseDirectory(path) if User::acting() == User::ROOT => write!(
                f,
                "run `chmod go-w {}` if Sesame runs as root; if not, run this as the user that it runs as",
                path.display()
            ),
            Self::CloseDirectory(path) => {
                write!(f, "run `chmod go-w {}`{AGAIN}", path.display())
            }
            Self::KeepForGroup(path, group) => {
                let path = path.display();
                write!(
                    f,
                    "as root run `chgrp {group} {path} && chmod 640 {path}`{AGAIN}"
                )
            }
            Self::Give(path, user) => {
                write!(f, "as root run `chown {} {}`", user.id(), path.display())
            }
            Self::GiveDirectory(path, user) => {
                let path = path.display();
                write!(
                    f,
                    "as root run `chown {} {path} && chmod 700 {path}`",
                    user.id()
                )
            }
            Self::RunAs(user) => write!(
                f,
                "run it as that user (as root: `{}`)",
                user.running("sesame ...")
            ),
        }
    }
}

/// Refuses a file with secrets that others can read or change. Its owner must
/// be who runs this, or root, who keeps it for a group that may only read.
///
/// # Errors
/// When others can. Says what to do.
pub fn check_private(path: &Path, metadata: &Metadata) -> Result<(), KeyFileError> {
    let (owner, user) = (User::with_id(metadata.uid()), User::acting());
    if owner != user && owner != User::ROOT {
        return Err(wrong_owner(path, owner, user));
    }
    let mode = metadata.mode() & 0o7777;
    let forbidden = if owner == user {
        OTHERS
    } else {
        BEYOND_THE_GROUP
    };
    if mode & forbidden == 0 {
        return Ok(());
    }
    let way = if owner == user && user == User::ROOT {
        Way::CloseAsRoot(path.to_owned())
    } else if owner == user {
        Way::Close(path.to_owned())
    } else {
        let group = rustix::process::getegid().as_raw();
        Way::KeepForGroup(path.to_owned(), group)
    };
    Err(KeyFileError::TooOpen {
        path: path.to_owned(),
        mode,
        way,
    })
}

/// What to say of a file that belongs to someone else. Whose folder it is says
/// who is wrong here: the file, or who runs this.
pub(super) fn wrong_owner(path: &Path, owner: User, user: User) -> KeyFileError {
    let folder = fs::metadata(directory_of(path)).map(|it| User::with_id(it.uid()));
    let is_ours = folder.is_ok_and(|folder| folder == user && user != User::ROOT);
    let way = if is_ours {
        Way::Give(path.to_owned(), user)
    } else if owner == User::ROOT {
        let group = rustix::process::getegid().as_raw();
        Way::KeepForGroup(path.to_owned(), group)
    } else {
        Way::RunAs(owner)
    };
    KeyFileError::WrongOwner {
        path: path.to_owned(),
        owner,
        user,
        way,
    }
}

/// Who may write the directory may replace the file; in a sticky directory
/// such as `/tmp` only the owner may.
pub(super) fn check_directory(directory: &Path) -> Result<(), KeyFileError> {
    let metadata =
        fs::metadata(directory).map_err(|error| io_error("examine", directory, error))?;
    let mode = metadata.mode() & 0o7777;
    if mode & 0o022 == 0 || mode & 0o1000 != 0 {
        return Ok(());
    }
    let user = User::acting();
    let way = if metadata.uid() == user.id() {
        Way::CloseDirectory(directory.to_owned())
    } else {
        Way::GiveDirectory(directory.to_owned(), user)
    };
    Err(KeyFileError::DirectoryTooOpen {
        path: directory.to_owned(),
        mode,
        way,
    })
}

/// What a path is that is no regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFile {
    /// A folder.
    Directory,
    /// A pipe, which would be waited for.
    Pipe,
    /// A socket.
    Socket,
    /// A device, which may do anything.
    Device,
}

impl NoFile {
    /// What it is; `None`: a regular file.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let kind = metadata.file_type();
        if kind.is_file() {
            None
        } else if kind.is_dir() {
            Some(Self::Directory)
        } else if kind.is_fifo() {
            Some(Self::Pipe)
        } else if kind.is_socket() {
            Some(Self::Socket)
        } else {
            Some(Self::Device)
        }
    }
}

impl fmt::Display for NoFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Directory => "a directory",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
        })
    }
}
