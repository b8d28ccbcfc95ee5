//! Whose the files are. A command that runs as another user than the one who
//! serves would leave files behind that the next start cannot use: a write-ahead
//! log of `SQLite`, a log file, a pack of a backup. So it is refused before it
//! touches anything, and says as whom to run it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use sesame_custody::User;

use crate::config::{CustodySettings, Layers, Logs, Storage, StorageSettings};
use crate::failure::Failure;
use crate::telemetry::newest_log_file;

/// What tells whose a place is: files in it, else the folder.
struct Place {
    files: Vec<PathBuf>,
    /// It is enough if this one can be read: root may keep keys for a group.
    key_file: Option<PathBuf>,
    folders: Vec<PathBuf>,
}

/// Refuses to run as a user whose files would be in the way of the user whose
/// files are there. `is_service`: this is the one who serves; as root it may
/// begin in a folder that belongs to someone else (a container does).
///
/// # Errors
/// When the files are someone else's. Says what to do.
pub(crate) fn check(layers: &Layers, is_service: bool) -> Result<(), Failure> {
    // Settings that are wrong are told by the command itself; one that needs
    // few of them may go on.
    let place = match CustodySettings::load(layers) {
        Ok(CustodySettings {
            storage,
            custody,
            logs,
            ..
        }) => Place::of(&storage, Some(custody.key_file), &logs),
        Err(_) => match StorageSettings::load(layers) {
            Ok(StorageSettings { storage, logs }) => Place::of(&storage, None, &logs),
            Err(_) => return Ok(()),
        },
    };
    place.check(User::acting(), is_service)
}

/// The same for the folder of a sandbox.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_sandbox(folder: &Path) -> Result<(), Failure> {
    let place = Place {
        files: vec![folder.join("sesame/sesame.db")],
        key_file: Some(folder.join("sesame/keys.json")),
        folders: vec![folder.to_owned()],
    };
    place.check(User::acting(), true)
}

impl Place {
    fn of(storage: &Storage, key_file: Option<PathBuf>, logs: &Logs) -> Self {
        let mut files = Vec::new();
        if let Some(file) = storage.database.file() {
            for ending in ["", "-wal", "-shm", "-journal"] {
                let mut name: OsString = file.clone().into();
                name.push(ending);
                files.push(name.into());
            }
        }
        let log_dir = logs.log_dir.as_deref();
        files.extend(log_dir.and_then(newest_log_file));
        let log_dir = log_dir.map(Path::to_owned);
        Self {
            files,
            key_file,
            folders: [storage.data_dir.clone()]
                .into_iter()
                .chain(log_dir)
                .collect(),
        }
    }

    fn check(&self, user: User, is_service: bool) -> Result<(), Failure> {
        let written = Access::READ_OK | Access::WRITE_OK;
        let key_file = self.key_file.as_deref();
        let key_file = key_file.and_then(|file| Owned::of(file, Access::READ_OK));
        // One that root keeps for a group does not say who serves.
        let key_file = key_file.filter(|it| user != User::ROOT || !it.is_for_group);
        let files = self.files.iter();
        let there: Vec<_> = files
            .filter_map(|file| Owned::of(file, written))
            .chain(key_file)
            .collect();
        let folders = self.folders.iter();
        let folders: Vec<_> = folders
            .filter_map(|folder| Owned::of(folder, Access::EXEC_OK))
            .collect();
        if user == User::ROOT {
            // Root may do everything, and would be in the way of others.
            let telling = match (there.is_empty(), is_service) {
                (false, _) => &there,
                (true, false) => &folders,
                (true, true) => return Ok(()),
            };
            let other = telling.iter().find(|it| it.owner != user);
            return other.map_or(Ok(()), |other| Err(run_as(other, user)));
        }
        let foreign: Vec<_> = there.iter().filter(|it| it.is_closed_to(user)).collect();
        if let Some(other) = foreign.iter().find(|it| it.owner != User::ROOT) {
            return Err(run_as(other, user));
        }
        if !foreign.is_empty() {
            return Err(give_back(&foreign, user));
        }
        // What is in it cannot even be looked at.
        let closed = folders.iter().find(|it| it.is_closed_to(user));
        closed.map_or(Ok(()), |closed| Err(run_as(closed, user)))
    }
}

/// Something that is there, and whose it is.
struct Owned<'a> {
    path: &'a Path,
    owner: User,
    needed: Access,
    is_for_group: bool,
}

impl<'a> Owned<'a> {
    fn of(path: &'a Path, needed: Access) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let owner = User::with_id(metadata.uid());
        Some(Self {
            path,
            owner,
            needed,
            is_for_group: owner == User::ROOT && metadata.mode() & 0o070 != 0,
        })
    }

    /// Whether someone else's ownership keeps this user from it.
    fn is_closed_to(&self, user: User) -> bool {
        self.owner != user && access(self.path, self.needed).is_err()
    }
}

fn run_as(other: &Owned<'_>, user: User) -> Failure {
    let (path, owner) = (other.path.display(), other.owner);
    let command = owner.running("sesame ...");
    let how = if user == User::ROOT {
        format!("run it as that user: `{command}`")
    } else {
        format!("run it as that user (as root: `{command}`)")
    };
    Failure::WrongUser(format!(
        "{path} belongs to user {owner}, and this runs as user {user}, whose files would be in the way of the one who serves: {how}"
    ))
}

fn give_back(files: &[&Owned<'_>], user: User) -> Failure {
    let names: Vec<_> = files
        .iter()
        .map(|it| it.path.display().to_string())
        .collect();
    let names = names.join(" ");
    Failure::WrongUser(format!(
        "root has left files behind that user {user} cannot use: as root run `chown {} {names}`",
        user.id()
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::chown;

    use super::*;

    const SERVICE: u32 = 65_534;

    fn place(folder: &Path) -> Place {
        Place {
            files: vec![folder.join("sesame.db"), folder.join("sesame.db-wal")],
            key_file: Some(folder.join("keys.json")),
            folders: vec![folder.to_owned()],
        }
    }

    #[test]
    fn root_stays_away_from_what_belongs_to_the_user_who_serves() {
        if User::acting() != User::ROOT {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        place.check(User::ROOT, false).unwrap();
        std::fs::write(folder.path().join("sesame.db"), "").unwrap();
        place.check(User::ROOT, false).unwrap();

        chown(folder.path(), Some(SERVICE), None).unwrap();
        // The files are root's: it is root who serves, in a container.
        place.check(User::ROOT, false).unwrap();
        chown(folder.path().join("sesame.db"), Some(SERVICE), None).unwrap();
        for is_service in [false, true] {
            let refused = place.check(User::ROOT, is_service).unwrap_err();
            assert!(
                refused.to_string().contains("runuser -u nobody -- sesame"),
                "{refused}"
            );
        }

        std::fs::remove_file(folder.path().join("sesame.db")).unwrap();
        place.check(User::ROOT, false).unwrap_err();
        place.check(User::ROOT, true).unwrap();
    }

    #[test]
    fn a_log_of_someone_else_does_not_say_who_serves() {
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("sesame.2026-11-28.log");
        for name in [
            "sesame.2026-11-27.log",
            "sesame.2026-11-28.log",
            "sesame.nginx.log",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(newest_log_file(folder.path()), Some(ours));
    }

    /// The keys are root's, and kept for the group of whoever serves.
    #[test]
    fn a_key_file_that_root_keeps_for_a_group_does_not_say_that_root_serves() {
        use std::os::unix::fs::PermissionsExt;
        if User::acting() != User::ROOT {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        chown(folder.path(), Some(SERVICE), None).unwrap();
        let keys = folder.path().join("keys.json");
        std::fs::write(&keys, "").unwrap();
        for (mode, is_refused) in [(0o600, false), (0o640, true)] {
            std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(place.check(User::ROOT, false).is_err(), is_refused);
        }
    }
}
