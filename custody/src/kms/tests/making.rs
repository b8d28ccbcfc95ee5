//! Which keys of KMS can become a version.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use rstest::rstest;
use sesame_test_support::moto::Moto;

use super::{binding, connect, settings, version};
use crate::kms::KmsProvider;
use crate::provider::{KeyProvider, ProviderError};

/// Makes a key as an operator would; gives its id and ARN.
pub(super) async fn create_key(client: &Client) -> (String, String) {
    // AWS takes this for granted; moto does not.
    let create = client.create_key().key_usage(KeyUsageType::EncryptDecrypt);
    let key = create.send().await.unwrap().key_metadata.unwrap();
    (key.key_id, key.arn.unwrap())
}

async fn operator(moto: &Moto) -> KmsProvider {
    connect(settings(moto.url(), "alias/none")).await
}

#[tokio::test]
async fn versions_of_one_key_have_names_of_their_own_and_pin_its_arn() {
    let moto = Moto::start().await.unwrap();
    let (id, arn) = create_key(&operator(&moto).await.client).await;

    for name in [&id, &arn] {
        let kms = connect(settings(moto.url(), name)).await;
        let (one, two) = (kms.make().await.unwrap(), kms.make().await.unwrap());

        assert_eq!(one.reference.as_ref(), Some(&arn));
        assert_eq!(two.reference.as_ref(), Some(&arn));
        assert!(one.id.starts_with("kms-"), "{}", one.id);
        assert_ne!(one.id, two.id);
    }
}

#[tokio::test]
async fn an_alias_may_move_on_while_older_versions_stay() {
    let moto = Moto::start().await.unwrap();
    let operator = operator(&moto).await.client;
    let (first, first_arn) = create_key(&operator).await;
    let (second, second_arn) = create_key(&operator).await;
    let alias = format!("alias/sesame-{first}");
    let create = operator.create_alias().alias_name(&alias);
    create.target_key_id(&first).send().await.unwrap();
    let kms = connect(settings(moto.url(), &alias)).await;

    let before = version(kms.make().await.unwrap());
    let (data_key, wrapped) = kms.generate(&before, &binding()).await.unwrap();
    let update = operator.update_alias().alias_name(&alias);
    update.target_key_id(&second).send().await.unwrap();
    let after = version(kms.make().await.unwrap());

    assert_eq!(before.reference, Some(first_arn));
    assert_eq!(after.reference, Some(second_arn));
    let opened = kms.unwrap(&before, &binding(), &wrapped).await.unwrap();
    assert_eq!(opened.as_bytes(), data_key.as_bytes());
}

#[rstest]
#[case::another_use(KeySpec::Rsa2048, KeyUsageType::SignVerify, "not symmetric")]
#[case::not_symmetric(KeySpec::Rsa2048, KeyUsageType::EncryptDecrypt, "not symmetric")]
#[case::for_codes(KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac, "not symmetric")]
#[tokio::test]
async fn a_key_of_another_kind_is_refused(
    #[case] spec: KeySpec,
    #[case] usage: KeyUsageType,
    #[case] why: &str,
) {
    let moto = Moto::start().await.unwrap();
    let operator = operator(&moto).await.client;
    let create = operator.create_key().key_spec(spec).key_usage(usage);
    let key = create.send().await.unwrap().key_metadata.unwrap().key_id;

    let made = connect(settings(moto.url(), &key)).await.make().await;

    let Err(ProviderError::Refused(words)) = made else {
        panic!("not refused: {made:?}");
    };
    assert!(words.contains(why) && words.contains(&key), "{words}");
}

#[tokio::test]
async fn a_key_that_is_not_enabled_is_refused() {
    let moto = Moto::start().await.unwrap();
    let operator = operator(&moto).await.client;
    let (disabled, _) = create_key(&operator).await;
    let disable = operator.disable_key().key_id(&disabled);
    disable.send().await.unwrap();
    let (leaving, _) = create_key(&operator).await;
    let delete = operator.schedule_key_deletion().key_id(&leaving);
    delete.send().await.unwrap();

    for (key, why) in [
        (disabled.as_str(), "is disabled"),
        (&leaving, "waiting for its deletion"),
        ("alias/never-made", "no such key"),
    ] {
        let made = connect(settings(moto.url(), key)).await.make().await;
        let Err(ProviderError::Refused(words)) = made else {
            panic!("not refused: {made:?}");
        };
        assert!(words.contains(why) && words.contains(key), "{words}");
    }
}
