//! What a person is told to do about a file that others can reach.

use std::fmt;
use std::path::PathBuf;

use crate::user::User;

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
