//! A vault with keys in memory, which can be lost and retired.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use async_trait::async_trait;
use hmac::{Hmac, Mac};
use sesame_domain::audit::{Access, AccessPurpose};
use sesame_domain::ports::{TokenKeys, Vault, VaultError};
use sesame_domain::random::{Entropy, SystemEntropy};
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Seals under keys that belong to it alone.
pub(super) struct TestVault {
    keys: Mutex<BTreeMap<String, [u8; 32]>>,
    active: Mutex<String>,
    retired: Mutex<BTreeSet<String>>,
    token_secret: [u8; 32],
    /// Sessions that were opened, with the reason.
    pub(super) opened: Mutex<Vec<(Binding, AccessPurpose)>>,
}

impl TestVault {
    pub(super) fn new() -> Self {
        let vault = Self {
            keys: Mutex::default(),
            active: Mutex::default(),
            retired: Mutex::default(),
            token_secret: random(),
            opened: Mutex::default(),
        };
        vault.rotate("k1");
        vault
    }

    pub(super) fn rotate(&self, id: &str) {
        self.keys.lock().unwrap().insert(id.to_owned(), random());
        id.clone_into(&mut self.active.lock().unwrap());
    }

    pub(super) fn lose(&self, id: &str) {
        self.keys.lock().unwrap().remove(id).unwrap();
    }

    pub(super) fn retire(&self, id: &str) {
        self.retired.lock().unwrap().insert(id.to_owned());
    }

    fn cipher(&self, id: &str) -> Result<Aes256Gcm, VaultError> {
        if self.retired.lock().unwrap().contains(id) {
            return Err(VaultError::RetiredKey(id.to_owned()));
        }
        let keys = self.keys.lock().unwrap();
        let key = keys.get(id);
        let key = key.ok_or_else(|| VaultError::UnknownKey(id.to_owned()))?;
        Ok(Aes256Gcm::new(key.into()))
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemEntropy.fill(&mut bytes);
    bytes
}

#[async_trait]
impl Vault for TestVault {
    async fn seal(
        &self,
        binding: &Binding,
        plaintext: &[u8],
        _access: &Access,
    ) -> Result<Sealed, VaultError> {
        let key_id = self.active.lock().unwrap().clone();
        let nonce = random::<12>();
        let aad = format!("{key_id} {binding:?}");
        let payload = Payload {
            msg: plaintext,
            aad: aad.as_bytes(),
        };
        let ciphertext = self.cipher(&key_id)?.encrypt(&nonce.into(), payload);
        Ok(Sealed {
            key_id,
            wrapped_key: nonce.to_vec(),
            ciphertext: ciphertext.unwrap(),
        })
    }

    async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
        access: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let nonce: [u8; 12] = sealed.wrapped_key[..]
            .try_into()
            .map_err(|_| VaultError::Format)?;
        let aad = format!("{} {binding:?}", sealed.key_id);
        let payload = Payload {
            msg: &sealed.ciphertext,
            aad: aad.as_bytes(),
        };
        let plaintext = self.cipher(&sealed.key_id)?.decrypt(&nonce.into(), payload);
        let plaintext = plaintext.map_err(|_| VaultError::Tampered)?;
        if binding.purpose == Purpose::Session {
            let opened = (binding.clone(), access.reason.clone());
            self.opened.lock().unwrap().push(opened);
        }
        Ok(Zeroizing::new(plaintext))
    }
}

impl TokenKeys for TestVault {
    fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.token_secret).unwrap();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(data);
        mac.finalize().into_bytes().into()
    }
}
