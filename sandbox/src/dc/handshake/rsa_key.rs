//! The data centres' RSA key.

use std::fmt;

use grammers_crypto::aes::ige_decrypt;
use num_bigint::BigUint;
use rsa::pkcs1::{EncodeRsaPublicKey as _, LineEnding};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{RsaPrivateKey, RsaPublicKey};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// The size that the protocol is made for.
const BITS: usize = 2048;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum RsaKeyError {
    /// The key could not be made or written.
    #[error("the RSA key could not be made")]
    Make(#[from] rsa::Error),
    /// The public half could not be written as PEM.
    #[error("the public key could not be written")]
    Encode(#[from] rsa::pkcs1::Error),
}

/// An RSA key that clients encrypt the beginning of a key exchange with.
#[derive(Clone)]
pub struct RsaKey {
    n: BigUint,
    d: BigUint,
    fingerprint: i64,
    public_pem: String,
}

impl RsaKey {
    /// Makes a new key. Takes up to some seconds of computing.
    ///
    /// # Errors
    /// When the machine cannot.
    pub fn generate() -> Result<Self, RsaKeyError> {
        let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS)?;
        let public = RsaPublicKey::from(&private);
        let n = private.n().to_bytes_be();
        let e = private.e().to_bytes_be();
        Ok(Self {
            fingerprint: fingerprint(&n, &e),
            n: BigUint::from_bytes_be(&n),
            d: BigUint::from_bytes_be(&private.d().to_bytes_be()),
            public_pem: public.to_pkcs1_pem(LineEnding::LF)?,
        })
    }

    /// The public half, as PKCS#1 PEM.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// What names the key to clients.
    pub fn fingerprint(&self) -> i64 {
        self.fingerprint
    }

    /// Decrypts what a client sent, in the present padding or in the one that
    /// was usual until 2021; gives the possible contents, each with a check
    /// that still has to be made.
    pub(super) fn decrypt(&self, encrypted: &[u8]) -> Option<Decrypted> {
        if encrypted.len() > 256 {
            return None;
        }
        let number = BigUint::from_bytes_be(encrypted);
        if number >= self.n {
            return None;
        }
        let plain = number.modpow(&self.d, &self.n).to_bytes_be();
        let mut block = [0; 256];
        block[256 - plain.len()..].copy_from_slice(&plain);
        Some(unpad(&block).map_or_else(|| Decrypted::old(&block), Decrypted::Padded))
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaKey")
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

/// What came out of an RSA block.
pub(super) enum Decrypted {
    /// `RSA_PAD`: the data and its padding, already proved.
    Padded(Vec<u8>),
    /// The older padding: SHA-1 of the data, then the data and its padding.
    Old {
        /// What the data has to hash to.
        sha1: [u8; 20],
        /// The data and its padding.
        data: Vec<u8>,
    },
}

impl Decrypted {
    fn old(block: &[u8; 256]) -> Self {
        let mut sha1 = [0; 20];
        sha1.copy_from_slice(&block[1..21]);
        Self::Old {
            sha1,
            data: block[21..].to_vec(),
        }
    }

    /// The data and its padding.
    pub(super) fn data(&self) -> &[u8] {
        match self {
            Self::Padded(data) | Self::Old { data, .. } => data,
        }
    }

    /// Whether the data is what was sent, once its length is known.
    pub(super) fn proves(&self, length: usize) -> bool {
        match self {
            Self::Padded(_) => true,
            Self::Old { sha1, data } => {
                let hash: [u8; 20] = Sha1::digest(&data[..length.min(data.len())]).into();
                hash == *sha1
            }
        }
    }
}

/// Undoes `RSA_PAD` (section 4.1 of the key exchange); `None` if it is not that.
fn unpad(block: &[u8; 256]) -> Option<Vec<u8>> {
    let (temp_key_xor, encrypted) = block.split_at(32);
    let mut temp_key = [0; 32];
    let mask = Sha256::digest(encrypted);
    for ((out, byte), mask) in temp_key.iter_mut().zip(temp_key_xor).zip(mask) {
        *out = byte ^ mask;
    }
    let mut with_hash = encrypted.to_vec();
    ige_decrypt(&mut with_hash, &temp_key, &[0; 32]);
    let hash = with_hash.split_off(192);
    with_hash.reverse();
    let expected = Sha256::new()
        .chain_update(temp_key)
        .chain_update(&with_hash)
        .finalize();
    (expected.as_slice() == hash.as_slice()).then_some(with_hash)
}

/// The lower 64 bits of the SHA-1 of the key in the schema's notation.
fn fingerprint(n: &[u8], e: &[u8]) -> i64 {
    use grammers_tl_types::Serializable as _;
    let hash: [u8; 20] = Sha1::new()
        .chain_update(n.to_vec().to_bytes())
        .chain_update(e.to_vec().to_bytes())
        .finalize()
        .into();
    let mut low = [0; 8];
    low.copy_from_slice(&hash[12..]);
    i64::from_le_bytes(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_client_padded_in_the_present_way() {
        let key = RsaKey::generate().unwrap();
        let client = grammers_crypto::rsa::Key::new(&key.n.to_string(), "65537").unwrap();
        let sealed =
            grammers_crypto::rsa::encrypt_hashed(&[5; 120], &client, &crate::world::random_bytes());
        let opened = key.decrypt(&sealed).unwrap();
        assert_eq!(opened.data()[..120], [5; 120]);
        assert!(opened.proves(120));
        assert!(matches!(opened, Decrypted::Padded(_)));
    }
}
