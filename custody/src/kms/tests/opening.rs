//! What opens, and what does not, with a KMS that really encrypts.

use std::time::Duration;

use aws_sdk_kms::primitives::Blob;
use sesame_domain::ids::PersonId;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::sealed::Purpose;
use sesame_test_support::moto::Moto;
use uuid::Uuid;

use super::making::create_key;
use super::{binding, connect, other, settings, version};
use crate::cipher::SecretKey;
use crate::kms::KmsProvider;
use crate::kms::context::Context;
use crate::provider::{KeyProvider, ProviderError};

/// A provider that remembers nothing, and a version of a fresh key.
async fn provider(moto: &Moto) -> (KmsProvider, KeyVersion) {
    let mut settings = settings(moto.url(), "");
    settings.cache_ttl = Duration::ZERO;
    let operator = connect(settings.clone()).await;
    settings.key = create_key(&operator.client).await.0;
    let kms = connect(settings).await;
    let version = version(kms.make().await.unwrap());
    (kms, version)
}

#[tokio::test]
async fn a_data_key_of_kms_opens_again() {
    let moto = Moto::start().await.unwrap();
    let (kms, version) = provider(&moto).await;

    let (data_key, wrapped) = kms.generate(&version, &binding()).await.unwrap();
    let (another, _) = kms.generate(&version, &binding()).await.unwrap();
    let opened = kms.unwrap(&version, &binding(), &wrapped).await.unwrap();

    assert_eq!(opened.as_bytes(), data_key.as_bytes());
    assert_ne!(another.as_bytes(), data_key.as_bytes());
    assert_eq!(wrapped[0], 3);
}

#[tokio::test]
async fn a_data_key_from_elsewhere_is_wrapped_and_opens_again() {
    let moto = Moto::start().await.unwrap();
    let (kms, version) = provider(&moto).await;
    let data_key = SecretKey::from_bytes(&[7; 32]).unwrap();

    let wrapped = kms.wrap(&version, &binding(), &data_key).await.unwrap();
    let opened = kms.unwrap(&version, &binding(), &wrapped).await.unwrap();

    assert_eq!(wrapped[0], 3);
    assert_eq!(opened.as_bytes(), &[7; 32]);
}

#[tokio::test]
async fn a_data_key_opens_only_for_what_it_is_bound_to() {
    let moto = Moto::start().await.unwrap();
    let (kms, version) = provider(&moto).await;
    let (_, wrapped) = kms.generate(&version, &binding()).await.unwrap();
    let renamed = KeyVersion {
        id: "kms-another".to_owned(),
        ..version.clone()
    };

    for (what, version, binding) in [
        (
            "tenant",
            &version,
            other(|it| it.owner.tenant = "another".parse().unwrap()),
        ),
        (
            "owner",
            &version,
            other(|it| it.owner.person = PersonId(777_000_124)),
        ),
        (
            "subject",
            &version,
            other(|it| it.subject = Uuid::from_u128(8)),
        ),
        (
            "purpose",
            &version,
            other(|it| it.purpose = Purpose::LoginSession),
        ),
        ("key", &renamed, binding()),
    ] {
        let opened = kms.unwrap(version, &binding, &wrapped).await;
        assert!(
            matches!(opened, Err(ProviderError::Tampered)),
            "{what}: {opened:?}"
        );
    }
}

#[tokio::test]
async fn the_format_is_part_of_what_a_data_key_is_bound_to() {
    let moto = Moto::start().await.unwrap();
    let (kms, version) = provider(&moto).await;
    let arn = version.reference.as_deref().unwrap();
    let mut context = Context::new(&version.id, &binding()).into_map();
    context.insert("format".to_owned(), "2".to_owned());
    let encrypt = kms.client.encrypt().key_id(arn);
    let encrypt = encrypt.plaintext(Blob::new([7; 32]));
    let encrypt = encrypt.set_encryption_context(Some(context));
    let blob = encrypt.send().await.unwrap().ciphertext_blob.unwrap();

    let wrapped = [&[3], blob.as_ref()].concat();
    let opened = kms.unwrap(&version, &binding(), &wrapped).await;

    assert!(matches!(opened, Err(ProviderError::Tampered)), "{opened:?}");
}

#[tokio::test]
async fn a_changed_data_key_does_not_open() {
    let moto = Moto::start().await.unwrap();
    let (kms, version) = provider(&moto).await;
    let (_, mut wrapped) = kms.generate(&version, &binding()).await.unwrap();

    *wrapped.last_mut().unwrap() ^= 1;
    let opened = kms.unwrap(&version, &binding(), &wrapped).await;

    assert!(matches!(opened, Err(ProviderError::Tampered)), "{opened:?}");
}

#[tokio::test]
async fn a_data_key_is_wrapped_anew_by_another_key_of_kms() {
    let moto = Moto::start().await.unwrap();
    let (kms, from) = provider(&moto).await;
    let (_, to) = provider(&moto).await;
    let (data_key, wrapped) = kms.generate(&from, &binding()).await.unwrap();

    let rewrapped = kms.rewrap(&from, &to, &binding(), &wrapped).await.unwrap();
    let rewrapped = rewrapped.unwrap();

    assert_ne!(from.reference, to.reference);
    assert_eq!(rewrapped[0], 3);
    let opened = kms.unwrap(&to, &binding(), &rewrapped).await.unwrap();
    assert_eq!(opened.as_bytes(), data_key.as_bytes());
    let under_the_old = kms.unwrap(&from, &binding(), &rewrapped).await;
    assert!(under_the_old.is_err(), "{under_the_old:?}");
    let elsewhere = other(|it| it.subject = Uuid::from_u128(8));
    let moved = kms.rewrap(&from, &to, &elsewhere, &wrapped).await;
    assert!(matches!(moved, Err(ProviderError::Tampered)), "{moved:?}");
}

#[tokio::test]
async fn only_what_kms_wrapped_is_wrapped_anew_inside_it() {
    let moto = Moto::start().await.unwrap();
    let (kms, ours) = provider(&moto).await;
    let (_, wrapped) = kms.generate(&ours, &binding()).await.unwrap();
    let file = KeyVersion {
        id: "k20261121-00000001".to_owned(),
        provider: Provider::File,
        reference: None,
        ..ours.clone()
    };

    for (from, to) in [(&ours, &file), (&file, &ours)] {
        let rewrapped = kms.rewrap(from, to, &binding(), &wrapped).await;
        assert!(matches!(rewrapped, Ok(None)), "{rewrapped:?}");
    }
}
