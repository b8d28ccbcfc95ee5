//! Bytes that must never change: they are in people's databases and files. The
//! expected values were computed with Python's `cryptography`, not with this crate.

use std::sync::Arc;

use sesame_domain::ports::{TokenKeys, Vault, VaultError};
use sesame_domain::sealed::{Purpose, Sealed};

use super::fakes::{access, binding, vault_with};
use crate::LocalVault;
use crate::key_document::{parse, render};

const KEY_FILE: &str = r#"{
  "format": 1,
  "active": "k20270115-0a0b0c0d",
  "keys": [
    {
      "id": "k20270115-0a0b0c0d",
      "created_at": "2027-01-15T08:00:00Z",
      "key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    }
  ],
  "token_secret": "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
}
"#;

const WRAPPED_KEY: &str = "01c0c1c2c3c4c5c6c7c8c9cacb20690544535db079b0f0d7891e81c679\
    7c42d10c08d7298d12fa71310b4041896038d99d1607ba22f7979f3db14fda08";
const CIPHERTEXT: &str =
    "01a0a1a2a3a4a5a6a7a8a9aaab1f49d05ce4bce5d369000536e168d9a0436eb4d09e7b96b0";
const MAC: &str = "22d3b5815b205f11b96a7169c15487c6b3fd1ee46c26c89b6d10da9742aad74f";

fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap();
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::try_from(digit(pair[0]) * 16 + digit(pair[1])).unwrap())
        .collect()
}

fn vault() -> LocalVault {
    vault_with(parse(KEY_FILE.as_bytes()).unwrap(), &Arc::default())
}

fn old_seal() -> Sealed {
    Sealed {
        key_id: "k20270115-0a0b0c0d".to_owned(),
        wrapped_key: from_hex(WRAPPED_KEY),
        ciphertext: from_hex(CIPHERTEXT),
    }
}

#[test]
fn a_key_file_of_format_1_is_read_and_written_as_ever() {
    let ring = parse(KEY_FILE.as_bytes()).unwrap();
    assert_eq!(render(&ring).unwrap().as_slice(), KEY_FILE.as_bytes());
}

#[tokio::test]
async fn a_seal_of_format_1_opens_as_ever() {
    let opened = vault()
        .open(&binding(Purpose::Session), &old_seal(), &access())
        .await;
    assert_eq!(opened.unwrap().as_slice(), b"auth key");
}

#[tokio::test]
async fn a_seal_of_another_format_is_told_from_one_that_was_changed() {
    let mut newer = old_seal();
    newer.ciphertext[0] = 2;
    let opened = vault()
        .open(&binding(Purpose::Session), &newer, &access())
        .await;
    assert!(matches!(opened, Err(VaultError::Format)));
}

#[test]
fn tokens_are_authenticated_as_ever_and_each_purpose_by_itself() {
    let vault = vault();
    assert_eq!(
        vault.mac("web token", b"some data").as_slice(),
        from_hex(MAC)
    );
    assert_ne!(vault.mac("other", b"some data").as_slice(), from_hex(MAC));
    assert_ne!(
        vault.mac("web token", b"other data").as_slice(),
        from_hex(MAC)
    );
}
