//! Keys that are not what they were: noticed before anything is sealed, copied
//! or written, and never given a check value that fits.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use sesame_domain::keys::KeyState;
use sesame_domain::sealed::Purpose;
use tempfile::TempDir;

use super::fakes::{Node, World, binding, in_file, operator};
use crate::{AdministrationError, CustodyError, KeyFileError, ProviderError};

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("keys.json")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Flips a bit of this key, and leaves all else in the file as it is.
fn damage(path: &Path, id: &str) {
    let mut json: serde_json::Value = serde_json::from_str(&text(path)).unwrap();
    for entry in json["keys"].as_array_mut().unwrap() {
        if entry["id"] == id {
            let mut key = STANDARD.decode(entry["key"].as_str().unwrap()).unwrap();
            key[7] ^= 1;
            entry["key"] = STANDARD.encode(key).into();
        }
    }
    fs::write(path, serde_json::to_vec_pretty(&json).unwrap()).unwrap();
}

/// The file as versions before check values wrote it.
fn without_check_values(path: &Path) {
    let mut json: serde_json::Value = serde_json::from_str(&text(path)).unwrap();
    json["format"] = 2.into();
    for entry in json["keys"].as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("check");
    }
    fs::write(path, serde_json::to_vec_pretty(&json).unwrap()).unwrap();
}

/// A world before check values: neither the file nor the register has any.
fn before_check_values(world: &World, path: &Path) {
    without_check_values(path);
    for version in &mut world.state().versions {
        version.reference = None;
    }
}

fn ids(world: &World) -> Vec<String> {
    let state = world.state();
    state.versions.iter().map(|it| it.id.clone()).collect()
}

/// Two versions; under the first stand sessions, or nothing any more.
async fn two_versions(world: &Arc<World>, folder: &TempDir, rewrapped: bool) -> Node {
    let node = Node::start(world, in_file(folder)).await;
    node.store_sessions(world, 1..=3).await;
    world.later(1);
    node.rotate().await;
    node.store_sessions(world, 4..=6).await;
    if rewrapped {
        node.rewrap().await;
    }
    node
}

async fn start_error(world: &Arc<World>, folder: &TempDir) -> CustodyError {
    let started = Node::try_start(world, in_file(folder)).await;
    started.map(|_| ()).unwrap_err()
}

#[rstest]
#[tokio::test]
async fn a_damaged_key_that_something_is_sealed_under_stops_the_start(
    #[values(0, 1)] which: usize,
    #[values(false, true)] has_check_values: bool,
) {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    two_versions(&world, &folder, false).await;
    if !has_check_values {
        before_check_values(&world, &file(&folder));
    }
    let id = ids(&world)[which].clone();
    damage(&file(&folder), &id);
    let before = text(&file(&folder));

    let error = start_error(&world, &folder).await;
    assert!(
        matches!(&error, CustodyError::KeysDamaged { versions, .. } if *versions == [id.clone()]),
        "{error}"
    );
    assert_eq!(text(&file(&folder)), before, "nothing is written over it");
}

#[tokio::test]
async fn a_damaged_key_that_nothing_is_sealed_under_is_told_and_nothing_is_written() {
    let (world, folder, copies) = (
        World::new(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    let node = two_versions(&world, &folder, true).await;
    let copy = copies.path().join("copy.json");
    node.custody.copy_key_file(&copy).await.unwrap();
    let good = text(&copy);
    let id = ids(&world)[0].clone();
    damage(&file(&folder), &id);
    let before = text(&file(&folder));

    let node = Node::start(&world, in_file(&folder)).await;
    let condition = node.custody.key_file_condition().await.unwrap();
    assert_eq!(condition.damaged, [id.as_str()]);
    for error in [
        node.custody.copy_key_file(&copy).await.unwrap_err(),
        node.custody
            .copy_key_file(&copies.path().join("another"))
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(&error, CustodyError::KeyFile(KeyFileError::Damaged { keys, .. })
                if *keys == [id.as_str()]),
            "{error}"
        );
    }
    let error = node.keys.rotate(operator()).await.unwrap_err();
    assert!(matches!(
        error,
        AdministrationError::Provider(ProviderError::KeyFile(KeyFileError::Damaged { .. }))
    ));
    assert_eq!(text(&file(&folder)), before);
    assert_eq!(text(&copy), good);

    // The copy saves it.
    fs::copy(&copy, file(&folder)).unwrap();
    node.rotate().await;
}

#[tokio::test]
async fn a_key_that_differs_from_the_one_in_the_copy_is_not_written_over_it() {
    let (world, folder, copies) = (
        World::new(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    let node = two_versions(&world, &folder, true).await;
    let copy = copies.path().join("copy.json");
    node.custody.copy_key_file(&copy).await.unwrap();
    // Of a time before check values: no file says of itself which is right.
    let id = ids(&world)[0].clone();
    without_check_values(&copy);
    damage(&copy, &id);
    let before = text(&copy);
    let error = node.custody.copy_key_file(&copy).await.unwrap_err();
    let said = error.to_string();
    assert!(
        matches!(error, CustodyError::KeyFile(KeyFileError::Differs { .. })),
        "{said}"
    );
    assert!(said.contains(&id) && said.contains("copy.json"), "{said}");
    assert_eq!(text(&copy), before);
}

#[tokio::test]
async fn a_damaged_copy_is_named_and_left_alone() {
    let (world, folder, copies) = (
        World::new(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    let node = two_versions(&world, &folder, true).await;
    let copy = copies.path().join("copy.json");
    node.custody.copy_key_file(&copy).await.unwrap();
    damage(&copy, &ids(&world)[1]);
    let before = text(&copy);
    let error = node.custody.copy_key_file(&copy).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("copy.json holds keys that are damaged"),
        "{error}"
    );
    assert_eq!(text(&copy), before);
}

#[tokio::test]
async fn keys_that_only_the_copy_has_stay_in_it_and_another_databases_copy_is_refused() {
    let (world, folder, copies) = (
        World::new(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    let copy = copies.path().join("copy.json");
    let node = two_versions(&world, &folder, true).await;
    node.custody.copy_key_file(&copy).await.unwrap();
    // The file is put back as it was before the second key, and gets a third.
    let mut json: serde_json::Value = serde_json::from_str(&text(&file(&folder))).unwrap();
    json["keys"].as_array_mut().unwrap().remove(0);
    fs::write(file(&folder), serde_json::to_vec(&json).unwrap()).unwrap();
    let node = Node::start(&world, in_file(&folder)).await;
    node.rotate().await;
    let mut in_copy = node.custody.copy_key_file(&copy).await.unwrap();
    let mut all = ids(&world);
    in_copy.sort();
    all.sort();
    assert_eq!(in_copy, all);

    let (other, theirs) = (World::new(), TempDir::new().unwrap());
    let stranger = Node::start(&other, in_file(&theirs)).await;
    let error = stranger.custody.copy_key_file(&copy).await.unwrap_err();
    assert!(
        matches!(error, CustodyError::KeyFile(KeyFileError::OtherCopy { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn keys_from_before_check_values_get_them_when_what_they_sealed_opens() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    two_versions(&world, &folder, false).await;
    before_check_values(&world, &file(&folder));
    Node::start(&world, in_file(&folder)).await;
    assert_eq!(text(&file(&folder)).matches("\"check\"").count(), 2);
    let state = world.state();
    assert!(state.versions.iter().all(|it| it.reference.is_some()));
}

/// All that speaks for it is the hand-over of the version after it.
#[tokio::test]
async fn a_hand_over_speaks_for_the_key_it_is_sealed_under_and_for_the_one_in_it() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    two_versions(&world, &folder, true).await;
    before_check_values(&world, &file(&folder));
    Node::start(&world, in_file(&folder)).await;
    assert_eq!(text(&file(&folder)).matches("\"check\"").count(), 2);

    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    world.later(1);
    let newer = node.rotate().await;
    before_check_values(&world, &file(&folder));
    damage(&file(&folder), &newer.id);
    let error = start_error(&world, &folder).await;
    assert!(
        matches!(&error, CustodyError::KeysDamaged { versions, .. } if *versions == [newer.id])
    );
}

#[tokio::test]
async fn a_key_that_nothing_speaks_for_gets_no_check_value() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = two_versions(&world, &folder, true).await;
    world.later(2);
    node.keys.retire("1", operator()).await.unwrap();
    before_check_values(&world, &file(&folder));
    let id = ids(&world)[0].clone();
    damage(&file(&folder), &id);
    let node = Node::start(&world, in_file(&folder)).await;
    node.rotate().await;
    let json: serde_json::Value = serde_json::from_str(&text(&file(&folder))).unwrap();
    let of = |id: &str| {
        let entries = json["keys"].as_array().unwrap();
        entries.iter().find(|it| it["id"] == id).unwrap()["check"].is_string()
    };
    assert!(!of(&id), "it would be the check value of a damaged key");
    assert!(ids(&world)[1..].iter().all(|id| of(id)));
}

/// One row that someone changed does not speak against the key.
#[tokio::test]
async fn a_changed_row_is_no_damaged_key() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    node.store_sessions(&world, 1..=3).await;
    before_check_values(&world, &file(&folder));
    world
        .state()
        .rows
        .values_mut()
        .next()
        .unwrap()
        .sealed
        .wrapped_key[20] ^= 1;
    Node::start(&world, in_file(&folder)).await;
}

#[tokio::test]
async fn another_key_under_the_name_of_a_registered_one_is_noticed() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = two_versions(&world, &folder, false).await;
    // With a check value of its own that fits, as if made so.
    let id = ids(&world)[1].clone();
    damage(&file(&folder), &id);
    without_check_values(&file(&folder));
    let error = start_error(&world, &folder).await;
    assert!(matches!(error, CustodyError::KeysDamaged { .. }), "{error}");
    // The running node goes on with what it has, and writes over nothing.
    node.seal(&binding(Purpose::Session), b"auth key").await;
    let error = node.keys.rotate(operator()).await.unwrap_err();
    assert!(matches!(
        error,
        AdministrationError::Provider(ProviderError::KeyFile(KeyFileError::Differs { .. }))
    ));
}

/// Nothing is sealed under it, but the copy must not get it.
#[tokio::test]
async fn another_key_under_the_name_of_an_idle_version_is_not_copied() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    two_versions(&world, &folder, true).await;
    damage(&file(&folder), &ids(&world)[0]);
    without_check_values(&file(&folder));
    let before = text(&file(&folder));
    let node = Node::start(&world, in_file(&folder)).await;
    let copy = folder.path().join("copy.json");
    let error = node.custody.copy_key_file(&copy).await.unwrap_err();
    assert!(
        matches!(error, CustodyError::KeyFile(KeyFileError::Damaged { .. })),
        "{error}"
    );
    node.keys.rotate(operator()).await.unwrap_err();
    assert_eq!(text(&file(&folder)), before);
    assert!(!copy.exists());
}

#[tokio::test]
async fn the_key_file_of_another_database_is_called_so() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let (other, theirs) = (World::new(), TempDir::new().unwrap());
    two_versions(&world, &folder, false).await;
    two_versions(&other, &theirs, false).await;
    let error = start_error(&world, &theirs).await;
    let said = error.to_string();
    assert!(
        matches!(error, CustodyError::OtherDatabase { .. }),
        "{said}"
    );
    assert!(
        said.contains(&ids(&world)[0]) && said.contains(&ids(&other)[0]),
        "{said}"
    );
}

#[tokio::test]
async fn a_damaged_or_missing_key_is_not_brought_back() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = two_versions(&world, &folder, true).await;
    world.later(2);
    node.keys.retire("1", operator()).await.unwrap();
    let good = text(&file(&folder));
    damage(&file(&folder), &ids(&world)[0]);
    let node = Node::start(&world, in_file(&folder)).await;
    let error = node.keys.reinstate("1", operator()).await.unwrap_err();
    assert!(matches!(error, AdministrationError::NotHere(_)), "{error}");
    assert_eq!(world.state().versions[0].state, KeyState::Retired);

    fs::write(file(&folder), good).unwrap();
    node.keys.reinstate("1", operator()).await.unwrap();
}

/// A node whose file cannot be changed has a key only as long as it is handed
/// over.
#[tokio::test]
async fn nothing_is_retired_while_the_file_lacks_a_later_key() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    let before = text(&file(&folder));
    let newer = node.rotate().await;
    node.rewrap().await;
    world.later(2);
    fs::write(file(&folder), before).unwrap();
    let condition = node.custody.key_file_condition().await.unwrap();
    assert_eq!(condition.missing, [newer.id.as_str()]);
    let error = node.keys.retire("1", operator()).await.unwrap_err();
    assert!(matches!(&error, AdministrationError::NotInFile(ids) if *ids == [newer.id.clone()]));

    // The next start takes it over, and then it may go.
    let node = Node::start(&world, in_file(&folder)).await;
    node.keys.retire("1", operator()).await.unwrap();
    Node::start(&world, in_file(&folder)).await;
}

#[tokio::test]
async fn without_an_active_version_nothing_serves_until_one_is_made() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = two_versions(&world, &folder, false).await;
    node.custody.sealing().await.unwrap();
    for version in &mut world.state().versions {
        version.state = KeyState::Accepted;
    }
    let error = node.custody.sealing().await.unwrap_err();
    assert!(matches!(&error, CustodyError::NoActiveKey(ids) if ids.len() == 2));
    assert!(error.to_string().contains("sesame keys rotate"), "{error}");
    assert!(node.keys.status().await.unwrap().active().is_none());

    let newer = node.rotate().await;
    assert!(newer.handover.is_some(), "other nodes get it, too");
    node.custody.sealing().await.unwrap();
    node.opens_all(&world).await;
}
