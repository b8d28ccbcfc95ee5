//! What KMS says when it does not do what it is asked.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::fake::{ARN, FakeKms, base64, error, fake_version, opened, success};
use super::{binding, connect, settings};
use crate::cipher::SecretKey;
use crate::kms::KmsProvider;
use crate::provider::{KeyProvider, ProviderError};

async fn open(kms: &KmsProvider) -> Result<SecretKey, ProviderError> {
    kms.unwrap(&fake_version(), &binding(), b"\x03wrapped")
        .await
}

/// The words of the error under `Unavailable`.
fn trouble<T: std::fmt::Debug>(outcome: Result<T, ProviderError>) -> String {
    match outcome {
        Err(ProviderError::Unavailable(source)) => source.to_string(),
        other => panic!("not unavailable: {other:?}"),
    }
}

#[rstest]
#[case::changed("InvalidCiphertextException")]
#[case::of_another_key("IncorrectKeyException")]
#[tokio::test]
async fn what_does_not_open_was_tampered_with(#[case] code: &str) {
    let fake = FakeKms::start().await;
    fake.answers("Decrypt", error(400, code)).await;

    let outcome = open(&fake.provider().await).await;

    assert!(
        matches!(outcome, Err(ProviderError::Tampered)),
        "{outcome:?}"
    );
    assert_eq!(fake.calls().await, 1);
}

#[rstest]
#[case("DisabledException", "disabled")]
#[case("KMSInvalidStateException", "deletion pending")]
#[case("AccessDeniedException", "not allowed")]
#[case("NotFoundException", "no such key")]
#[case("InvalidKeyUsageException", "not made for this use")]
#[case("ValidationException", "invalid")]
#[case("UnrecognizedClientException", "credentials")]
#[case("InvalidSignatureException", "credentials")]
#[tokio::test]
async fn a_refusal_for_good_is_told_in_words_for_an_operator(
    #[case] code: &str,
    #[case] why: &str,
) {
    let fake = FakeKms::start().await;
    fake.answers("Decrypt", error(400, code)).await;

    let outcome = open(&fake.provider().await).await;

    let Err(ProviderError::Refused(words)) = outcome else {
        panic!("not refused: {outcome:?}");
    };
    for part in ["kms:Decrypt", ARN, why, code, "5a9f0000-request"] {
        assert!(words.contains(part), "{part} is not in: {words}");
    }
    // KMS's own words may tell of accounts and roles.
    assert!(!words.contains("words of KMS"), "{words}");
    assert_eq!(fake.calls().await, 1, "a refusal is final");
}

#[rstest]
#[case::throttled(400, "ThrottlingException")]
#[case::out_of_order(500, "KMSInternalException")]
#[case::slow_inside(503, "DependencyTimeoutException")]
#[case::key_out_of_reach(500, "KeyUnavailableException")]
#[tokio::test]
async fn passing_trouble_is_waited_out(#[case] status: u16, #[case] code: &str) {
    let fake = FakeKms::start().await;
    let trouble = error(status, code);
    fake.first_answers(2, "Decrypt", trouble).await;
    fake.opens_everything().await;

    let opened = open(&fake.provider().await).await.unwrap();

    assert_eq!(opened.as_bytes(), &[7; 32]);
    assert_eq!(fake.calls().await, 3);
}

#[rstest]
#[case::throttled(error(400, "ThrottlingException"), "ThrottlingException")]
#[case::out_of_order(error(500, "KMSInternalException"), "500")]
#[case::a_proxy_without_a_server(ResponseTemplate::new(502).set_body_string("<html>"), "502")]
#[tokio::test]
async fn lasting_trouble_is_unavailable_after_the_attempts(
    #[case] answer: ResponseTemplate,
    #[case] sign: &str,
) {
    let fake = FakeKms::start().await;
    fake.answers("Decrypt", answer).await;
    let mut settings = fake.settings();
    settings.attempts = 2;

    let words = trouble(open(&connect(settings).await).await);

    assert!(words.contains(sign), "{words}");
    assert_eq!(fake.calls().await, 2);
}

#[tokio::test]
async fn an_unknown_error_gives_nothing_up_for_good() {
    let fake = FakeKms::start().await;
    fake.answers("Decrypt", error(400, "NeverHeardOfException"))
        .await;

    let words = trouble(open(&fake.provider().await).await);

    assert!(words.contains("NeverHeardOfException"), "{words}");
}

#[tokio::test]
async fn a_slow_attempt_is_given_up_for_another() {
    let fake = FakeKms::start().await;
    let late = opened(&[9; 32]).set_delay(Duration::from_secs(600));
    fake.first_answers(1, "Decrypt", late).await;
    fake.opens_everything().await;
    let mut settings = fake.settings();
    settings.call_timeout = Duration::from_secs(2);

    let opened = open(&connect(settings).await).await.unwrap();

    assert_eq!(opened.as_bytes(), &[7; 32]);
    assert_eq!(fake.calls().await, 2);
}

#[tokio::test]
async fn all_attempts_together_end_in_time() {
    let fake = FakeKms::start().await;
    let late = opened(&[9; 32]).set_delay(Duration::from_secs(600));
    fake.answers("Decrypt", late).await;
    let mut settings = fake.settings();
    (settings.call_timeout, settings.attempts) = (Duration::from_millis(200), 3);
    let kms = connect(settings).await;

    let began = Instant::now();
    let words = trouble(open(&kms).await);

    assert!(words.contains("in time"), "{words}");
    // Far more than the limit, for a busy machine; far less than the delay.
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn where_no_one_listens_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);

    let words = trouble(open(&connect(settings(&url, ARN)).await).await);

    assert!(words.to_lowercase().contains("connect"), "{words}");
}

#[rstest]
#[case::no_json("Plaintext BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")]
#[case::cut_off(r#"{"Plaintext":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=","#)]
#[case::not_base64(r#"{"Plaintext":"BwcHBwcHBwcH!!!"}"#)]
#[case::another_kind(r#"{"Plaintext":["BwcHBwcHBwcH"]}"#)]
#[case::empty("")]
#[case::without_a_key("{}")]
#[tokio::test]
async fn nonsense_is_unavailable_and_not_repeated(#[case] body: &str) {
    let fake = FakeKms::start().await;
    let answer =
        ResponseTemplate::new(200).set_body_raw(body.as_bytes(), "application/x-amz-json-1.1");
    fake.answers("Decrypt", answer).await;

    let outcome = open(&fake.provider().await).await;

    let all = format!("{outcome:?}");
    assert!(!all.contains("BwcHBwcH"), "{all}");
    assert!(!trouble(outcome).contains("BwcHBwcH"));
}

#[tokio::test]
async fn what_opens_but_is_no_data_key_was_tampered_with() {
    let fake = FakeKms::start().await;
    fake.answers("Decrypt", opened(b"short")).await;

    let outcome = open(&fake.provider().await).await;

    assert!(
        matches!(outcome, Err(ProviderError::Tampered)),
        "{outcome:?}"
    );
}

#[rstest]
#[case::no_ciphertext(json!({ "Plaintext": base64(&[7; 32]) }))]
#[case::empty_ciphertext(json!({ "Plaintext": base64(&[7; 32]), "CiphertextBlob": "" }))]
#[case::no_key(json!({ "CiphertextBlob": base64(b"wrapped") }))]
#[case::short_key(json!({ "Plaintext": base64(&[7; 16]), "CiphertextBlob": base64(b"wrapped") }))]
#[tokio::test]
async fn half_a_fresh_data_key_is_none(#[case] answer: serde_json::Value) {
    let fake = FakeKms::start().await;
    fake.answers("GenerateDataKey", success(&answer)).await;
    let kms = fake.provider().await;

    let made = kms.generate(&fake_version(), &binding()).await;

    assert!(trouble(made).contains("lacks"));
}
