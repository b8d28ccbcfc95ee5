//! The key file: who may read it, what is refused, who wins a race.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rstest::rstest;
use sesame_domain::random::SystemEntropy;
use sesame_domain::time::ManualClock;
use tempfile::TempDir;

use super::fakes::noon;
use crate::{KeyFileError, KeyRing, load, load_or_create};

fn make(path: &Path) -> Result<KeyRing, KeyFileError> {
    load_or_create(path, &SystemEntropy, &ManualClock::new(noon()))
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
    let ring = make(&path).unwrap();

    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "no draft stays behind");
    assert_eq!(ring.active_id(), load(&path).unwrap().active_id());
}

#[test]
fn the_next_start_reads_the_same_keys() {
    let (_directory, path) = made();
    let before = fs::read(&path).unwrap();
    let (one, two) = (make(&path).unwrap(), make(&path).unwrap());
    assert_eq!(fs::read(&path).unwrap(), before);
    let (one, two) = (
        one.key(one.active_id()).unwrap().as_bytes(),
        two.key(two.active_id()).unwrap().as_bytes(),
    );
    assert_eq!(one, two);
}

#[test]
fn two_files_have_different_keys() {
    let ((_a, one), (_b, two)) = (made(), made());
    let (one, two) = (load(&one).unwrap(), load(&two).unwrap());
    assert_ne!(one.active_id(), two.active_id());
    assert_ne!(one.token_secret.as_bytes(), two.token_secret.as_bytes());
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
        Ok(_) => assert!(!refused),
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
            Err(KeyFileError::WrongOwner { owner: 65_534, .. })
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
        assert!(matches!(error, KeyFileError::Malformed { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), whole[..len]);
    }
}

#[rstest]
#[case::newer_format("\"format\": 1", "\"format\": 2", "format is 2")]
#[case::unknown_field("\"format\": 1", "\"format\": 1, \"more\": 1", "line")]
#[case::no_such_active("\"active\": \"", "\"active\": \"x", "active key")]
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
    fs::write(&path, text.replacen('1', &format!("\"{secret}\""), 1)).unwrap();
    let error = make(&path).unwrap_err();
    assert!(!format!("{error} {error:?}").contains(&secret));
}

#[test]
fn no_debug_shows_a_key() {
    let ring = KeyRing::generate(&SystemEntropy, noon());
    let shown = format!("{ring:?} {:?} {:?}", ring.token_secret, ring.keys);
    assert!(shown.contains(ring.active_id()));
    for key in ring
        .keys
        .values()
        .map(|key| &key.key)
        .chain([&ring.token_secret])
    {
        let bytes = format!("{:?}", key.as_bytes());
        assert!(!shown.contains(bytes.trim_matches(['[', ']'])));
    }
}

#[test]
fn a_directory_or_a_dangling_link_in_its_place_is_refused() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("keys.json");
    fs::create_dir(&path).unwrap();
    assert!(matches!(make(&path), Err(KeyFileError::NotAFile { .. })));

    let link = directory.path().join("link.json");
    symlink(directory.path().join("nowhere"), &link).unwrap();
    assert!(matches!(make(&link), Err(KeyFileError::Io { .. })));
}

#[test]
fn a_file_that_must_exist_is_not_made() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("keys.json");
    assert!(matches!(load(&path), Err(KeyFileError::Io { .. })));
    assert!(!path.exists());
}

const CHILD_PATH: &str = "SESAME_TEST_KEY_FILE";

#[test]
fn processes_that_start_at_once_end_with_the_same_keys() {
    for _ in 0..5 {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("data/keys.json");
        let children: Vec<_> = (0..6)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "tests::key_file::one_of_the_processes"])
                    .args(["--ignored", "--nocapture"])
                    .env(CHILD_PATH, &path)
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let seen: Vec<String> = children
            .into_iter()
            .map(|child| {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success());
                let text = String::from_utf8(output.stdout).unwrap();
                let (_, rest) = text.split_once("token=").unwrap();
                rest.lines().next().unwrap().to_owned()
            })
            .collect();
        let file = load(&path).unwrap();
        let expected = format!("{:?}", file.token_secret.as_bytes());
        assert!(seen.iter().all(|token| token == &expected));
        let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "no draft stays behind");
    }
}

#[test]
#[ignore = "started as a process of its own by the test above"]
#[allow(
    clippy::disallowed_methods,
    reason = "how the test above names the file"
)]
fn one_of_the_processes() {
    let path = PathBuf::from(std::env::var_os(CHILD_PATH).expect("started by the test above"));
    let ring = make(&path).unwrap();
    println!("token={:?}", ring.token_secret.as_bytes());
}
