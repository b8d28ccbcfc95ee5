//! The text of a key file.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sesame_domain::time::Timestamp;
use zeroize::{Zeroize, Zeroizing};

use crate::cipher::SecretKey;
use crate::key_ring::{KeyRing, WrappingKey};

const FORMAT: u32 = 1;
const KEY_BYTES: usize = 32;

/// Why a text is not a key file. Never quotes the text.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum DocumentError {
    #[error("line {line}, column {column} is not what a key file has there")]
    Syntax { line: usize, column: usize },
    #[error("its format is {0}, this version of Sesame knows only {FORMAT}")]
    Format(u32),
    #[error("the key {0} stands in it twice")]
    Duplicate(String),
    #[error("the active key is not among its keys")]
    NoActiveKey,
    #[error("a key's id has 1 to 64 characters out of a-z, 0-9 and -")]
    KeyId,
}

/// Thirty-two bytes as base64.
struct KeyText(SecretKey);

impl Serialize for KeyText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = Zeroizing::new(STANDARD.encode(self.0.as_bytes()));
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        // One spare group of three bytes lets a key that is too long be told
        // from one that is right.
        let mut bytes = Zeroizing::new([0_u8; KEY_BYTES + 4]);
        STANDARD
            .decode_slice(text.as_bytes(), bytes.as_mut())
            .ok()
            .and_then(|len| SecretKey::from_bytes(bytes.get(..len)?))
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("not 32 bytes in base64"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    created_at: Timestamp,
    key: KeyText,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    active: String,
    keys: Vec<Entry>,
    token_secret: KeyText,
}

/// Read first, so that a newer format is named as such.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// The ring that a text describes.
pub(crate) fn parse(text: &[u8]) -> Result<KeyRing, DocumentError> {
    let head: Head = serde_json::from_slice(text).map_err(|error| syntax(&error))?;
    if head.format != FORMAT {
        return Err(DocumentError::Format(head.format));
    }
    let document: Document = serde_json::from_slice(text).map_err(|error| syntax(&error))?;
    let mut keys = BTreeMap::new();
    for Entry {
        id,
        created_at,
        key,
    } in document.keys
    {
        if !is_key_id(&id) {
            return Err(DocumentError::KeyId);
        }
        let key = WrappingKey {
            created_at,
            key: key.0,
        };
        if keys.insert(id.clone(), key).is_some() {
            return Err(DocumentError::Duplicate(id));
        }
    }
    if !keys.contains_key(&document.active) {
        return Err(DocumentError::NoActiveKey);
    }
    Ok(KeyRing {
        active: document.active,
        keys,
        token_secret: document.token_secret.0,
    })
}

/// The text of a ring.
pub(crate) fn render(ring: &KeyRing) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let document = Document {
        format: FORMAT,
        active: ring.active.clone(),
        keys: ring
            .keys
            .iter()
            .map(|(id, wrapping)| Entry {
                id: id.clone(),
                created_at: wrapping.created_at,
                key: KeyText(wrapping.key.clone()),
            })
            .collect(),
        token_secret: KeyText(ring.token_secret.clone()),
    };
    let mut text = serde_json::to_vec_pretty(&document)?;
    let copy = Zeroizing::new([text.as_slice(), b"\n"].concat());
    text.zeroize();
    Ok(copy)
}

/// The parser's own message may quote the text, and with it a key.
fn syntax(error: &serde_json::Error) -> DocumentError {
    DocumentError::Syntax {
        line: error.line(),
        column: error.column(),
    }
}

fn is_key_id(id: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&id.len()) && id.bytes().all(allowed)
}
