//! The text of a key file.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sesame_domain::keys::KeyVersion;
use sesame_domain::time::Timestamp;
use zeroize::Zeroizing;

use super::check_value::CheckValue;
use crate::cipher::SecretKey;
use crate::names::is_version_id;

/// The format before the database knew the versions: with the name of the
/// active key and the secret behind tokens. It is read, and changed over.
const OLD_FORMAT: u32 = 1;
/// Keys, and nothing else. It is read, and changed over.
const KEYS_ALONE: u32 = 2;
/// Keys, each with its check value once that is known. Programs that know only
/// the formats before refuse it by its number.
const FORMAT: u32 = 3;
const KEY_BYTES: usize = 32;
/// More than a key and what stands around it take in the file.
const ENTRY_BYTES: usize = 384;

/// Why a text is not a key file. Never quotes the text.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum DocumentError {
    #[error("line {line}, column {column} is not what a key file has there")]
    Syntax { line: usize, column: usize },
    #[error("there is nothing in it")]
    Empty,
    #[error("its format is {0}, which was never written")]
    Format(u32),
    #[error("its format is {0}, this version of Sesame knows only formats up to {FORMAT}")]
    Later(u32),
    #[error("the key {0} stands in it twice")]
    Duplicate(String),
    #[error("the active key is not among its keys")]
    NoActiveKey,
    #[error("a key's id has 1 to 64 characters out of a-z, 0-9 and -")]
    KeyId,
}

/// One wrapping key.
#[derive(Clone, Debug)]
pub(crate) struct FileKey {
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// The key, in locked memory.
    pub(crate) key: Arc<SecretKey>,
    /// What shows that it is whole.
    pub(crate) check: CheckValue,
    /// Whether the check value is that of the key as it was made. If not, it is
    /// only that of the key as it was read, and is not written.
    pub(crate) is_proven: bool,
}

impl FileKey {
    /// A key whose check value was not compared with any.
    pub(crate) fn unproven(id: &str, created_at: Timestamp, key: SecretKey) -> Self {
        let check = CheckValue::of(id, &key);
        let key = Arc::new(key.kept());
        Self {
            created_at,
            key,
            check,
            is_proven: false,
        }
    }

    /// A key that was just made, or came out of a seal.
    pub(crate) fn proven(id: &str, created_at: Timestamp, key: SecretKey) -> Self {
        Self {
            is_proven: true,
            ..Self::unproven(id, created_at, key)
        }
    }

    /// Whether it is the key that the version was registered with, as far as
    /// that is noted.
    pub(crate) fn fits(&self, version: &KeyVersion) -> bool {
        let noted = version.reference.as_ref();
        noted.is_none_or(|noted| *noted == self.check.in_register())
    }

    /// Whether both are the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.key.as_bytes() == other.key.as_bytes()
    }
}

/// What a key file says.
#[derive(Debug, Default)]
pub(crate) struct KeyDocument {
    /// Its keys, by name.
    pub(crate) keys: BTreeMap<String, FileKey>,
    /// The names of keys that do not give the check value beside them.
    pub(crate) damaged: Vec<String>,
    /// What else was in it in the first format.
    pub(crate) old: Option<OldDocument>,
}

/// What only the first format has.
#[derive(Clone, Debug)]
pub(crate) struct OldDocument {
    /// The name of the key that sealed new secrets.
    pub(crate) active: String,
    /// The secret behind the tokens that the web hands out.
    pub(crate) token_secret: Arc<SecretKey>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    check: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OldText {
    #[serde(rename = "format")]
    _format: u32,
    active: String,
    keys: Vec<Entry>,
    token_secret: KeyText,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: u32,
    keys: Vec<Entry>,
}

/// Read first, so that another format is named as such.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// What a text says.
pub(crate) fn parse(text: &[u8]) -> Result<KeyDocument, DocumentError> {
    if text.trim_ascii().is_empty() {
        return Err(DocumentError::Empty);
    }
    match from_json::<Head>(text)?.format {
        OLD_FORMAT => {
            let text: OldText = from_json(text)?;
            let document = by_name(text.keys)?;
            if !document.keys.contains_key(&text.active) {
                return Err(DocumentError::NoActiveKey);
            }
            let old = OldDocument {
                active: text.active,
                token_secret: Arc::new(text.token_secret.0.kept()),
            };
            Ok(KeyDocument {
                old: Some(old),
                ..document
            })
        }
        KEYS_ALONE | FORMAT => by_name(from_json::<Text>(text)?.keys),
        0 => Err(DocumentError::Format(0)),
        later => Err(DocumentError::Later(later)),
    }
}

/// The text of a file with these keys, oldest first.
pub(crate) fn render(
    keys: &BTreeMap<String, FileKey>,
) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let mut entries: Vec<_> = keys
        .iter()
        .map(|(id, file_key)| Entry {
            id: id.clone(),
            created_at: file_key.created_at,
            key: KeyText(SecretKey::clone(&file_key.key)),
            check: file_key.is_proven.then(|| file_key.check.in_file()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.created_at);
    let document = Text {
        format: FORMAT,
        keys: entries,
    };
    // Room for all of it: growing would leave copies of keys behind.
    let room = 64 + ENTRY_BYTES * document.keys.len();
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer_pretty(&mut *text, &document)?;
    text.push(b'\n');
    Ok(text)
}

fn by_name(entries: Vec<Entry>) -> Result<KeyDocument, DocumentError> {
    let mut document = KeyDocument::default();
    for entry in entries {
        let id = entry.id;
        if !is_version_id(&id) {
            return Err(DocumentError::KeyId);
        }
        if document.keys.contains_key(&id) || document.damaged.contains(&id) {
            return Err(DocumentError::Duplicate(id));
        }
        let key = FileKey::unproven(&id, entry.created_at, entry.key.0);
        let is_proven = match entry.check {
            Some(check) if check == key.check.in_file() => true,
            Some(_) => {
                document.damaged.push(id);
                continue;
            }
            None => false,
        };
        document.keys.insert(id, FileKey { is_proven, ..key });
    }
    Ok(document)
}

/// The parser's own message may quote the text, and with it a key.
fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, DocumentError> {
    serde_json::from_slice(text).map_err(|error| DocumentError::Syntax {
        line: error.line(),
        column: error.column(),
    })
}
