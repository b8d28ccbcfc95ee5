//! Where the key file really is.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::access::{check_directory, wrong_owner};
use super::directory::directory_of;
use super::error::{KeyFileError, io_error};
use crate::user::User;

/// More links than this lead round in a circle (so says Linux, too).
const MOST_LINKS: usize = 40;

/// A path, and what it leads to. Changes are made there: a link that is
/// replaced by a file leads nowhere any more, and whoever comes with the link
/// again finds the file that it led to without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The path as it was named.
    pub(super) named: PathBuf,
    /// What it leads to: no link, perhaps nothing.
    pub(super) target: PathBuf,
}

impl Place {
    /// Follows the links, each of which only who runs this, or root, can have
    /// made and can change.
    pub(super) fn find(named: &Path) -> Result<Self, KeyFileError> {
        let mut target = named.to_owned();
        for _ in 0..MOST_LINKS {
            let metadata = match fs::symlink_metadata(&target) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Self::of_nothing(named, target);
                }
                Err(error) => return Err(io_error("examine", &target, error)),
            };
            if !metadata.is_symlink() {
                return Self::of(named, target);
            }
            check_directory(directory_of(&target))?;
            let (owner, user) = (User::with_id(metadata.uid()), User::acting());
            if owner != user && owner != User::ROOT {
                return Err(wrong_owner(&target, owner, user));
            }
            let link = fs::read_link(&target).map_err(|error| io_error("read", &target, error))?;
            // From the folder of the link; one that begins with / is itself.
            target = directory_of(&target).join(link);
        }
        let circle = io::Error::other("its links lead round in a circle");
        Err(io_error("follow", named, circle))
    }

    /// A link may lead to a file that the first start is to make, but not to a
    /// folder that is not there: that is a volume which is missing.
    fn of_nothing(named: &Path, target: PathBuf) -> Result<Self, KeyFileError> {
        if target != named && !directory_of(&target).is_dir() {
            return Err(KeyFileError::Dangling {
                path: named.to_owned(),
                target,
            });
        }
        Self::of(named, target)
    }

    fn of(named: &Path, target: PathBuf) -> Result<Self, KeyFileError> {
        let target = if target == named {
            target
        } else {
            // As a person would say it, without the way round by the link.
            let folder = directory_of(&target);
            let folder = folder.canonicalize();
            let folder = folder.map_err(|error| io_error("examine", &target, error))?;
            folder.join(target.file_name().unwrap_or_default())
        };
        Ok(Self {
            named: named.to_owned(),
            target,
        })
    }

    /// Whether the path is a link.
    pub(super) fn is_link(&self) -> bool {
        self.named != self.target
    }

    /// The path, and what it leads to if that is another.
    pub(super) fn all(&self) -> impl Iterator<Item = &Path> {
        let link = self.is_link().then_some(self.named.as_path());
        [self.target.as_path()].into_iter().chain(link)
    }

    /// The folder in which changes are made.
    pub(super) fn folder(&self) -> &Path {
        directory_of(&self.target)
    }
}
