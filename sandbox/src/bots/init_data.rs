//! What a Mini App is told about who opened it, and the proofs of it.
//!
//! Source: core.telegram.org/bots/webapps, "Validating data received via the
//! Mini App" (HMAC with the bot's token, and Ed25519 for third parties).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::identity::Identity;

/// What JavaScript's `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A text as it stands in a query.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// The key with which this sandbox signs for third parties.
#[derive(Clone, Serialize, Deserialize)]
pub struct WebAppKey {
    #[serde(with = "hex_seed")]
    seed: [u8; 32],
}

impl WebAppKey {
    /// A new key.
    pub fn random() -> Self {
        Self {
            seed: crate::world::random_bytes(),
        }
    }

    /// The public half, in hexadecimal.
    pub fn public_hex(&self) -> String {
        hex::encode(self.signing().verifying_key().as_bytes())
    }

    fn signing(&self) -> SigningKey {
        SigningKey::from_bytes(&self.seed)
    }
}

impl fmt::Debug for WebAppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebAppKey")
            .field("public", &self.public_hex())
            .finish_non_exhaustive()
    }
}

mod hex_seed {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(seed: &[u8; 32], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&hex::encode(seed))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        let mut seed = [0; 32];
        hex::decode_to_slice(text, &mut seed).map_err(D::Error::custom)?;
        Ok(seed)
    }
}

/// The fields with their proofs, as one query string.
pub(super) fn sign(
    identity: &Identity,
    key: &WebAppKey,
    mut fields: Vec<(&'static str, String)>,
) -> String {
    let signed = format!("{}:WebAppData\n{}", identity.id, check_string(&fields));
    let signature = key.signing().sign(signed.as_bytes());
    fields.push(("signature", URL_SAFE_NO_PAD.encode(signature.to_bytes())));
    sign_with_token(identity, fields)
}

/// The fields with the proof that only the bot can check, as one query string.
pub(super) fn sign_with_token(
    identity: &Identity,
    mut fields: Vec<(&'static str, String)>,
) -> String {
    let secret = hmac(b"WebAppData", identity.token.as_bytes());
    let hash = hmac(&secret, check_string(&fields).as_bytes());
    fields.push(("hash", hex::encode(hash)));
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    pairs.join("&")
}

/// The pairs, sorted, one a line.
fn check_string(fields: &[(&'static str, String)]) -> String {
    let mut lines: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    lines.sort();
    lines.join("\n")
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so there is always a MAC.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, VerifyingKey};

    use super::*;

    fn signed() -> (String, WebAppKey) {
        let identity = Identity {
            id: 42,
            token: "42:secret".to_owned(),
            username: "b".to_owned(),
        };
        let key = WebAppKey::random();
        let fields = vec![
            ("query_id", "AAH".to_owned()),
            ("user", r#"{"id":1,"first_name":"Маша"}"#.to_owned()),
            ("auth_date", "1700000000".to_owned()),
        ];
        (sign(&identity, &key, fields), key)
    }

    fn pairs(data: &str) -> Vec<(String, String)> {
        url::form_urlencoded::parse(data.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }

    fn lines(pairs: &[(String, String)], without: &[&str]) -> String {
        let mut lines: Vec<String> = pairs
            .iter()
            .filter(|(name, _)| !without.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        lines.sort();
        lines.join("\n")
    }

    #[test]
    fn the_hash_covers_everything_else() {
        let (data, _) = signed();
        let pairs = pairs(&data);
        let expected = hmac(
            &hmac(b"WebAppData", b"42:secret"),
            lines(&pairs, &["hash"]).as_bytes(),
        );
        assert_eq!(pairs.last().unwrap().1, hex::encode(expected));
    }

    #[test]
    fn third_parties_can_check_the_signature() {
        let (data, key) = signed();
        let pairs = pairs(&data);
        let text = format!("42:WebAppData\n{}", lines(&pairs, &["hash", "signature"]));
        let encoded = &pairs
            .iter()
            .find(|(name, _)| name == "signature")
            .unwrap()
            .1;
        let bytes: [u8; 64] = URL_SAFE_NO_PAD.decode(encoded).unwrap().try_into().unwrap();
        let public: [u8; 32] = hex::decode(key.public_hex()).unwrap().try_into().unwrap();
        VerifyingKey::from_bytes(&public)
            .unwrap()
            .verify_strict(text.as_bytes(), &Signature::from_bytes(&bytes))
            .unwrap();
    }
}
