//! Opened data keys that are remembered, and when they are not.

use std::time::Duration;

use rstest::rstest;
use sesame_domain::ids::PersonId;
use sesame_domain::keys::KeyVersion;
use sesame_domain::sealed::{Binding, Purpose};
use sesame_test_support::wait::until;
use uuid::Uuid;

use super::fake::{FakeKms, error, fake_version};
use super::{binding, connect, other};
use crate::kms::KmsProvider;
use crate::provider::{KeyProvider, ProviderError};

const WRAPPED: &[u8] = b"\x03wrapped";

async fn open(kms: &KmsProvider, binding: &Binding, wrapped: &[u8]) {
    let opened = kms.unwrap(&fake_version(), binding, wrapped).await;
    assert_eq!(opened.unwrap().as_bytes(), &[7; 32]);
}

#[tokio::test]
async fn a_key_that_was_opened_is_opened_again_without_a_call() {
    let fake = FakeKms::start().await;
    fake.opens_everything().await;
    let kms = fake.provider().await;

    open(&kms, &binding(), WRAPPED).await;
    open(&kms, &binding(), WRAPPED).await;

    assert_eq!(fake.calls().await, 1);
}

#[tokio::test]
async fn what_is_remembered_answers_for_nothing_else() {
    let fake = FakeKms::start().await;
    fake.first_answers(1, "Decrypt", super::fake::opened(&[7; 32]))
        .await;
    let refusal = error(400, "InvalidCiphertextException");
    fake.answers("Decrypt", refusal).await;
    let kms = fake.provider().await;
    open(&kms, &binding(), WRAPPED).await;
    let renamed = KeyVersion {
        id: "kms-2".to_owned(),
        ..fake_version()
    };

    let others = [
        (
            fake_version(),
            other(|it| it.owner.tenant = "a".parse().unwrap()),
            WRAPPED,
        ),
        (
            fake_version(),
            other(|it| it.owner.person = PersonId(1)),
            WRAPPED,
        ),
        (
            fake_version(),
            other(|it| it.subject = Uuid::from_u128(8)),
            WRAPPED,
        ),
        (
            fake_version(),
            other(|it| it.purpose = Purpose::Backup),
            WRAPPED,
        ),
        (renamed, binding(), WRAPPED),
        (fake_version(), binding(), b"\x03wrapPed".as_slice()),
    ];
    for (version, binding, wrapped) in &others {
        let opened = kms.unwrap(version, binding, wrapped).await;
        assert!(matches!(opened, Err(ProviderError::Tampered)), "{opened:?}");
    }

    assert_eq!(fake.calls().await, 1 + others.len());
    open(&kms, &binding(), WRAPPED).await;
}

#[tokio::test]
async fn a_revoked_grant_takes_effect_after_the_time_to_live() {
    let fake = FakeKms::start().await;
    fake.first_answers(1, "Decrypt", super::fake::opened(&[7; 32]))
        .await;
    let refusal = error(400, "AccessDeniedException");
    fake.answers("Decrypt", refusal).await;
    let mut settings = fake.settings();
    settings.cache_ttl = Duration::from_millis(200);
    let kms = connect(settings).await;
    open(&kms, &binding(), WRAPPED).await;

    let opened = async || kms.unwrap(&fake_version(), &binding(), WRAPPED).await;
    let refused = |it: &Result<_, _>| matches!(it, Err(ProviderError::Refused(_)));
    until("the refusal", Duration::from_secs(20), opened, refused)
        .await
        .unwrap_err();

    assert_eq!(kms.opened.count(), 0);
}

#[rstest]
#[case::no_time(Duration::ZERO, 1000)]
#[case::no_room(Duration::from_secs(60), 0)]
#[tokio::test]
async fn without_time_or_room_nothing_is_remembered(#[case] ttl: Duration, #[case] entries: u64) {
    let fake = FakeKms::start().await;
    fake.opens_everything().await;
    let mut settings = fake.settings();
    (settings.cache_ttl, settings.cache_entries) = (ttl, entries);
    let kms = connect(settings).await;

    open(&kms, &binding(), WRAPPED).await;
    open(&kms, &binding(), WRAPPED).await;

    assert_eq!(fake.calls().await, 2);
}

#[tokio::test]
async fn only_so_many_keys_are_remembered() {
    let fake = FakeKms::start().await;
    fake.opens_everything().await;
    let mut settings = fake.settings();
    settings.cache_entries = 4;
    let kms = connect(settings).await;

    for number in 0..20 {
        open(&kms, &binding(), &[3, number]).await;
    }

    let count = kms.opened.count();
    assert!((1..=4).contains(&count), "{count}");
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let fake = FakeKms::start().await;
    let refusal = error(400, "AccessDeniedException");
    fake.first_answers(1, "Decrypt", refusal).await;
    fake.opens_everything().await;
    let kms = fake.provider().await;

    let refused = kms.unwrap(&fake_version(), &binding(), WRAPPED).await;
    assert!(
        matches!(refused, Err(ProviderError::Refused(_))),
        "{refused:?}"
    );
    open(&kms, &binding(), WRAPPED).await;
}
