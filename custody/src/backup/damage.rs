//! What is wrong with files of a backup.

use std::fmt;

/// What is wrong with a file of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is not there.
    Missing,
    /// It is not what was put there: changed, truncated or swapped.
    Altered,
    /// It is not what a backup consists of.
    Malformed,
    /// Another version of Sesame wrote it.
    UnknownFormat(u32),
    /// The key that it needs is missing.
    KeyMissing(String),
    /// The key that it needs is retired.
    KeyRetired(String),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Altered => f.write_str("was changed, truncated or swapped"),
            Self::Malformed => f.write_str("is malformed"),
            Self::UnknownFormat(format) => write!(f, "has the unknown format {format}"),
            Self::KeyMissing(key) => write!(f, "needs the key {key}, which is missing"),
            Self::KeyRetired(key) => write!(f, "needs the key {key}, which is retired"),
        }
    }
}

/// A file of a backup that cannot be used. The next backup packs anew what was
/// in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file, relative to the place of the backups.
    pub file: String,
    /// What is wrong with it.
    pub flaw: Flaw,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.file, self.flaw)
    }
}
