//! What a start finds missing or wrong.

use std::fs;

use rstest::rstest;
use sesame_domain::keys::Provider;
use sesame_domain::sealed::Purpose;
use tempfile::TempDir;

use super::fakes::{Node, SECRET, World, binding, from_secret, in_file, quick_node};
use crate::{CustodyError, CustodySettings};

async fn error(world: &std::sync::Arc<World>, settings: CustodySettings) -> CustodyError {
    let started = Node::try_start(world, settings).await;
    started.map(|_| ()).unwrap_err()
}

#[rstest]
#[case(Provider::File)]
#[case(Provider::Secret)]
#[tokio::test]
async fn the_first_start_makes_the_first_version_and_the_next_uses_it(#[case] provider: Provider) {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let settings = || match provider {
        Provider::File => in_file(&folder),
        _ => from_secret(&folder, SECRET),
    };
    let first = Node::start(&world, settings()).await;
    first.store_sessions(&world, 1..=3).await;
    let next = Node::start(&world, settings()).await;
    next.opens_all(&world).await;
    let macs = [&first, &next].map(|it| it.custody.token_keys().mac("web token", b"data"));
    assert_eq!(macs[0], macs[1]);
    let versions = world.state().versions.clone();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].provider, provider);
}

#[tokio::test]
async fn two_worlds_have_different_keys() {
    let (one, two) = (
        quick_node(&World::new()).await,
        quick_node(&World::new()).await,
    );
    let mac = |node: &Node| node.custody.token_keys().mac("web token", b"data");
    assert_ne!(mac(&one), mac(&two));
    let sealed = one.seal(&binding(Purpose::Session), b"auth key").await;
    two.open(&binding(Purpose::Session), &sealed)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn first_starts_at_once_with_one_file_end_with_the_same_keys() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let nodes = futures::future::join_all((0..8).map(|_| Node::start(&world, in_file(&folder))));
    let nodes = nodes.await;
    assert_eq!(world.state().versions.len(), 1);
    let sealed = nodes[0].seal(&binding(Purpose::Session), b"auth key").await;
    for node in &nodes {
        node.open(&binding(Purpose::Session), &sealed)
            .await
            .unwrap();
        let macs = [&nodes[0], node].map(|it| it.custody.token_keys().mac("web token", b"data"));
        assert_eq!(macs[0], macs[1]);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn of_first_starts_at_once_with_files_of_their_own_one_wins() {
    let world = World::new();
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (a, b) = tokio::join!(
        Node::try_start(&world, in_file(&one)),
        Node::try_start(&world, in_file(&two))
    );
    let (won, lost) = if a.is_ok() { (a, b) } else { (b, a) };
    let only: Vec<_> = world
        .state()
        .versions
        .iter()
        .map(|it| it.id.clone())
        .collect();
    assert_eq!(only.len(), 1, "the other's key is not registered");
    let error = lost.map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("copy it from a node"), "{error}");
    assert!(matches!(error, CustodyError::OtherDatabase { versions, .. } if versions == only));
    let node = won.unwrap();
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;
    assert_eq!(sealed.key_id, only[0]);
}

#[tokio::test]
async fn a_first_start_that_was_killed_goes_on_with_the_key_it_made() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    world.state().fault = Some(super::fakes::Fault {
        writes_left: 1,
        is_written: false,
    });
    error(&world, in_file(&folder)).await;
    let made = fs::read_to_string(folder.path().join("keys.json")).unwrap();
    world.state().fault = None;
    Node::start(&world, in_file(&folder)).await;
    let now = fs::read_to_string(folder.path().join("keys.json")).unwrap();
    assert_eq!(now, made);
}

#[tokio::test]
async fn a_key_file_that_is_gone_is_missed_by_name() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    Node::start(&world, in_file(&folder)).await;
    let path = folder.path().join("keys.json");
    fs::remove_file(&path).unwrap();
    let id = world.state().versions[0].id.clone();

    let error = error(&world, in_file(&folder)).await;
    assert!(
        matches!(&error, CustodyError::KeysMissing { exists: false, versions, .. } if *versions == [id.clone()])
    );
    let text = error.to_string();
    assert!(text.contains("there is no key file"), "{text}");
    assert!(
        text.contains("put the copy") && text.contains(&id),
        "{text}"
    );
    assert!(!path.exists(), "no other is made");
}

#[tokio::test]
async fn another_secret_is_told_from_the_right_one() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    Node::start(&world, from_secret(&folder, SECRET)).await;
    let id = world.state().versions[0].id.clone();
    let other = from_secret(&folder, "thirty-two characters, but others");
    let error = error(&world, other).await;
    assert!(matches!(&error, CustodyError::WrongSecret(versions) if *versions == [id.clone()]));
    assert!(error.to_string().contains("former secret"), "{error}");
}

#[tokio::test]
async fn a_provider_that_is_needed_and_not_set_up_is_named() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    Node::start(&world, from_secret(&folder, SECRET)).await;
    let without_secret = error(&world, in_file(&folder)).await;
    assert!(
        matches!(&without_secret, CustodyError::SecretMissing(versions) if versions.len() == 1)
    );

    world.state().versions[0].provider = Provider::AwsKms;
    let without_kms = error(&world, in_file(&folder)).await;
    assert!(matches!(&without_kms, CustodyError::KmsMissing(versions) if versions.len() == 1));
}

#[rstest]
#[case(Provider::Secret, "a secret is needed to derive keys from")]
#[case(Provider::AwsKms, "AWS KMS must be set up")]
#[tokio::test]
async fn a_provider_that_is_chosen_must_be_set_up(#[case] provider: Provider, #[case] says: &str) {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let settings = CustodySettings {
        provider,
        ..in_file(&folder)
    };
    assert_eq!(error(&world, settings).await.to_string(), says);
}

/// A build without KMS says so, and does not act as if it were not asked for.
#[cfg(not(feature = "kms"))]
#[tokio::test]
async fn kms_that_was_left_out_is_refused() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let settings = CustodySettings {
        provider: Provider::AwsKms,
        kms: Some(crate::KmsSettings::new("alias/sesame", "eu-central-1")),
        ..in_file(&folder)
    };
    assert!(matches!(
        error(&world, settings).await,
        CustodyError::KmsLeftOut
    ));
}

#[tokio::test]
async fn a_secret_that_is_too_short_is_refused_and_not_shown() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let settings = from_secret(&folder, "thirty-one characters, one less");
    assert!(!format!("{settings:?}").contains("thirty-one"));
    let error = error(&world, settings).await;
    assert!(matches!(
        error,
        CustodyError::SecretTooShort {
            len: 31,
            needed: 32
        }
    ));
    assert!(!format!("{error} {error:?}").contains("thirty-one"));
}

#[tokio::test]
async fn a_version_that_nothing_is_sealed_under_may_be_missing() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    node.rotate().await;
    node.rewrap().await;
    let mut idle = world.state().versions[0].clone();
    idle.id = "k20270115-0a0b0c0d".to_owned();
    world.state().versions[0] = idle;
    Node::start(&world, in_file(&folder)).await;
}

#[tokio::test]
async fn no_debug_shows_a_key() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    let text = fs::read_to_string(folder.path().join("keys.json")).unwrap();
    let key = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("\"key\": \""));
    let key = key.unwrap().trim_end_matches('"');
    let providers = &node.keys.seals.providers;
    let id = world.state().versions[0].id.clone();
    let bytes = providers.file.key(&id).await.unwrap().unwrap();
    let shown = format!(
        "{:?} {:?} {:?} {bytes:?}",
        node.custody, node.keys, providers.file
    );
    let bytes = format!("{:?}", bytes.key.as_bytes());
    assert!(!shown.contains(key));
    assert!(!shown.contains(bytes.trim_matches(['[', ']'])));
}

#[tokio::test]
async fn keys_that_stay_are_in_locked_memory_where_the_system_allows_it() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = Node::start(&world, in_file(&folder)).await;
    let allowed = crate::locked::LockedPage::new().is_locked();
    assert_eq!(node.custody.memory_is_locked(), allowed);
}
