//! No key is printed or logged.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::binding;
use super::fake::{ARN, FakeKms, base64, fake_version, success};
use crate::cipher::SecretKey;
use crate::provider::KeyProvider;

/// Keeps all that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_data_key_is_logged_at_any_level() {
    let fake = FakeKms::start().await;
    fake.opens_everything().await;
    let answer = json!({ "CiphertextBlob": base64(b"wrapped"), "KeyId": ARN });
    fake.answers("Encrypt", success(&answer)).await;
    let kms = fake.provider().await;
    let log = Log::default();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(everything);

    let version = fake_version();
    let data_key = SecretKey::from_bytes(&[7; 32]).unwrap();
    kms.wrap(&version, &binding(), &data_key).await.unwrap();
    let opened = kms.unwrap(&version, &binding(), b"\x03wrapped").await;
    opened.unwrap();
    tracing::info!("the end");

    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the end"));
    assert!(!log.contains(&base64(&[7; 32])), "{log}");
    assert!(!log.contains("the secret of the access key"), "{log}");
}

#[tokio::test]
async fn settings_and_provider_print_no_credentials() {
    let fake = FakeKms::start().await;
    let mut settings = fake.settings();
    settings.endpoint = Some("http://me:word@127.0.0.1:1/".parse().unwrap());

    let printed = format!("{settings:?} {:?}", fake.provider().await);

    for secret in ["the secret of the access key", "AKIDEXAMPLE", "me:word"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains(ARN), "{printed}");
}
