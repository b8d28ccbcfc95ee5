//! The key file: who may read it, what is refused, who wins a race.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rstest::rstest;
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::ManualClock;
use tempfile::TempDir;

use super::fakes::{Node, World, noon, operator};
use super::sealing::run;
use crate::file::FileProvider;
use crate::{AdministrationError, CustodyError, CustodySettings, KeyFileError, ProviderError};

/// A first start with this key file.
fn make(path: &Path) -> Result<(), KeyFileError> {
    let started = run(Node::try_start(&World::new(), CustodySettings::file(path)));
    match started {
        Ok(_) => Ok(()),
        Err(CustodyError::KeyFile(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

pub(super) fn provider(path: &Path) -> FileProvider {
    let clock = Arc::new(ManualClock::new(noon()));
    FileProvider::new(path.to_owned(), clock, Arc::new(SystemEntropy))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn made() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("keys.json");
    make(&path).unwrap();
    (directory, path)
}

#[test]
fn the_first_start_makes_a_file_for_the_owner_alone() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("data/deep/keys.json");
    make(&path).unwrap();

    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "no draft stays behind");
}

#[test]
fn the_next_start_leaves_the_file_alone() {
    let (_directory, path) = made();
    let before = fs::read(&path).unwrap();
    make(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_rotation_keeps_the_file_to_its_owner_and_all_its_keys() {
    let (world, directory) = (World::new(), TempDir::new().unwrap());
    let path = directory.path().join("keys.json");
    let node = Node::start(&world, CustodySettings::file(&path)).await;
    for count in 2..5 {
        node.rotate().await;
        assert_eq!(mode(&path), 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches("\"key\"").count(), count);
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[rstest]
#[case(0o644)]
#[case(0o640)]
#[case(0o604)]
#[case(0o602)]
#[case(0o610)]
fn a_file_that_is_open_to_others_is_refused(#[case] wide: u32) {
    let (_directory, path) = made();
    chmod(&path, wide);
    let error = make(&path).unwrap_err();
    assert!(matches!(error, KeyFileError::TooOpen { mode, .. } if mode == wide));
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[tokio::test]
async fn a_file_that_was_opened_to_others_meanwhile_gets_no_new_key() {
    let (world, directory) = (World::new(), TempDir::new().unwrap());
    let path = directory.path().join("keys.json");
    let node = Node::start(&world, CustodySettings::file(&path)).await;
    chmod(&path, 0o644);
    let rotated = node.keys.rotate(operator()).await;
    assert!(matches!(
        rotated,
        Err(AdministrationError::Provider(ProviderError::KeyFile(
            KeyFileError::TooOpen { .. }
        )))
    ));
    assert_eq!(world.state().versions.len(), 1);
}

#[test]
fn a_read_only_file_is_good() {
    let (_directory, path) = made();
    chmod(&path, 0o400);
    make(&path).unwrap();
}

#[rstest]
#[case(0o770, true)]
#[case(0o707, true)]
#[case(0o1777, false)]
#[case(0o755, false)]
fn a_directory_that_others_can_write_is_refused(#[case] wide: u32, #[case] refused: bool) {
    let (directory, path) = made();
    chmod(directory.path(), wide);
    match make(&path) {
        Err(KeyFileError::DirectoryTooOpen { mode, .. }) => {
            assert!(refused);
            assert_eq!(mode, wide);
        }
        Err(other) => panic!("{other}"),
        Ok(()) => assert!(!refused),
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(make(&path).is_err(), refused);
}

/// Only root can give a file away.
#[test]
fn a_file_of_another_user_is_refused() {
    let (_directory, path) = made();
    match std::os::unix::fs::chown(&path, Some(65_534), None) {
        Ok(()) => assert!(matches!(
            make(&path),
            Err(KeyFileError::WrongOwner { owner, .. }) if owner.id() == 65_534
        )),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied),
    }
}

#[test]
fn a_cut_at_any_place_is_refused_and_the_file_left_alone() {
    let (_directory, path) = made();
    let whole = fs::read(&path).unwrap();
    let json = whole.trim_ascii_end().len();
    for len in 0..json {
        fs::write(&path, &whole[..len]).unwrap();
        let error = make(&path).unwrap_err();
        let is_empty = matches!(error, KeyFileError::Empty { .. });
        assert_eq!(is_empty, len == 0, "{error}");
        assert!(
            is_empty || matches!(error, KeyFileError::Malformed { .. }),
            "{error}"
        );
        assert_eq!(fs::read(&path).unwrap(), whole[..len]);
    }
}

#[rstest]
#[case::newer_format("\"format\": 3", "\"format\": 9", "format is 9")]
#[case::said_to_be_old("\"format\": 3", "\"format\": 1", "line")]
#[case::unknown_field("\"format\": 3", "\"format\": 3, \"more\": 1", "line")]
#[case::shorter_key("\"key\": \"", "\"key\": \"AAAA", "line")]
#[case::strange_id("\"id\": \"", "\"id\": \"../", "key's id")]
fn a_damaged_file_is_explained(#[case] old: &str, #[case] new: &str, #[case] says: &str) {
    let (_directory, path) = made();
    let text = fs::read_to_string(&path).unwrap();
    let changed = text.replacen(old, new, 1);
    assert_ne!(changed, text);
    fs::write(&path, changed).unwrap();
    let error = make(&path).unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
    assert!(error.contains("keys.json"), "{error}");
}

#[rstest]
#[case::no_such_active("\"active\": \"", "\"active\": \"x", "active key")]
#[case::shorter_secret("\"token_secret\": \"", "\"token_secret\": \"AAAA", "line")]
fn a_damaged_old_file_is_explained(#[case] old: &str, #[case] new: &str, #[case] says: &str) {
    let text = super::formats::OLD_FILE.replacen(old, new, 1);
    let folder = super::formats::folder_with(&text);
    let error = make(&folder.path().join("keys.json")).unwrap_err();
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn no_error_quotes_a_key() {
    let (_directory, path) = made();
    let text = fs::read_to_string(&path).unwrap();
    let secret = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("\"key\": \""))
        .map(|rest| rest.trim_end_matches('"').to_owned())
        .unwrap();
    // A key where a number belongs: the parser would like to quote it.
    fs::write(&path, text.replacen('3', &format!("\"{secret}\""), 1)).unwrap();
    let error = make(&path).unwrap_err();
    assert!(!format!("{error} {error:?}").contains(&secret));
}

const CHILD_PATH: &str = "SESAME_TEST_KEY_FILE";
const CHILD_ADDS: &str = "SESAME_TEST_KEY_ADDS";

/// What some processes print that do the same with one file at once.
fn processes(path: &Path, adds: bool) -> Vec<String> {
    let children: Vec<_> = (0..6)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "tests::key_file::one_of_the_processes"])
                .args(["--ignored", "--nocapture"])
                .env(CHILD_PATH, path)
                .env(CHILD_ADDS, if adds { "yes" } else { "no" })
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let said = children.into_iter().map(|child| {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, rest) = text.split_once("key=").unwrap();
        rest.lines().next().unwrap().to_owned()
    });
    said.collect()
}

#[test]
fn processes_that_start_at_once_end_with_the_same_key() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("data/keys.json");
    let said = processes(&path, false);
    assert!(said.iter().all(|key| *key == said[0]), "{said:?}");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("\"id\"").count(), 1);
    let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(names, 1, "no draft stays behind");
}

#[test]
fn keys_that_processes_add_at_once_are_all_kept() {
    let (_directory, path) = made();
    let said = processes(&path, true);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("\"id\"").count(), 7);
    assert!(said.iter().all(|id| text.contains(id)));
}

#[test]
#[ignore = "started as a process of its own by the tests above"]
#[allow(
    clippy::disallowed_methods,
    reason = "how the tests above say what to do"
)]
fn one_of_the_processes() {
    let path = PathBuf::from(std::env::var_os(CHILD_PATH).expect("started by the tests above"));
    let keys = provider(&path);
    let id = if std::env::var(CHILD_ADDS).unwrap() == "yes" {
        run(keys.add_fresh()).unwrap()
    } else {
        run(keys.newest_or_fresh()).unwrap()
    };
    println!("key={id}");
}
