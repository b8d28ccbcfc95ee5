//! Who may read and write a file of secrets, and what to do when others may.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::directory::directory_of;
use super::error::{KeyFileError, io_error};
use super::way::Way;
use crate::user::User;

/// What no one but the owner may do.
const OTHERS: u32 = 0o077;
/// What a group may not do with a file that root keeps for it, and others not
/// at all. PostgreSQL has the same rule for its key: such a file is how a
/// secret is handed to a service (a volume with secrets, `/etc`).
const BEYOND_THE_GROUP: u32 = 0o037;

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
