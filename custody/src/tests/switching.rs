//! From one provider to another, while running.

use sesame_domain::keys::Provider;
use sesame_domain::sealed::Purpose;
#[cfg(feature = "kms")]
use sesame_test_support::moto::Moto;
use tempfile::TempDir;

use super::fakes::{Node, SECRET, World, binding, from_secret, in_file, operator};
#[cfg(feature = "kms")]
use crate::KmsSettings;
use crate::{CustodySettings, KeyWarning};

/// The key file, with a secret for what it sealed.
fn in_file_with_secret(folder: &TempDir) -> CustodySettings {
    CustodySettings {
        provider: Provider::File,
        ..from_secret(folder, SECRET)
    }
}

#[tokio::test]
async fn from_the_file_to_a_secret_and_back() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let file = Node::start(&world, in_file(&folder)).await;
    file.store_sessions(&world, 1..=10).await;
    let mac = file.custody.token_keys().mac("web token", b"data");

    let secret = Node::start(&world, from_secret(&folder, SECRET)).await;
    let status = secret.keys.status().await.unwrap();
    assert!(matches!(
        status.warnings.as_slice(),
        [KeyWarning::OtherProvider {
            active: Provider::File,
            chosen: Provider::Secret,
            ..
        }]
    ));
    let version = secret.rotate().await;
    assert_eq!(version.provider, Provider::Secret);
    assert_eq!(secret.keys.status().await.unwrap().warnings, []);
    secret.opens_all(&world).await;
    assert_eq!(secret.rewrap().await.done, 11);
    secret.opens_all(&world).await;
    world.later(2);
    secret.keys.retire("1", operator()).await.unwrap();

    // The file is not needed any more.
    let elsewhere = TempDir::new().unwrap();
    let secret = Node::start(&world, from_secret(&elsewhere, SECRET)).await;
    secret.opens_all(&world).await;
    assert!(!elsewhere.path().join("keys.json").exists());

    let back = Node::start(&world, in_file_with_secret(&folder)).await;
    let version = back.rotate().await;
    assert_eq!((version.number, version.provider), (3, Provider::File));
    back.rewrap().await;
    world.later(2);
    back.keys.retire("2", operator()).await.unwrap();

    // The secret is not needed any more.
    let file = Node::start(&world, in_file(&folder)).await;
    file.opens_all(&world).await;
    assert_eq!(file.custody.token_keys().mac("web token", b"data"), mac);
}

#[tokio::test]
async fn nodes_that_are_set_differently_open_what_the_others_seal() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let old = Node::start(&world, in_file_with_secret(&folder)).await;
    let new = Node::start(&world, from_secret(&folder, SECRET)).await;
    new.rotate().await;
    let binding = binding(Purpose::Session);
    let sealed = old.seal(&binding, b"by the old").await;
    assert_eq!(sealed.key_id, world.state().versions[1].id);
    assert_eq!(new.open(&binding, &sealed).await.unwrap(), b"by the old");
}

#[tokio::test]
async fn a_former_secret_opens_until_all_is_wrapped_anew() {
    const NEW: &str = "another secret, also of 32 letters";
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let before = Node::start(&world, from_secret(&folder, SECRET)).await;
    before.store_sessions(&world, 1..=5).await;
    let both = CustodySettings {
        former_secrets: vec![SECRET.into()],
        ..from_secret(&folder, NEW)
    };
    let between = Node::start(&world, both).await;
    between.opens_all(&world).await;
    between.rotate().await;
    between.rewrap().await;

    let after = Node::start(&world, from_secret(&folder, NEW)).await;
    after.opens_all(&world).await;
    let warnings = after.keys.status().await.unwrap().warnings;
    let first = world.state().versions[0].id.clone();
    assert_eq!(warnings, [KeyWarning::NotHeld(first)]);
}

/// With keys of KMS, which are no one's but its own, against moto.
#[cfg(feature = "kms")]
#[tokio::test]
async fn from_the_file_to_kms_and_back() {
    let moto = Moto::start().await.unwrap();
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let file = Node::start(&world, in_file(&folder)).await;
    file.store_sessions(&world, 1..=10).await;
    // A key that every account has.
    let kms = KmsSettings {
        endpoint: Some(moto.url().parse().unwrap()),
        access_key_id: Some("AKIDEXAMPLE".to_owned()),
        secret_access_key: Some("the secret of the access key".into()),
        ..KmsSettings::new("alias/aws/ebs", "eu-central-1")
    };
    let at_kms = CustodySettings {
        provider: Provider::AwsKms,
        kms: Some(kms.clone()),
        ..in_file(&folder)
    };
    let node = Node::start(&world, at_kms.clone()).await;
    let version = node.rotate().await;
    assert_eq!(version.provider, Provider::AwsKms);
    assert_eq!(node.rewrap().await.done, 11);
    node.opens_all(&world).await;
    assert!(
        world
            .state()
            .rows
            .values()
            .all(|row| row.sealed.wrapped_key[0] == 3)
    );

    // From one version of KMS to the next, inside of KMS.
    node.rotate().await;
    assert_eq!(node.rewrap().await.done, 11);
    node.opens_all(&world).await;
    world.later(2);
    node.keys.retire("2", operator()).await.unwrap();

    let elsewhere = TempDir::new().unwrap();
    let back = CustodySettings {
        kms: Some(kms),
        ..in_file(&elsewhere)
    };
    let node = Node::start(&world, back).await;
    let version = node.rotate().await;
    assert_eq!((version.number, version.provider), (4, Provider::File));
    assert_eq!(node.rewrap().await.done, 11);
    world.later(2);
    node.keys.retire("3", operator()).await.unwrap();
    let node = Node::start(&world, in_file(&elsewhere)).await;
    node.opens_all(&world).await;
}
