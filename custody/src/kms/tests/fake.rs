//! A KMS that says what it is told to: answers of the JSON 1.1 protocol.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sesame_domain::keys::KeyVersion;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockBuilder, MockServer, ResponseTemplate};

use super::{connect, settings, version};
use crate::kms::{KmsProvider, KmsSettings};
use crate::provider::Made;

/// The key that it knows.
pub(super) const ARN: &str =
    "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

pub(super) struct FakeKms(pub(super) MockServer);

impl FakeKms {
    pub(super) async fn start() -> Self {
        Self(MockServer::start().await)
    }

    /// Always answers an operation so.
    pub(super) async fn answers(&self, operation: &str, answer: ResponseTemplate) {
        on(operation).respond_with(answer).mount(&self.0).await;
    }

    /// Answers an operation so for the first few times.
    pub(super) async fn first_answers(
        &self,
        times: u64,
        operation: &str,
        answer: ResponseTemplate,
    ) {
        let mock = on(operation).respond_with(answer);
        let mock = mock.up_to_n_times(times).with_priority(1);
        mock.mount(&self.0).await;
    }

    pub(super) async fn opens_everything(&self) {
        self.answers("Decrypt", opened(&[7; 32])).await;
    }

    pub(super) fn settings(&self) -> KmsSettings {
        settings(&self.0.uri(), ARN)
    }

    pub(super) async fn provider(&self) -> KmsProvider {
        connect(self.settings()).await
    }

    /// How often it was called.
    pub(super) async fn calls(&self) -> usize {
        self.0.received_requests().await.unwrap().len()
    }

    /// The operation and the body of the only call.
    pub(super) async fn only_call(&self) -> (String, Value) {
        let calls = self.0.received_requests().await.unwrap();
        let [call] = calls.as_slice() else {
            panic!("{} calls", calls.len());
        };
        let target = call.headers["x-amz-target"].to_str().unwrap().to_owned();
        (target, call.body_json().unwrap())
    }
}

fn on(operation: &str) -> MockBuilder {
    Mock::given(method("POST"))
        .and(path("/"))
        .and(header("x-amz-target", format!("TrentService.{operation}")))
}

/// A version under the key that the fake knows.
pub(super) fn fake_version() -> KeyVersion {
    version(Made {
        id: "kms-1".to_owned(),
        reference: Some(ARN.to_owned()),
    })
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// An answer that is no error.
pub(super) fn success(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .insert_header("x-amzn-requestid", "5a9f0000-request")
        .set_body_raw(body.to_string(), "application/x-amz-json-1.1")
}

/// An answer to `Decrypt`.
pub(super) fn opened(plaintext: &[u8]) -> ResponseTemplate {
    success(&json!({
        "KeyId": ARN,
        "Plaintext": base64(plaintext),
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
    }))
}

/// An error as KMS reports it.
pub(super) fn error(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header("x-amzn-requestid", "5a9f0000-request")
        .set_body_raw(
            json!({ "__type": code, "message": "words of KMS" }).to_string(),
            "application/x-amz-json-1.1",
        )
}
