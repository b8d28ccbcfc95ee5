//! Drafts: files with all keys that are about to take the key file's name.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;

use super::directory::directory_of;
use crate::user::User;

const ENDING: &str = ".new";
/// How many hexadecimal digits stand between the file's name and the ending.
const CHANCE: usize = 16;

/// A file beside the key file that is removed in the end, whatever happens,
/// unless the process is killed: see [`left_behind`].
pub(super) struct Draft(PathBuf);

impl Draft {
    /// A draft of this file, with a name that no other has.
    pub(super) fn beside(path: &Path, entropy: &dyn Entropy) -> Self {
        let mut random = [0; CHANCE / 2];
        entropy.fill(&mut random);
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}{ENDING}", u64::from_be_bytes(random)));
        Self(path.with_file_name(name))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes it to the disk.
    pub(super) fn write(&self, text: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.0)?;
        file.write_all(text)?;
        file.sync_all()
    }

    /// Makes it and removes it: whether a file can be made there at all.
    pub(super) fn try_out(self) -> io::Result<()> {
        self.write(&[])
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != ErrorKind::NotFound
            && self.0.exists()
        {
            tracing::warn!(path = %self.0.display(), error = %Reason::of(&error), "a draft of the key file stays behind");
        }
    }
}

/// Drafts of this file that a killed process left behind: this user's files
/// with exactly such names. Under the lock there are no others.
pub(super) fn left_behind(path: &Path) -> io::Result<Vec<PathBuf>> {
    let name = path.file_name().unwrap_or_default();
    let mut found = Vec::new();
    for entry in fs::read_dir(directory_of(path))? {
        let entry = entry?;
        if is_draft(name, &entry.file_name())
            && let Ok(metadata) = entry.metadata()
            && metadata.is_file()
            && metadata.uid() == User::acting().id()
        {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn is_draft(of: &OsStr, name: &OsStr) -> bool {
    let rest = name.as_encoded_bytes().strip_prefix(of.as_encoded_bytes());
    let chance = rest
        .and_then(|rest| rest.strip_prefix(b"."))
        .and_then(|rest| rest.strip_suffix(ENDING.as_bytes()));
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    chance.is_some_and(|chance| chance.len() == CHANCE && chance.iter().all(is_digit))
}

/// Removes what [`left_behind`] finds. To be called under the lock.
pub(super) fn sweep(path: &Path) {
    let drafts = match left_behind(path) {
        Ok(drafts) => drafts,
        Err(error) => {
            tracing::debug!(error = %Reason::of(&error), "no drafts can be looked for");
            return;
        }
    };
    for draft in drafts {
        match fs::remove_file(&draft) {
            Ok(()) => tracing::warn!(
                path = %draft.display(),
                "a draft with keys was left behind by a process that was killed; it is removed"
            ),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => tracing::error!(
                path = %draft.display(),
                error = %Reason::of(&error),
                "a draft with keys was left behind by a process that was killed, and cannot be removed"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_names_are_drafts() {
        let is_draft = |name: &str| is_draft(OsStr::new("keys.json"), OsStr::new(name));
        assert!(is_draft("keys.json.0011223344556677.new"));
        for other in [
            "keys.json",
            "keys.json.new",
            "keys.json.001122334455667.new",
            "keys.json.00112233445566778.new",
            "keys.json.0011223344556677.old",
            "keys.json.001122334455667G.new",
            "keys.json.001122334455667A.new",
            "keys.json.bak.0011223344556677.new",
            "old-keys.json.0011223344556677.new",
        ] {
            assert!(!is_draft(other), "{other}");
        }
    }
}
