//! `initData` as Telegram would sign it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use sesame_domain::time::Timestamp;
use sha2::Sha256;
use url::form_urlencoded;

use super::BOT_TOKEN;

/// The key that stands for Telegram's.
pub fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn mac(key: &[u8], data: &[u8]) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key)
        .unwrap()
        .chain_update(data)
        .finalize()
        .into_bytes()
        .to_vec()
}

fn check_string(pairs: &[(String, String)]) -> String {
    let mut lines: Vec<_> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
    lines.sort();
    lines.join("\n")
}

/// Makes `initData`, right in everything that is not said to be wrong.
pub struct Builder {
    pub pairs: Vec<(String, String)>,
    pub bot_token: String,
    pub bot_id: String,
    pub key: Option<SigningKey>,
}

impl Builder {
    pub fn new(person: i64, at: Timestamp) -> Self {
        let user = format!(
            r#"{{"id":{person},"first_name":"Ann","last_name":"Lee","language_code":"en","allows_write_to_pm":true}}"#
        );
        let pair = |key: &str, value: String| (key.to_owned(), value);
        let nonce = hex::encode(uuid::Uuid::now_v7().as_bytes());
        Self {
            pairs: vec![
                pair("user", user),
                pair("query_id", nonce),
                pair("auth_date", at.timestamp().to_string()),
            ],
            bot_token: BOT_TOKEN.to_owned(),
            bot_id: "4242".to_owned(),
            key: Some(signing_key()),
        }
    }

    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.pairs.retain(|(name, _)| name != key);
        self.pairs.push((key.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, key: &str) -> Self {
        self.pairs.retain(|(name, _)| name != key);
        self
    }

    pub fn unsigned(mut self) -> Self {
        self.key = None;
        self
    }

    pub fn build(mut self) -> String {
        if let Some(key) = &self.key {
            let signed = format!("{}:WebAppData\n{}", self.bot_id, check_string(&self.pairs));
            let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).to_bytes());
            self.pairs.push(("signature".to_owned(), signature));
        }
        let secret = mac(b"WebAppData", self.bot_token.as_bytes());
        let hash = hex::encode(mac(&secret, check_string(&self.pairs).as_bytes()));
        self.pairs.push(("hash".to_owned(), hash));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .finish()
    }
}

/// Good `initData` of this person.
pub fn of(person: i64, at: Timestamp) -> String {
    Builder::new(person, at).build()
}
