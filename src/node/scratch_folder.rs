//! Folders for scratch databases. A process that is killed leaves its folder
//! behind, with the names of people in it: the next one removes it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sesame_custody::User;
use sesame_domain::reason::Reason;
use tempfile::TempDir;

const PREFIX: &str = "sesame-scratch-";
/// How many characters `tempfile` adds.
const CHANCE: usize = 6;

/// A folder that is locked as long as its process lives.
pub(super) struct ScratchFolder {
    folder: TempDir,
    _lock: File,
}

impl ScratchFolder {
    /// Removes what dead processes left behind, and makes a fresh one.
    pub(super) fn new() -> io::Result<Self> {
        let among = std::env::temp_dir();
        sweep(&among)?;
        loop {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&among)?;
            let lock = File::open(folder.path())?;
            lock.lock()?;
            // Another process may have taken it for a dead one's before that.
            if folder.path().exists() {
                return Ok(Self {
                    folder,
                    _lock: lock,
                });
            }
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes it.
    pub(super) fn close(self) -> io::Result<()> {
        self.folder.close()
    }
}

/// Removes this user's scratch folders whose processes are gone: those with
/// exactly such names that no one locks.
fn sweep(among: &Path) -> io::Result<()> {
    for entry in fs::read_dir(among)?.flatten() {
        let is_ours = is_scratch(&entry.file_name().to_string_lossy())
            && entry
                .metadata()
                .is_ok_and(|it| it.is_dir() && it.uid() == User::acting().id());
        if !is_ours {
            continue;
        }
        let Ok(lock) = File::open(entry.path()) else {
            continue;
        };
        if lock.try_lock().is_ok() {
            let path = entry.path();
            match fs::remove_dir_all(&path) {
                Ok(()) => tracing::info!(
                    path = %path.display(),
                    "a scratch database of a process that was killed is removed"
                ),
                Err(error) => tracing::warn!(
                    path = %path.display(),
                    error = %Reason::of(&error),
                    "a scratch database of a process that was killed stays behind"
                ),
            }
        }
    }
    Ok(())
}

fn is_scratch(name: &str) -> bool {
    let chance = name.strip_prefix(PREFIX);
    chance.is_some_and(|it| it.len() == CHANCE && it.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_in_use_is_not() {
        let among = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = among.path().join(name);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("scratch.db"), "names of people").unwrap();
            folder
        };
        let (dead, living) = (
            folder("sesame-scratch-aB3dE6"),
            folder("sesame-scratch-000000"),
        );
        let others = [
            folder("sesame-scratch-aB3dE6-kept"),
            folder("my-sesame-scratch-aB3dE6"),
            folder("sesame-scratch-"),
        ];
        let lock = File::open(&living).unwrap();
        lock.lock().unwrap();
        sweep(among.path()).unwrap();
        assert!(!dead.exists() && living.exists());
        assert!(others.iter().all(|it| it.exists()));
        drop(lock);
        sweep(among.path()).unwrap();
        assert!(!living.exists());
    }

    #[test]
    fn a_folder_is_made_with_a_name_that_is_found_again() {
        let folder = ScratchFolder::new().unwrap();
        let name = folder
            .path()
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(is_scratch(&name), "{name}");
        let path = folder.path().to_owned();
        folder.close().unwrap();
        assert!(!path.exists());
    }
}
