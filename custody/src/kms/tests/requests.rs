//! What is asked of KMS, to the letter.

use rstest::rstest;
use serde_json::{Value, json};
use sesame_domain::keys::{KeyVersion, Provider};

use super::fake::{ARN, FakeKms, base64, fake_version, success};
use super::{binding, connect};
use crate::cipher::SecretKey;
use crate::kms::KmsProvider;
use crate::provider::{KeyProvider, ProviderError};

const OTHER_ARN: &str =
    "arn:aws:kms:eu-central-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";

fn context(key: &str) -> Value {
    json!({
        "tenant": "default",
        "owner": "777000123",
        "subject": "00000000-0000-0000-0000-000000000007",
        "purpose": "session",
        "format": "3",
        "key": key,
    })
}

#[tokio::test]
async fn a_data_key_is_made_for_a_context() {
    let fake = FakeKms::start().await;
    let answer = json!({
        "CiphertextBlob": base64(b"wrapped"), "Plaintext": base64(&[7; 32]), "KeyId": ARN,
    });
    fake.answers("GenerateDataKey", success(&answer)).await;

    let kms = fake.provider().await;
    let made = kms.generate(&fake_version(), &binding()).await;
    let (data_key, wrapped) = made.unwrap();

    assert_eq!(data_key.as_bytes(), &[7; 32]);
    assert_eq!(wrapped, b"\x03wrapped");
    let request = json!({
        "KeyId": ARN, "KeySpec": "AES_256", "EncryptionContext": context("kms-1"),
    });
    let target = "TrentService.GenerateDataKey".to_owned();
    assert_eq!(fake.only_call().await, (target, request));
}

#[tokio::test]
async fn a_data_key_is_opened_by_the_pinned_key_alone() {
    let fake = FakeKms::start().await;
    fake.opens_everything().await;

    let kms = fake.provider().await;
    let opened = kms
        .unwrap(&fake_version(), &binding(), b"\x03wrapped")
        .await;
    assert_eq!(opened.unwrap().as_bytes(), &[7; 32]);

    let request = json!({
        "KeyId": ARN,
        "CiphertextBlob": base64(b"wrapped"),
        "EncryptionContext": context("kms-1"),
    });
    let target = "TrentService.Decrypt".to_owned();
    assert_eq!(fake.only_call().await, (target, request));
}

#[tokio::test]
async fn wrapping_anew_names_both_keys_and_both_contexts() {
    let fake = FakeKms::start().await;
    let answer = json!({ "CiphertextBlob": base64(b"anew"), "KeyId": OTHER_ARN });
    fake.answers("ReEncrypt", success(&answer)).await;
    let to = KeyVersion {
        id: "kms-2".to_owned(),
        reference: Some(OTHER_ARN.to_owned()),
        ..fake_version()
    };

    let kms = fake.provider().await;
    let anew = kms
        .rewrap(&fake_version(), &to, &binding(), b"\x03wrapped")
        .await;
    assert_eq!(anew.unwrap().unwrap(), b"\x03anew");

    let request = json!({
        "CiphertextBlob": base64(b"wrapped"),
        "SourceKeyId": ARN,
        "SourceEncryptionContext": context("kms-1"),
        "DestinationKeyId": OTHER_ARN,
        "DestinationEncryptionContext": context("kms-2"),
    });
    let target = "TrentService.ReEncrypt".to_owned();
    assert_eq!(fake.only_call().await, (target, request));
}

#[rstest]
#[case::nothing(&[])]
#[case::only_the_format(&[3])]
#[case::the_format_of_a_key_file(&[1, 7, 7, 7])]
#[case::longer_than_kms_ever_makes(&[3; 6146])]
#[tokio::test]
async fn bytes_that_kms_never_made_are_not_sent(#[case] wrapped: &[u8]) {
    let fake = FakeKms::start().await;
    fake.opens_everything().await;
    let kms = fake.provider().await;
    let version = fake_version();

    let opened = kms.unwrap(&version, &binding(), wrapped).await;
    let anew = kms.rewrap(&version, &version, &binding(), wrapped).await;

    assert!(matches!(opened, Err(ProviderError::Format)), "{opened:?}");
    assert!(matches!(anew, Err(ProviderError::Format)), "{anew:?}");
    assert_eq!(fake.calls().await, 0);
}

#[rstest]
#[case::of_a_key_file(Provider::File, Some(ARN))]
#[case::without_an_arn(Provider::AwsKms, None)]
#[tokio::test]
async fn a_version_that_kms_does_not_hold_is_missing(
    #[case] provider: Provider,
    #[case] reference: Option<&str>,
) {
    let fake = FakeKms::start().await;
    fake.opens_everything().await;
    let kms = fake.provider().await;
    let version = KeyVersion {
        provider,
        reference: reference.map(str::to_owned),
        ..fake_version()
    };
    let data_key = SecretKey::from_bytes(&[7; 32]).unwrap();

    let failures = [
        kms.generate(&version, &binding()).await.err(),
        kms.wrap(&version, &binding(), &data_key).await.err(),
        kms.unwrap(&version, &binding(), b"\x03wrapped").await.err(),
    ];

    for failure in failures {
        let missing = matches!(&failure, Some(ProviderError::Missing(id)) if id == "kms-1");
        assert!(missing, "{failure:?}");
    }
    assert_eq!(fake.calls().await, 0);
}

#[rstest]
#[case::secret(true, false)]
#[case::id(false, true)]
#[tokio::test]
async fn half_an_access_key_is_refused(#[case] id: bool, #[case] secret: bool) {
    let fake = FakeKms::start().await;
    let mut settings = fake.settings();
    settings.access_key_id = settings.access_key_id.filter(|_| id);
    settings.secret_access_key = settings.secret_access_key.filter(|_| secret);

    let entropy = std::sync::Arc::new(sesame_domain::random::SystemEntropy);
    let connected = KmsProvider::connect(settings, entropy).await;

    let refused = matches!(connected, Err(ProviderError::Refused(_)));
    assert!(refused, "{connected:?}");
}

#[tokio::test]
async fn the_answer_must_hold_a_key_that_is_fit() {
    let fake = FakeKms::start().await;
    let answer = json!({ "KeyMetadata": {
        "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "Arn": ARN,
        "Enabled": true,
        "KeyState": "Enabled",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
    }});
    fake.first_answers(1, "DescribeKey", success(&answer)).await;
    fake.answers("DescribeKey", success(&json!({}))).await;

    let kms = connect(fake.settings()).await;

    assert_eq!(kms.check().await.unwrap(), ARN);
    let unsaid = kms.check().await;
    let unavailable = matches!(unsaid, Err(ProviderError::Unavailable(_)));
    assert!(unavailable, "{unsaid:?}");
}
