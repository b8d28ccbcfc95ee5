//! `initData`: what Telegram says of the person who opened the Mini App.
//!
//! Checked as <https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app>
//! says: an HMAC under the bot's token over everything but `hash`, and
//! Telegram's own Ed25519 (`signature`) over everything but `hash` and
//! `signature`. The second is what a thief of the bot's token cannot make, so it
//! is not done without unless the settings say so ([`SignaturePolicy`]).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sesame_domain::ids::PersonId;
use sesame_domain::ports::LAUNCH_DATA_LIFE;
use sesame_domain::time::Timestamp;
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::settings::Settings;

pub use crate::settings::SignaturePolicy;

/// How old `initData` may be.
pub const MAX_AGE: TimeDelta = LAUNCH_DATA_LIFE;

/// How far ahead Telegram's clock may be.
pub const MAX_SKEW: TimeDelta = TimeDelta::seconds(30);

/// How long `initData` may be. Real ones have about 700 bytes.
pub const MAX_BYTES: usize = 4096;

/// Telegram's public keys for `initData`, production and test environment.
///
/// Source: <https://core.telegram.org/bots/webapps#validating-data-for-third-party-use>.
pub const TELEGRAM_KEYS: [[u8; 32]; 2] = [
    [
        0xe7, 0xbf, 0x03, 0xa2, 0xfa, 0x46, 0x02, 0xaf, 0x45, 0x80, 0x70, 0x3d, 0x88, 0xdd, 0xa5,
        0xbb, 0x59, 0xf3, 0x2e, 0xd8, 0xb0, 0x2a, 0x56, 0xc1, 0x87, 0xfe, 0x7d, 0x34, 0xca, 0xed,
        0x24, 0x2d,
    ],
    [
        0x40, 0x05, 0x50, 0x58, 0xa4, 0xee, 0x38, 0x15, 0x6a, 0x06, 0x56, 0x2e, 0x52, 0xee, 0xce,
        0x92, 0xa7, 0x71, 0xbc, 0xd8, 0x34, 0x6a, 0x8c, 0x46, 0x15, 0xcb, 0x73, 0x76, 0xed, 0xdf,
        0x72, 0xec,
    ],
];

/// [`TELEGRAM_KEYS`], ready for [`Settings::init_data_keys`].
pub fn telegram_keys() -> Vec<VerifyingKey> {
    TELEGRAM_KEYS
        .iter()
        .filter_map(|key| VerifyingKey::from_bytes(key).ok())
        .collect()
}

/// Why `initData` is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitDataError {
    /// It is empty.
    #[error("there is no initData")]
    Missing,
    /// It is too long, cut short, has a key twice, or lacks what it must have.
    #[error("initData is malformed")]
    Malformed,
    /// It is not signed by Telegram for this bot.
    #[error("initData is not signed for this bot")]
    Forged,
    /// It lacks Telegram's own signature, which is required.
    #[error("initData lacks Telegram's own signature")]
    Unsigned,
    /// It is older than [`MAX_AGE`].
    #[error("initData is too old")]
    Stale,
    /// It is from the future.
    #[error("initData is from the future")]
    Future,
    /// It was exchanged for a token before.
    #[error("initData was used before")]
    Replayed,
}

/// What verified `initData` says.
#[derive(Clone, PartialEq, Eq)]
pub struct InitData {
    /// Who opened the Mini App.
    pub person: PersonId,
    /// The language of their app.
    pub language: Option<String>,
    /// When Telegram made it, to the second.
    pub made_at: Timestamp,
    /// When it is too old to be accepted, with the skew that is allowed.
    pub forget_at: Timestamp,
    /// By what it is known once it is used: SHA-256 of its hash.
    pub digest: [u8; 32],
}

impl fmt::Debug for InitData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InitData")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct User {
    id: i64,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    language_code: Option<String>,
}

#[derive(Deserialize)]
struct Contact {
    user_id: i64,
    phone_number: String,
}

/// Checks `initData` for one bot.
pub struct Verifier {
    bot_id: String,
    /// Keyed with the secret that follows from the bot's token.
    mac: Hmac<Sha256>,
    keys: Vec<VerifyingKey>,
    signature: SignaturePolicy,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("bot_id", &self.bot_id)
            .finish_non_exhaustive()
    }
}

impl Verifier {
    /// A verifier for the configured bot.
    pub fn new(settings: &Settings) -> Self {
        let mut secret = hmac(b"WebAppData");
        secret.update(settings.bot_token.expose_secret().as_bytes());
        Self {
            bot_id: settings.bot_id().to_owned(),
            mac: hmac(&secret.finalize().into_bytes()),
            keys: settings.init_data_keys.clone(),
            signature: settings.init_data_signature,
        }
    }

    /// What the person's `initData` says, if it is Telegram's and recent.
    /// Whether it was used before is not known here.
    pub fn verify(&self, text: &str, now: Timestamp) -> Result<InitData, InitDataError> {
        let (fields, hash) = self.signed(text, self.signature)?;
        let made_at = recent(&fields, now)?;
        let user: User =
            serde_json::from_str(fields.get("user")?).map_err(|_| InitDataError::Malformed)?;
        if user.id <= 0 || user.is_bot {
            return Err(InitDataError::Malformed);
        }
        Ok(InitData {
            person: PersonId(user.id),
            language: user.language_code.filter(|code| is_language_tag(code)),
            made_at,
            forget_at: made_at + MAX_AGE + MAX_SKEW,
            digest: Sha256::digest(hash).into(),
        })
    }

    /// The phone number that the person shared with the bot from within the Mini App
    /// (`requestContact`): the answer is signed as `initData` is, and must be about
    /// themselves.
    pub(crate) fn verify_contact(
        &self,
        text: &str,
        person: PersonId,
        now: Timestamp,
    ) -> Result<String, InitDataError> {
        // Telegram signs it with the bot's token alone.
        let (fields, _) = self.signed(text, SignaturePolicy::Optional)?;
        recent(&fields, now)?;
        let contact: Contact =
            serde_json::from_str(fields.get("contact")?).map_err(|_| InitDataError::Malformed)?;
        if contact.user_id != person.0 {
            return Err(InitDataError::Forged);
        }
        Ok(contact.phone_number)
    }

    /// The fields and the hash of what Telegram signed for the bot.
    fn signed(
        &self,
        text: &str,
        policy: SignaturePolicy,
    ) -> Result<(Fields, [u8; 32]), InitDataError> {
        if text.is_empty() {
            return Err(InitDataError::Missing);
        }
        if text.len() > MAX_BYTES {
            return Err(InitDataError::Malformed);
        }
        let fields = Fields::parse(text)?;
        let hash: [u8; 32] = hex::decode(fields.get("hash")?)
            .ok()
            .and_then(|hash| hash.try_into().ok())
            .ok_or(InitDataError::Malformed)?;
        self.mac
            .clone()
            .chain_update(fields.check_string(&["hash"]))
            .verify_slice(&hash)
            .map_err(|_| InitDataError::Forged)?;
        match (fields.get("signature"), policy) {
            (Ok(signature), _) => self.verify_signature(&fields, signature)?,
            (Err(_), SignaturePolicy::Optional) => {}
            (Err(_), SignaturePolicy::Required) => return Err(InitDataError::Unsigned),
        }
        Ok((fields, hash))
    }

    fn verify_signature(&self, fields: &Fields, signature: &str) -> Result<(), InitDataError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(signature.trim_end_matches('='))
            .map_err(|_| InitDataError::Malformed)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| InitDataError::Malformed)?;
        let signed = format!(
            "{}:WebAppData\n{}",
            self.bot_id,
            fields.check_string(&["hash", "signature"])
        );
        let good = |key: &VerifyingKey| key.verify_strict(signed.as_bytes(), &signature).is_ok();
        if self.keys.iter().any(good) {
            Ok(())
        } else {
            Err(InitDataError::Forged)
        }
    }
}

/// The pairs of a query string, sorted by key; no key twice.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(text: &str) -> Result<Self, InitDataError> {
        let mut pairs: Vec<_> = form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect();
        pairs.sort();
        if pairs.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(InitDataError::Malformed);
        }
        Ok(Self(pairs))
    }

    fn get(&self, key: &str) -> Result<&str, InitDataError> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
            .ok_or(InitDataError::Malformed)
    }

    fn check_string(&self, without: &[&str]) -> String {
        let lines: Vec<_> = self
            .0
            .iter()
            .filter(|(key, _)| !without.contains(&key.as_str()))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        lines.join("\n")
    }
}

/// When it was made, if that is recent.
fn recent(fields: &Fields, now: Timestamp) -> Result<Timestamp, InitDataError> {
    let made_at = made_at(fields)?;
    if made_at > now + MAX_SKEW {
        return Err(InitDataError::Future);
    }
    if now - made_at > MAX_AGE {
        return Err(InitDataError::Stale);
    }
    Ok(made_at)
}

fn made_at(fields: &Fields) -> Result<Timestamp, InitDataError> {
    fields
        .get("auth_date")?
        .parse()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .ok_or(InitDataError::Malformed)
}

fn is_language_tag(code: &str) -> bool {
    (2..=16).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    #[allow(clippy::expect_used, reason = "HMAC takes keys of every length")]
    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length")
}
