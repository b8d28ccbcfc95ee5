//! Keys that other nodes made.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use sesame_domain::keys::Provider;
use sesame_domain::ports::VaultError;
use sesame_domain::sealed::{Purpose, Sealed};
use tempfile::TempDir;

use super::fakes::{Node, SECRET, World, binding, from_secret, in_file, operator};
use crate::{CustodyError, KeyWarning};

/// A node whose file is a copy of the other's as it is now.
async fn twin(world: &Arc<World>, of: &TempDir) -> (Node, TempDir) {
    let folder = TempDir::new().unwrap();
    fs::copy(file(of), file(&folder)).unwrap();
    (Node::start(world, in_file(&folder)).await, folder)
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("keys.json")
}

fn text(folder: &TempDir) -> String {
    fs::read_to_string(file(folder)).unwrap()
}

#[tokio::test]
async fn a_running_node_opens_and_seals_under_a_key_that_another_made() {
    let (world, one) = (World::new(), TempDir::new().unwrap());
    let a = Node::start(&world, in_file(&one)).await;
    let (b, two) = twin(&world, &one).await;
    let newer = a.rotate().await;
    assert!(newer.handover.is_some());
    assert!(!text(&two).contains(&newer.id));

    let by_b = b.seal(&binding(Purpose::Session), b"by b").await;
    assert_eq!(by_b.key_id, newer.id, "at once, without a restart");
    let opened = a.open(&binding(Purpose::Session), &by_b).await;
    assert_eq!(opened.unwrap(), b"by b");
    assert_eq!(text(&one), text(&two), "it is in both files now");
}

#[tokio::test]
async fn a_node_that_missed_several_rotations_gets_all_keys() {
    let (world, one) = (World::new(), TempDir::new().unwrap());
    let a = Node::start(&world, in_file(&one)).await;
    let (b, two) = twin(&world, &one).await;
    for _ in 0..3 {
        world.later(1);
        a.rotate().await;
    }
    let sealed = a.seal(&binding(Purpose::Session), b"auth key").await;
    let opened = b.open(&binding(Purpose::Session), &sealed).await;
    assert_eq!(opened.unwrap(), b"auth key");
    assert_eq!(text(&one), text(&two));
}

#[tokio::test]
async fn a_node_that_was_down_gets_the_key_at_its_start() {
    let (world, one) = (World::new(), TempDir::new().unwrap());
    let a = Node::start(&world, in_file(&one)).await;
    let (b, two) = twin(&world, &one).await;
    drop(b);
    a.rotate().await;
    Node::start(&world, in_file(&two)).await;
    assert_eq!(text(&one), text(&two));
}

/// The command line rotates beside a running node, with the same file.
#[tokio::test]
async fn a_key_that_another_process_added_to_the_file_is_found_there() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    let command = Node::start(&world, in_file(&folder)).await;
    let newer = command.rotate().await;
    world.state().versions[1].handover = None;
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    assert_eq!(sealed.key_id, newer.id);
}

#[tokio::test]
async fn a_hand_over_that_was_changed_is_not_taken() {
    let (world, one) = (World::new(), TempDir::new().unwrap());
    let a = Node::start(&world, in_file(&one)).await;
    let (b, two) = twin(&world, &one).await;
    let newer = a.rotate().await;
    let mut sealed = Sealed::unpack(newer.handover.as_deref().unwrap()).unwrap();
    sealed.ciphertext[20] ^= 1;
    world.state().versions[1].handover = Some(sealed.pack().unwrap());

    let sealed = a.seal(&binding(Purpose::Session), b"auth key").await;
    let opened = b.open(&binding(Purpose::Session), &sealed).await;
    assert!(matches!(opened, Err(VaultError::UnknownKey(id)) if id == newer.id));
    assert!(!text(&two).contains(&newer.id));
}

#[tokio::test]
async fn a_hand_over_of_another_version_is_not_taken() {
    let (world, one) = (World::new(), TempDir::new().unwrap());
    let a = Node::start(&world, in_file(&one)).await;
    let (b, _two) = twin(&world, &one).await;
    a.rotate().await;
    let third = a.rotate().await;
    let second_handover = world.state().versions[1].handover.clone();
    world.state().versions[2].handover = second_handover;
    let sealed = a.seal(&binding(Purpose::Session), b"auth key").await;
    let opened = b.open(&binding(Purpose::Session), &sealed).await;
    assert!(matches!(opened, Err(VaultError::UnknownKey(id)) if id == third.id));
}

#[tokio::test]
async fn a_node_that_missed_it_until_the_version_before_was_retired_is_told_to_copy_the_file() {
    let (world, one) = (World::new(), TempDir::new().unwrap());
    let a = Node::start(&world, in_file(&one)).await;
    let (b, two) = twin(&world, &one).await;
    let newer = a.rotate().await;
    a.rewrap().await;
    world.later(2);
    a.keys.retire("1", operator()).await.unwrap();
    assert_eq!(world.state().versions[1].handover, None);

    let warnings = b.keys.status().await.unwrap().warnings;
    assert_eq!(warnings, [KeyWarning::NotHeld(newer.id.clone())]);
    let started = Node::try_start(&world, in_file(&two)).await;
    let error = started.map(|_| ()).unwrap_err();
    assert!(
        matches!(&error, CustodyError::KeysMissing { versions, .. } if *versions == [newer.id])
    );
    assert!(error.to_string().contains("copy it from a node"), "{error}");

    fs::copy(file(&one), file(&two)).unwrap();
    Node::start(&world, in_file(&two)).await;
}

#[tokio::test]
async fn a_node_without_a_file_gets_one_when_it_has_the_version_before() {
    let world = World::new();
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let secret = Node::start(&world, from_secret(&one, SECRET)).await;
    drop(secret);
    let settings = |folder| crate::CustodySettings {
        provider: Provider::File,
        ..from_secret(folder, SECRET)
    };
    let a = Node::start(&world, settings(&one)).await;
    a.rotate().await;
    Node::start(&world, settings(&two)).await;
    assert_eq!(text(&one), text(&two));
}
