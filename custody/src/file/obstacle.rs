//! What keeps a key file from being changed, although it can be read.

use std::fmt;
use std::path::PathBuf;

/// Why a key file cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It has several names, of which only one would get the change.
    Names(u64),
    /// It is mounted by itself, apart from its folder.
    Mounted,
    /// The file system does not let it be changed.
    Immutable,
    /// No file can be made in its folder.
    Folder(PathBuf, String),
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Names(names) => write!(
                f,
                "it has {names} names (hard links), and only one of them would get the new key: remove the others, or make them symbolic links"
            ),
            Self::Mounted => f.write_str(
                "it is mounted by itself, and cannot be replaced: mount the folder that it is in",
            ),
            Self::Immutable => f.write_str(
                "it is marked as not to be changed: `chattr -i` (or `-a`) takes that off",
            ),
            Self::Folder(folder, why) => write!(
                f,
                "nothing can be written to its folder {} ({why}): put it on a volume that this user can write to",
                folder.display()
            ),
        }
    }
}
