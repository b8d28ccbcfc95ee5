//! Bytes that must never change: they are in people's databases and files. The
//! expected values were computed with Python's `cryptography`, not with this crate.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use rstest::rstest;
use sesame_domain::keys::{KeyState, KeyVersion, Provider};
use sesame_domain::ports::VaultError;
use sesame_domain::sealed::{Purpose, Sealed};
use tempfile::TempDir;

use super::fakes::{Node, SECRET, World, binding, from_secret, in_file, noon};
use crate::names::version_uuid;

pub(super) const OLD_FILE: &str = r#"{
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

const FILE: &str = r#"{
  "format": 3,
  "keys": [
    {
      "id": "k20270115-0a0b0c0d",
      "created_at": "2027-01-15T08:00:00Z",
      "key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
      "check": "d74bbba6d17ed124"
    }
  ]
}
"#;

const KEYS_ALONE: &str = r#"{
  "format": 2,
  "keys": [
    {
      "id": "k20270115-0a0b0c0d",
      "created_at": "2027-01-15T08:00:00Z",
      "key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    }
  ]
}
"#;

const WRAPPED_BEFORE: &str = "01c0c1c2c3c4c5c6c7c8c9cacb20690544535db079b0f0d7891e81c679\
    7c42d10c08d7298d12fa71310b4041896038d99d1607ba22f7979f3db14fda08";
const WRAPPED_BY_FILE: &str = "02d0d1d2d3d4d5d6d7d8d9dadb0c86c44d4c82d78670760294dafba9c\
    eff3b6fe674a88e710bb374ad330e10f81f8f19ee6e485fcf14e45a3677fa2039";
const WRAPPED_BY_SECRET: &str = "02d0d1d2d3d4d5d6d7d8d9dadb435201dbdfb40cb5d6e86d0520111b\
    bfda3df5193bc8cbb48e694a38c0577f6d5c7b94e74edf06d673ff294b551eb0b0";
const CIPHERTEXT: &str =
    "01a0a1a2a3a4a5a6a7a8a9aaab1f49d05ce4bce5d369000536e168d9a0436eb4d09e7b96b0";
pub(super) const MAC: &str = "22d3b5815b205f11b96a7169c15487c6b3fd1ee46c26c89b6d10da9742aad74f";

pub(super) fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap();
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::try_from(digit(pair[0]) * 16 + digit(pair[1])).unwrap())
        .collect()
}

/// A folder with this key file.
pub(super) fn folder_with(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.json");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    folder
}

pub(super) fn old_seal() -> Sealed {
    Sealed {
        key_id: "k20270115-0a0b0c0d".to_owned(),
        wrapped_key: from_hex(WRAPPED_BEFORE),
        ciphertext: from_hex(CIPHERTEXT),
    }
}

#[rstest]
#[case::before_versions(OLD_FILE, WRAPPED_BEFORE)]
#[case::before_versions(OLD_FILE, WRAPPED_BY_FILE)]
#[case::without_check_values(KEYS_ALONE, WRAPPED_BEFORE)]
#[case::without_check_values(KEYS_ALONE, WRAPPED_BY_FILE)]
#[case::today(FILE, WRAPPED_BEFORE)]
#[case::today(FILE, WRAPPED_BY_FILE)]
#[tokio::test]
async fn a_seal_under_a_key_file_opens_as_ever(#[case] file: &str, #[case] wrapped: &str) {
    let folder = folder_with(file);
    let node = Node::start(&World::new(), in_file(&folder)).await;
    let sealed = Sealed {
        wrapped_key: from_hex(wrapped),
        ..old_seal()
    };
    let opened = node.open(&binding(Purpose::Session), &sealed).await;
    assert_eq!(opened.unwrap(), b"auth key");
}

#[tokio::test]
async fn a_seal_under_a_secret_opens_as_ever() {
    let (world, folder) = (World::new(), TempDir::new().unwrap());
    let version = KeyVersion {
        number: 1,
        id: "s20270115-0a0b0c0d".to_owned(),
        provider: Provider::Secret,
        reference: Some("check 2a32a5600b79b23c".to_owned()),
        state: KeyState::Active,
        created_at: noon(),
        encryptions: 0,
        handover: None,
    };
    world.state().versions.push(version);
    let node = Node::start(&world, from_secret(&folder, SECRET)).await;
    let sealed = Sealed {
        key_id: "s20270115-0a0b0c0d".to_owned(),
        wrapped_key: from_hex(WRAPPED_BY_SECRET),
        ciphertext: from_hex(CIPHERTEXT),
    };
    let opened = node.open(&binding(Purpose::Session), &sealed).await;
    assert_eq!(opened.unwrap(), b"auth key");
}

#[rstest]
#[case(OLD_FILE)]
#[case(KEYS_ALONE)]
#[case(FILE)]
#[tokio::test]
async fn a_key_file_is_written_as_ever(#[case] before: &str) {
    let folder = folder_with(before);
    Node::start(&World::new(), in_file(&folder)).await;
    let written = fs::read_to_string(folder.path().join("keys.json")).unwrap();
    assert_eq!(written, FILE);
}

#[tokio::test]
async fn a_seal_of_another_format_is_told_from_one_that_was_changed() {
    let folder = folder_with(OLD_FILE);
    let node = Node::start(&World::new(), in_file(&folder)).await;
    let mut newer = old_seal();
    newer.ciphertext[0] = 2;
    let opened = node.open(&binding(Purpose::Session), &newer).await;
    assert!(matches!(opened, Err(VaultError::Format)));
}

#[tokio::test]
async fn tokens_are_authenticated_as_ever_and_each_purpose_by_itself() {
    let folder = folder_with(OLD_FILE);
    let node = Node::start(&World::new(), in_file(&folder)).await;
    let tokens = node.custody.token_keys();
    let expected = from_hex(MAC);
    assert_eq!(tokens.mac("web token", b"some data").as_slice(), expected);
    assert_ne!(tokens.mac("other", b"some data").as_slice(), expected);
    assert_ne!(tokens.mac("web token", b"other data").as_slice(), expected);
}

#[test]
fn what_stands_for_a_version_is_the_same_everywhere() {
    assert_eq!(
        version_uuid("k20270115-0a0b0c0d").to_string(),
        "e181dbd9-0c29-8ae5-9333-61733c292305"
    );
}
