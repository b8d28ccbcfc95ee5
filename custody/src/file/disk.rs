//! The key file on disk: readable by its owner alone, replaced as a whole.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use sesame_domain::random::Entropy;
use zeroize::Zeroizing;

use super::access::{check_directory, check_private, wrong_owner};
use super::change;
use super::document::{self, DocumentError, FileKey, KeyDocument};
use super::draft::{self, Draft};
use super::error::{KeyFileError, io_error};
use super::no_file::NoFile;
use super::place::Place;
use crate::user::User;

/// A key file is some hundred bytes for each key: one larger than this is
/// something else.
const MAX_BYTES: u64 = 1024 * 1024;

/// What the key file says; `None`: there is none.
pub(super) fn read(place: &Place) -> Result<Option<KeyDocument>, KeyFileError> {
    let path = &place.target;
    let Some((file, metadata)) = open(place)? else {
        return Ok(None);
    };
    check_private(path, &metadata)?;
    check_directory(place.folder())?;
    let mut text = Zeroizing::new(Vec::with_capacity(
        usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or_default() + 1,
    ));
    file.take(MAX_BYTES)
        .read_to_end(&mut text)
        .map_err(|error| io_error("read", path, error))?;
    document::parse(&text).map(Some).map_err(|error| {
        let path = path.clone();
        match error {
            DocumentError::Empty => KeyFileError::Empty { path },
            DocumentError::Later(format) => KeyFileError::Newer { path, format },
            other => KeyFileError::Malformed {
                path,
                reason: other.to_string(),
            },
        }
    })
}

/// Opens a regular file, and nothing else: a pipe would be waited for.
fn open(place: &Place) -> Result<Option<(File, Metadata)>, KeyFileError> {
    let path = &place.target;
    let refuse = |metadata: &Metadata| match NoFile::of(metadata) {
        Some(what) => Err(KeyFileError::NotAFile {
            path: place.named.clone(),
            what,
        }),
        None => Ok(()),
    };
    let before = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("examine", path, error)),
    };
    refuse(&before)?;
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed())
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            let (owner, user) = (User::with_id(before.uid()), User::acting());
            return Err(if owner == user {
                io_error("open", path, error)
            } else {
                wrong_owner(path, owner, user)
            });
        }
        Err(error) => return Err(io_error("open", path, error)),
    };
    // Of the open file, not of the path: nothing can be swapped in between.
    let metadata = file
        .metadata()
        .map_err(|error| io_error("examine", path, error))?;
    refuse(&metadata)?;
    Ok(Some((file, metadata)))
}

/// Keeps other processes from changing the key file, until it is dropped.
pub(super) struct ChangeLock(#[allow(dead_code, reason = "closing it unlocks")] File);

/// Makes the directory of the key file if need be (0700), and waits until no
/// one else changes the file. The directory is locked rather than the file,
/// which is not the same any more after a change.
pub(super) fn lock(place: &Place) -> Result<ChangeLock, KeyFileError> {
    let directory = place.folder();
    if !place.is_link() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(|error| io_error("create", directory, error))?;
    }
    check_directory(directory)?;
    let opened = File::open(directory).map_err(|error| io_error("open", directory, error))?;
    opened
        .lock()
        .map_err(|error| io_error("lock", directory, error))?;
    Ok(ChangeLock(opened))
}

/// Writes these keys to a file of their own (0600), which takes the place only
/// when all of it is on disk: a crash leaves the old file or the new one. Then
/// it is read again, by the name that the next start will use. To be called
/// under the lock.
pub(super) fn write(
    place: &Place,
    keys: &BTreeMap<String, FileKey>,
    entropy: &dyn Entropy,
) -> Result<(), KeyFileError> {
    let path = &place.target;
    let text = document::render(keys).map_err(|error| KeyFileError::Malformed {
        path: path.clone(),
        reason: error.to_string(),
    })?;
    if says(path, &text) {
        return Ok(());
    }
    place.all().for_each(draft::sweep);
    change::look(path, entropy)?;
    let draft = Draft::beside(path, entropy);
    draft
        .write(&text)
        .map_err(|error| io_error("write", draft.path(), error))?;
    fs::rename(draft.path(), path).map_err(|error| io_error("replace", path, error))?;
    drop(draft);
    let directory = place.folder();
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| io_error("flush", directory, error))?;
    read_again(&place.named, keys)
}

/// Whether the file says exactly this.
fn says(path: &Path, text: &[u8]) -> bool {
    fs::read(path).is_ok_and(|there| *Zeroizing::new(there) == *text)
}

fn read_again(named: &Path, keys: &BTreeMap<String, FileKey>) -> Result<(), KeyFileError> {
    let there = read(&Place::find(named)?)?.unwrap_or_default().keys;
    let is_there = |(id, key): (&String, &FileKey)| there.get(id).is_some_and(|it| it.is(key));
    if keys.iter().all(is_there) {
        return Ok(());
    }
    Err(KeyFileError::NotKept {
        path: named.to_owned(),
    })
}
