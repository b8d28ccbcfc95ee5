//! Whether a key file that can be read can be changed as well.
//!
//! A change is a draft beside the file that takes its name. Whatever keeps it
//! from doing so is looked for before a key is made.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sesame_domain::random::Entropy;

use super::directory::directory_of;
use super::draft::Draft;
use super::error::{KeyFileError, io_error};
use super::obstacle::Obstacle;

/// Looks whether a change of the file would get through.
pub(super) fn look(target: &Path, entropy: &dyn Entropy) -> Result<(), KeyFileError> {
    match find(target, entropy)? {
        None => Ok(()),
        Some(why) => Err(KeyFileError::Unchangeable {
            path: target.to_owned(),
            why,
        }),
    }
}

fn find(target: &Path, entropy: &dyn Entropy) -> Result<Option<Obstacle>, KeyFileError> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.nlink() > 1 => return Ok(Some(Obstacle::Names(metadata.nlink()))),
        Ok(_) => {
            if let Some(obstacle) = in_attributes(target) {
                return Ok(Some(obstacle));
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(io_error("examine", target, error)),
    }
    // The mode of a folder says little (a read-only volume, a full disk).
    let tried = Draft::beside(target, entropy).try_out();
    Ok(tried
        .err()
        .map(|error| Obstacle::Folder(directory_of(target).to_owned(), error.to_string())))
}

#[cfg(target_os = "linux")]
fn in_attributes(target: &Path) -> Option<Obstacle> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    // An old kernel does not say: then the attempt itself fails, before anyone
    // hears of the key.
    let about = statx(CWD, target, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty()).ok()?;
    let has = |attribute| about.stx_attributes.contains(attribute);
    if has(StatxAttributes::MOUNT_ROOT) {
        Some(Obstacle::Mounted)
    } else if has(StatxAttributes::IMMUTABLE) || has(StatxAttributes::APPEND) {
        Some(Obstacle::Immutable)
    } else {
        None
    }
}

#[cfg(not(target_os = "linux"))]
fn in_attributes(_target: &Path) -> Option<Obstacle> {
    None
}
