//! The key file where people put it: behind links, on volumes, as a secret
//! that root hands in. Each way works, or is refused before a key is made.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rstest::rstest;
use sesame_domain::sealed::Purpose;
use tempfile::TempDir;

use super::fakes::{Node, World, binding, operator};
use crate::{
    AdministrationError, CustodyError, CustodySettings, KeyFileError, Obstacle, ProviderError, User,
};

async fn start(world: &Arc<World>, path: &Path) -> Result<Node, KeyFileError> {
    let started = Node::try_start(world, CustodySettings::file(path)).await;
    started.map_err(|error| match error {
        CustodyError::KeyFile(error) => error,
        other => panic!("{other}"),
    })
}

async fn refused(world: &Arc<World>, path: &Path) -> KeyFileError {
    start(world, path).await.map(|_| ()).unwrap_err()
}

/// Why a rotation was refused; no version was made.
async fn rotation_refused(world: &World, node: &Node) -> KeyFileError {
    let versions = world.state().versions.len();
    let error = node.keys.rotate(operator()).await.unwrap_err();
    assert_eq!(world.state().versions.len(), versions);
    match error {
        AdministrationError::Provider(ProviderError::KeyFile(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn obstacle(error: &KeyFileError) -> &Obstacle {
    match error {
        KeyFileError::Unchangeable { why, .. } => why,
        other => panic!("{other}"),
    }
}

fn folder(in_folder: &TempDir, name: &str) -> PathBuf {
    let folder = in_folder.path().join(name);
    fs::create_dir(&folder).unwrap();
    folder
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn names(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

/// `data/keys.json` as a link to `safe/keys.json`: relative, absolute, over
/// another link, over a folder that is a link (as Kubernetes does it).
fn link(root: &TempDir, way: &str) -> (PathBuf, PathBuf) {
    let (data, safe) = (folder(root, "data"), folder(root, "safe"));
    let (link, file) = (data.join("keys.json"), safe.join("keys.json"));
    match way {
        "relative" => symlink("../safe/keys.json", &link).unwrap(),
        "absolute" => symlink(&file, &link).unwrap(),
        "chain" => {
            symlink("second.json", &link).unwrap();
            symlink("../safe/keys.json", data.join("second.json")).unwrap();
        }
        "kubernetes" => {
            symlink("..data/keys.json", &link).unwrap();
            symlink("../safe", data.join("..data")).unwrap();
        }
        other => panic!("{other}"),
    }
    (link, file)
}

#[rstest]
#[tokio::test]
async fn a_rotation_writes_to_what_the_link_leads_to(
    #[values("relative", "absolute", "chain", "kubernetes")] way: &str,
) {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let (link, file) = link(&root, way);
    let node = start(&world, &link).await.unwrap();
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    let newer = node.rotate().await;

    assert!(link.is_symlink(), "the link is one still");
    assert!(!file.is_symlink() && text(&file).contains(&newer.id));
    assert_eq!(names(file.parent().unwrap()), 1, "no draft stays behind");

    // All that is of the old container: the file that the link led to.
    fs::remove_file(&link).unwrap();
    symlink(&file, &link).unwrap();
    let again = start(&world, &link).await.unwrap();
    let opened = again.open(&binding(Purpose::Session), &sealed).await;
    assert_eq!(opened.unwrap(), b"auth key");
    again.rewrap().await;
    world.later(2);
    again.keys.retire("1", operator()).await.unwrap();
    start(&world, &link).await.unwrap();
}

#[tokio::test]
async fn the_key_of_another_node_is_added_to_what_the_link_leads_to() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let (link, file) = link(&root, "relative");
    let elsewhere = folder(&root, "elsewhere").join("keys.json");
    let a = start(&world, &elsewhere).await.unwrap();
    fs::copy(&elsewhere, &file).unwrap();
    let b = start(&world, &link).await.unwrap();
    let newer = a.rotate().await;
    b.seal(&binding(Purpose::Session), b"auth key").await;
    assert!(link.is_symlink());
    assert!(text(&file).contains(&newer.id));
}

#[tokio::test]
async fn a_copy_is_written_to_what_its_link_leads_to() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let (link, file) = link(&root, "relative");
    let keys = folder(&root, "own").join("keys.json");
    let node = start(&world, &keys).await.unwrap();
    node.custody.copy_key_file(&link).await.unwrap();
    node.rotate().await;
    node.custody.copy_key_file(&link).await.unwrap();
    assert!(link.is_symlink());
    assert_eq!(text(&file), text(&keys));
}

#[tokio::test]
async fn a_link_or_another_name_of_the_key_file_is_no_copy_of_it() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let keys = folder(&root, "own").join("keys.json");
    let node = start(&world, &keys).await.unwrap();
    let (link, name) = (root.path().join("link"), root.path().join("name"));
    symlink(&keys, &link).unwrap();
    fs::hard_link(&keys, &name).unwrap();
    for path in [&keys, &link, &name] {
        let error = node.custody.copy_key_file(path).await.unwrap_err();
        assert!(
            error.to_string().contains("is the key file itself"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_link_into_a_folder_that_is_missing_is_a_volume_that_is_missing() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let link = root.path().join("keys.json");
    symlink("safe/keys.json", &link).unwrap();
    let error = refused(&world, &link).await;
    assert!(matches!(error, KeyFileError::Dangling { .. }), "{error}");
    assert!(!root.path().join("safe").exists(), "it is not made");

    // The way out that is said, and the first start makes the file there.
    let safe = folder(&root, "safe");
    start(&world, &link).await.unwrap();
    assert!(link.is_symlink() && safe.join("keys.json").is_file());
}

#[tokio::test]
async fn links_that_lead_round_in_a_circle_are_named() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let (one, two) = (root.path().join("one"), root.path().join("two"));
    symlink(&two, &one).unwrap();
    symlink(&one, &two).unwrap();
    let error = refused(&world, &one).await;
    assert!(error.to_string().contains("cannot follow"), "{error}");
}

#[tokio::test]
async fn a_link_in_a_folder_that_others_can_write_is_refused() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let (link, _) = link(&root, "relative");
    chmod(link.parent().unwrap(), 0o777);
    let error = refused(&world, &link).await;
    assert!(
        matches!(error, KeyFileError::DirectoryTooOpen { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_with_two_names_serves_and_gets_no_new_key() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let keys = folder(&root, "data").join("keys.json");
    start(&world, &keys).await.unwrap();
    let other = root.path().join("other.json");
    fs::hard_link(&keys, &other).unwrap();
    let node = start(&world, &keys).await.unwrap();
    node.seal(&binding(Purpose::Session), b"auth key").await;
    let error = rotation_refused(&world, &node).await;
    assert_eq!(obstacle(&error), &Obstacle::Names(2));
    node.custody.check_key_file_changeable().await.unwrap_err();

    fs::remove_file(&other).unwrap();
    node.custody.check_key_file_changeable().await.unwrap();
    node.rotate().await;
}

/// What a shell says of these commands; `None`: they are not allowed here.
fn as_root(script: &str) -> Option<()> {
    let ran = Command::new("sh").args(["-ec", script]).output().unwrap();
    ran.status.success().then_some(())
}

/// Taken off in the end, whatever happens.
struct Undo(String);

impl Drop for Undo {
    fn drop(&mut self) {
        as_root(&self.0);
    }
}

/// `docker run -v ./keys.json:/data/keys.json`.
#[tokio::test]
async fn a_file_that_is_mounted_by_itself_serves_and_gets_no_new_key() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let keys = folder(&root, "data").join("keys.json");
    start(&world, &keys).await.unwrap();
    let at = keys.display();
    let Some(()) = as_root(&format!("mount --bind {at} {at}")) else {
        return;
    };
    let undo = Undo(format!("umount {at}"));
    let node = start(&world, &keys).await.unwrap();
    node.seal(&binding(Purpose::Session), b"auth key").await;
    let error = rotation_refused(&world, &node).await;
    assert_eq!(obstacle(&error), &Obstacle::Mounted);
    assert!(error.to_string().contains("mount the folder"), "{error}");
    drop(undo);
    node.rotate().await;
}

/// A volume with secrets, or a container with a read-only file system.
#[tokio::test]
async fn a_file_on_a_read_only_volume_serves_and_gets_no_new_key() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let data = folder(&root, "data");
    let keys = data.join("keys.json");
    start(&world, &keys).await.unwrap();
    let at = data.display();
    let read_only = format!("mount --bind {at} {at} && mount -o remount,bind,ro {at}");
    let Some(()) = as_root(&read_only) else {
        return;
    };
    let _undo = Undo(format!("umount {at}"));
    let node = start(&world, &keys).await.unwrap();
    node.seal(&binding(Purpose::Session), b"auth key").await;
    let error = rotation_refused(&world, &node).await;
    assert!(matches!(obstacle(&error), Obstacle::Folder(..)), "{error}");
}

#[rstest]
#[case("i")]
#[case("a")]
#[tokio::test]
async fn a_file_that_is_marked_as_unchangeable_serves_and_gets_no_new_key(#[case] mark: &str) {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let keys = folder(&root, "data").join("keys.json");
    start(&world, &keys).await.unwrap();
    let at = keys.display();
    let Some(()) = as_root(&format!("chattr +{mark} {at}")) else {
        return;
    };
    let undo = Undo(format!("chattr -{mark} {at}"));
    let node = start(&world, &keys).await.unwrap();
    let error = rotation_refused(&world, &node).await;
    assert_eq!(obstacle(&error), &Obstacle::Immutable);
    drop(undo);
    node.rotate().await;
}

#[tokio::test]
async fn a_pipe_a_socket_a_device_and_a_folder_are_named_and_not_waited_for() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let path = |name: &str| root.path().join(name);
    let _socket = UnixListener::bind(path("socket")).unwrap();
    fs::create_dir(path("folder")).unwrap();
    let made = Command::new("mkfifo").arg(path("pipe")).status().unwrap();
    assert!(made.success());
    symlink(path("pipe"), path("link")).unwrap();
    for (path, says) in [
        (path("pipe"), "a pipe"),
        (path("link"), "a pipe"),
        (path("socket"), "a socket"),
        (path("folder"), "a directory"),
        (PathBuf::from("/dev/null"), "a device"),
    ] {
        let error = refused(&world, &path).await;
        let text = error.to_string();
        assert!(
            text.contains(says) && text.contains(path.to_str().unwrap()),
            "{text}"
        );
    }
    // So it is for the copy.
    let keys = path("keys.json");
    let node = start(&world, &keys).await.unwrap();
    let error = node.custody.copy_key_file(&path("pipe")).await.unwrap_err();
    assert!(error.to_string().contains("is a pipe"), "{error}");
}

#[tokio::test]
async fn an_empty_file_is_called_empty() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let keys = root.path().join("keys.json");
    fs::write(&keys, "\n").unwrap();
    chmod(&keys, 0o600);
    let error = refused(&world, &keys).await;
    assert!(matches!(error, KeyFileError::Empty { .. }), "{error}");
}

#[tokio::test]
async fn what_a_killed_process_left_behind_is_told_and_removed_by_the_next_change() {
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let (link, file) = link(&root, "relative");
    let node = start(&world, &link).await.unwrap();
    let copy = folder(&root, "copies").join("copy.json");
    let draft = |of: &Path| {
        let name = format!("{}.0011223344556677.new", of.file_name().unwrap().display());
        let path = of.with_file_name(name);
        fs::copy(&file, &path).unwrap();
        path
    };
    let near = file.with_file_name("keys.json.bak.new");
    fs::write(&near, "of someone else").unwrap();
    let mut left = [draft(&link), draft(&file)];
    let mut told = node.custody.drafts_left_behind().await.unwrap();
    left.sort();
    told.sort();
    assert_eq!(told, left);

    let of_copy = draft(&copy);
    node.custody.copy_key_file(&copy).await.unwrap();
    assert!(!of_copy.exists());
    node.rotate().await;
    assert_eq!(
        node.custody.drafts_left_behind().await.unwrap(),
        [] as [PathBuf; 0]
    );
    assert!(
        near.exists(),
        "only what has exactly such a name is removed"
    );

    draft(&file);
    node.custody.sweep_drafts().await.unwrap();
    assert_eq!(names(file.parent().unwrap()), 2);
}

/// As another user: only root can try that.
#[test]
fn a_secret_that_root_keeps_for_a_group_serves_and_more_than_that_is_refused() {
    const NOBODY: u32 = 65_534;
    if User::acting() != User::ROOT {
        return;
    }
    let (world, root) = (World::new(), TempDir::new().unwrap());
    let keys = root.path().join("keys.json");
    super::sealing::run(start(&world, &keys)).unwrap();
    chmod(root.path(), 0o755);
    for (owner, mode, says) in [
        (0, 0o440, "folder"),
        (0, 0o640, "folder"),
        (0, 0o660, "chgrp"),
        (0, 0o644, "chgrp"),
        (0, 0o600, "chgrp 65534"),
        (1, 0o644, "belongs to user"),
        (NOBODY, 0o660, "chmod 600"),
        (NOBODY, 0o600, "folder"),
    ] {
        chown(&keys, Some(owner), Some(NOBODY)).unwrap();
        chmod(&keys, mode);
        let said = as_nobody(&keys);
        assert!(said.contains(says), "{owner} {mode:o}: {said}");
    }
}

const CHILD_PATH: &str = "SESAME_TEST_KEY_PLACE";

fn as_nobody(path: &Path) -> String {
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "tests::key_place::as_another_user"])
        .args(["--ignored", "--nocapture"])
        .env(CHILD_PATH, path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    let Some((_, said)) = text.split_once("said=") else {
        panic!("{text}{err}");
    };
    said.lines().next().unwrap().to_owned()
}

#[test]
#[ignore = "started as a process of another user by the test above"]
#[allow(
    clippy::disallowed_methods,
    reason = "how the test above says what to do"
)]
fn as_another_user() {
    let path = PathBuf::from(std::env::var_os(CHILD_PATH).expect("started by the test above"));
    let read = super::sealing::run(async {
        let keys = super::key_file::provider(&path);
        keys.load().await?;
        keys.check_changeable().await
    });
    match read {
        Ok(()) => println!("said=it can be changed"),
        Err(error) => println!("said={error}"),
    }
}
