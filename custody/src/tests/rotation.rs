//! New versions.

use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Outcome};
use sesame_domain::keys::KeyState;
use sesame_domain::sealed::Purpose;
use sesame_domain::time::Age;
use tempfile::TempDir;

use super::fakes::{
    Fault, Node, SECRET, World, binding, from_secret, in_file, operator, quick_node,
};
use crate::AdministrationError;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_rotation_counts_at_once_and_what_was_sealed_still_opens() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    let binding = binding(Purpose::Session);
    let before = node.seal(&binding, b"before").await;
    let newer = node.rotate().await;
    let after = node.seal(&binding, b"after").await;

    assert_eq!((newer.number, newer.state), (2, KeyState::Active));
    assert_ne!(before.key_id, newer.id);
    assert_eq!(after.key_id, newer.id);
    assert_eq!(node.open(&binding, &before).await.unwrap(), b"before");
    assert_eq!(node.open(&binding, &after).await.unwrap(), b"after");
}

#[tokio::test]
async fn a_rotation_is_recorded() {
    let world = World::new();
    let node = quick_node(&world).await;
    let newer = node.rotate().await;
    let [entry] = world.audited(&Action::KeyRotated).try_into().unwrap();
    assert_eq!(entry.outcome, Outcome::Done);
    assert_eq!(entry.actor, operator());
    assert_eq!(entry.origin, "command line");
    assert!(entry.owner.tenant.is_instance());
    assert!(
        entry.reason.to_string().contains(&newer.id),
        "{}",
        entry.reason
    );
}

#[tokio::test]
async fn of_nodes_that_rotate_at_once_one_wins_and_the_other_uses_its_key() {
    let (world, one, two) = (
        World::new(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    let a = Node::start(&world, in_file(&one)).await;
    let files = [&one, &two].map(|it| it.path().join("keys.json"));
    std::fs::copy(&files[0], &files[1]).unwrap();
    let b = Node::start(&world, in_file(&two)).await;

    let (by_a, by_b) = tokio::join!(a.rotate(), b.rotate());
    assert_eq!(by_a, by_b);
    assert_eq!(world.state().versions.len(), 2);
    for (sealer, opener) in [(&a, &b), (&b, &a)] {
        let sealed = sealer.seal(&binding(Purpose::Session), b"auth key").await;
        assert_eq!(sealed.key_id, by_a.id);
        let opened = opener.open(&binding(Purpose::Session), &sealed).await;
        assert_eq!(opened.unwrap(), b"auth key");
    }
}

#[tokio::test]
async fn a_rotation_that_is_killed_leaves_the_version_before_in_use() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    let active = world.state().versions[0].id.clone();
    world.state().fault = Some(Fault {
        writes_left: 1,
        is_written: false,
    });
    let rotated = node.keys.rotate(operator()).await;
    assert!(matches!(rotated, Err(AdministrationError::Store(_))));

    world.state().fault = None;
    let node = Node::start(&world, in_file(&folder)).await;
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    assert_eq!(sealed.key_id, active);
    assert_eq!(node.rotate().await.number, 2);
}

#[tokio::test]
async fn a_version_is_replaced_when_it_is_too_old() {
    let world = World::new();
    let node = quick_node(&world).await;
    let rotate = || node.keys.rotate_if_older(DAY, operator());
    assert_eq!(rotate().await.unwrap(), None);
    world.later(24 * 60 - 1);
    assert_eq!(rotate().await.unwrap(), None);
    let day = TimeDelta::from_std(DAY).unwrap();
    assert_eq!(
        node.keys.status().await.unwrap().age,
        Age::Past(day - TimeDelta::minutes(1))
    );
    world.later(1);
    assert_eq!(rotate().await.unwrap().unwrap().number, 2);
    assert_eq!(rotate().await.unwrap(), None);
}

#[tokio::test]
async fn a_version_from_a_clock_that_was_ahead_is_replaced() {
    let world = World::new();
    let node = quick_node(&world).await;
    let year = 365 * 24 * 60;
    world.later(year);
    node.rotate().await;
    world.later(-year);
    let age = node.keys.status().await.unwrap().age;
    assert!(matches!(age, Age::Ahead(_)), "{age:?}");
    let rotated = node.keys.rotate_if_older(DAY, operator()).await;
    assert_eq!(rotated.unwrap().unwrap().number, 3);
    let rotated = node.keys.rotate_if_older(DAY, operator()).await;
    assert_eq!(rotated.unwrap(), None);
}

#[tokio::test]
async fn versions_of_one_secret_have_keys_of_their_own() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, from_secret(&folder, SECRET)).await;
    let newer = node.rotate().await;
    let versions = world.state().versions.clone();
    assert_ne!(versions[0].reference, versions[1].reference);
    assert_eq!(newer.handover, None);
    assert!(!folder.path().join("keys.json").exists());
}
