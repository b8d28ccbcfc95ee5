//! What seals opens, and only where it belongs.

use std::future::Future;
use std::sync::Arc;

use proptest::prelude::*;
use rstest::rstest;
use sesame_domain::ids::PersonId;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::ports::VaultError;
use sesame_domain::random::SystemEntropy;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use tempfile::TempDir;
use uuid::Uuid;

use super::fakes::{Node, World, binding, in_file, quick_node};
use crate::cipher::SecretKey;
use crate::envelope;
use crate::provider::ProviderError;

const PURPOSES: [Purpose; 9] = [
    Purpose::Session,
    Purpose::Peers,
    Purpose::LoginSession,
    Purpose::QrToken,
    Purpose::PasswordHint,
    Purpose::InstanceSecret,
    Purpose::Backup,
    Purpose::KeyHandover,
    Purpose::Export,
];

pub(super) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn bindings() -> impl Strategy<Value = Binding> {
    (
        "[a-z0-9-]{1,32}",
        any::<i64>(),
        any::<u128>(),
        proptest::sample::select(&PURPOSES),
    )
        .prop_map(|(tenant, person, subject, purpose)| {
            let mut binding = binding(purpose);
            binding.owner.tenant = tenant.parse().unwrap();
            binding.owner.person = PersonId(person);
            binding.subject = Uuid::from_u128(subject);
            binding
        })
}

/// The right binding with one field changed, each in turn.
pub(super) fn neighbours(right: &Binding) -> [Binding; 4] {
    let mut tenant = right.clone();
    tenant.owner.tenant = "default2".parse().unwrap();
    let mut person = right.clone();
    person.owner.person = PersonId(right.owner.person.0 + 1);
    let mut subject = right.clone();
    subject.subject = Uuid::from_u128(right.subject.as_u128() ^ 1);
    let mut purpose = right.clone();
    purpose.purpose = Purpose::LoginSession;
    [tenant, person, subject, purpose]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sealed_opens(binding in bindings(), secret: Vec<u8>) {
        run(async {
            let node = quick_node(&World::new()).await;
            let sealed = node.seal(&binding, &secret).await;
            prop_assert_eq!(node.open(&binding, &sealed).await.unwrap(), secret);
            Ok(())
        })?;
    }

    #[test]
    fn another_binding_does_not_open(one in bindings(), other in bindings(), secret: Vec<u8>) {
        prop_assume!(one != other);
        run(async {
            let node = quick_node(&World::new()).await;
            let sealed = node.seal(&one, &secret).await;
            let opened = node.open(&other, &sealed).await;
            prop_assert!(matches!(opened, Err(VaultError::Tampered)));
            Ok(())
        })?;
    }

    #[test]
    fn any_bytes_fail_with_a_typed_error(wrapped_key: Vec<u8>, ciphertext: Vec<u8>) {
        run(async {
            let node = quick_node(&World::new()).await;
            let binding = binding(Purpose::Session);
            let key_id = node.seal(&binding, b"auth key").await.key_id;
            let sealed = Sealed { key_id, wrapped_key, ciphertext };
            let opened = node.open(&binding, &sealed).await;
            prop_assert!(matches!(opened, Err(VaultError::Tampered | VaultError::Format)));
            Ok(())
        })?;
    }

    /// What a wrapped data key is bound to beside the binding: who holds the
    /// wrapping key, and which version it is, even where the key is the same.
    #[test]
    fn a_wrapped_key_is_bound_to_provider_and_version(binding in bindings(), id in "[a-z0-9-]{1,64}", other in "[a-z0-9-]{1,64}") {
        prop_assume!(id != other);
        let key = SecretKey::generate(&SystemEntropy);
        let data_key = SecretKey::generate(&SystemEntropy);
        let version = version(Provider::File, &id);
        let wrapped = envelope::wrap(&version, &key, &binding, &data_key, &SystemEntropy).unwrap();

        let unwrap = |version: &KeyVersion| envelope::unwrap(version, &key, &binding, &wrapped);
        let opened = unwrap(&version).unwrap();
        prop_assert_eq!(opened.as_bytes(), data_key.as_bytes());
        for wrong in [self::version(Provider::Secret, &id), self::version(Provider::File, &other)] {
            prop_assert!(matches!(unwrap(&wrong), Err(ProviderError::Tampered)));
        }
    }
}

fn version(provider: Provider, id: &str) -> KeyVersion {
    KeyVersion {
        number: 1,
        id: id.to_owned(),
        provider,
        reference: None,
        state: sesame_domain::keys::KeyState::Active,
        created_at: super::fakes::noon(),
        encryptions: 0,
        handover: None,
    }
}

async fn node_of(provider: Provider, world: &Arc<World>, folder: &TempDir) -> Node {
    match provider {
        Provider::File => Node::start(world, in_file(folder)).await,
        _ => quick_node(world).await,
    }
}

#[rstest]
#[case(Provider::File)]
#[case(Provider::Secret)]
#[tokio::test]
async fn a_seal_says_who_wraps_it_and_in_which_format(#[case] provider: Provider) {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = node_of(provider.clone(), &world, &folder).await;
    let sealed = node.seal(&binding(Purpose::Session), b"auth key").await;

    let active = world.state().versions[0].clone();
    assert_eq!((active.number, active.provider), (1, provider));
    assert_eq!(sealed.key_id, active.id);
    assert_eq!(sealed.wrapped_key[0], 2);
    assert_eq!(sealed.ciphertext[0], 1);
}

#[rstest]
#[case(Provider::File)]
#[case(Provider::Secret)]
#[tokio::test]
async fn a_change_of_any_one_field_of_the_binding_does_not_open(#[case] provider: Provider) {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let node = node_of(provider.clone(), &world, &folder).await;
    let right = binding(Purpose::Session);
    let sealed = node.seal(&right, b"auth key").await;
    for wrong in neighbours(&right) {
        let opened = node.open(&wrong, &sealed).await;
        assert!(matches!(opened, Err(VaultError::Tampered)), "{wrong:?}");
    }
    assert_eq!(node.open(&right, &sealed).await.unwrap(), b"auth key");
}

#[tokio::test]
async fn every_seal_has_a_data_key_of_its_own() {
    let node = quick_node(&World::new()).await;
    let binding = binding(Purpose::Session);
    let one = node.seal(&binding, b"one").await;
    let two = node.seal(&binding, b"two").await;
    assert_ne!(one.wrapped_key, two.wrapped_key);
    let mixed = Sealed {
        ciphertext: two.ciphertext,
        ..one
    };
    let opened = node.open(&binding, &mixed).await;
    assert!(matches!(opened, Err(VaultError::Tampered)));
}
