//! Storage and custody.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use sesame_domain::audit::{Access, AuditEntry};
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::ports::{
    AuditLog, OneTime, OneTimeKind, People, PersonRecord, Redeemed, Spent, StoreError, TokenKeys,
    VaultError,
};
use sesame_domain::sealed::{Binding, Sealed};
use sesame_domain::time::Timestamp;
use sesame_webapp::Probe;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Who was seen, with their language, and how often; and since when they are
/// known.
#[derive(Default)]
pub struct PeopleStore {
    pub seen: Mutex<Vec<(Owner, Option<String>)>>,
    pub known: Mutex<HashMap<Owner, PersonRecord>>,
}

impl PeopleStore {
    /// Forgets a person, as an erasure does.
    pub fn forget(&self, owner: &Owner) {
        self.known.lock().unwrap().remove(owner);
    }
}

#[async_trait]
impl People for PeopleStore {
    async fn seen(
        &self,
        owner: &Owner,
        language: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let seen = (owner.clone(), language.map(str::to_owned));
        self.seen.lock().unwrap().push(seen);
        let mut known = self.known.lock().unwrap();
        known.entry(owner.clone()).or_insert_with(|| PersonRecord {
            owner: owner.clone(),
            language: language.map(str::to_owned),
            blocked_at: None,
            first_seen_at: now,
            last_seen_at: now,
        });
        Ok(())
    }

    async fn blocked(&self, _owner: &Owner, _now: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn find(&self, owner: &Owner) -> Result<Option<PersonRecord>, StoreError> {
        Ok(self.known.lock().unwrap().get(owner).cloned())
    }
}

type Link = (Owner, LoginId, Timestamp, bool);

/// Things that work once.
#[derive(Default)]
pub struct OnceStore {
    spent: Mutex<HashMap<(&'static str, [u8; 32]), Timestamp>>,
    links: Mutex<HashMap<[u8; 32], Link>>,
}

#[async_trait]
impl OneTime for OnceStore {
    async fn spend(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        forget_at: Timestamp,
    ) -> Result<Spent, StoreError> {
        let mut spent = self.spent.lock().unwrap();
        match spent.insert((kind.as_str(), digest), forget_at) {
            None => Ok(Spent::First),
            Some(_) => Ok(Spent::Again),
        }
    }

    async fn is_spent(&self, kind: OneTimeKind, digest: [u8; 32]) -> Result<bool, StoreError> {
        let spent = self.spent.lock().unwrap();
        Ok(spent.contains_key(&(kind.as_str(), digest)))
    }

    async fn issue(
        &self,
        _kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        login: LoginId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let link = (owner.clone(), login, expires_at, false);
        self.links.lock().unwrap().insert(digest, link);
        Ok(())
    }

    async fn redeem(
        &self,
        _kind: OneTimeKind,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<Redeemed, StoreError> {
        let mut links = self.links.lock().unwrap();
        Ok(match links.get_mut(&digest) {
            None => Redeemed::Unknown,
            Some((_, _, expires_at, _)) if now >= *expires_at => Redeemed::Unknown,
            Some((_, _, _, true)) => Redeemed::Used,
            Some((owner, login, _, used)) => {
                *used = true;
                let (owner, login) = (owner.clone(), *login);
                Redeemed::Good { owner, login }
            }
        })
    }

    async fn sweep(&self, _now: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}

/// Seals without secrecy, but bound as the real one binds.
pub struct Vault;

fn label(binding: &Binding) -> Vec<u8> {
    format!("{binding:?}").into_bytes()
}

/// What [`Vault`] opens.
pub fn seal(binding: &Binding, plaintext: &[u8]) -> Sealed {
    Sealed {
        key_id: "test".to_owned(),
        wrapped_key: label(binding),
        ciphertext: plaintext.to_vec(),
    }
}

#[async_trait]
impl sesame_domain::ports::Vault for Vault {
    async fn seal(
        &self,
        binding: &Binding,
        plaintext: &[u8],
        _access: &Access,
    ) -> Result<Sealed, VaultError> {
        Ok(seal(binding, plaintext))
    }

    async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
        _access: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if sealed.wrapped_key == label(binding) {
            Ok(Zeroizing::new(sealed.ciphertext.clone()))
        } else {
            Err(VaultError::Tampered)
        }
    }
}

/// Keys from nothing but their purpose.
pub struct Keys;

impl TokenKeys for Keys {
    fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(purpose.as_bytes())
            .unwrap()
            .chain_update(data)
            .finalize()
            .into_bytes()
            .into()
    }
}

/// An audit that was written before.
#[derive(Default)]
pub struct Audit {
    pub entries: Mutex<Vec<AuditEntry>>,
}

#[async_trait]
impl AuditLog for Audit {
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.entries.lock().unwrap().push(entry);
        Ok(())
    }

    async fn about(&self, owner: &Owner, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let mut page = self.page(owner, None, limit).await?;
        page.truncate(limit as usize);
        Ok(page)
    }

    async fn page(
        &self,
        owner: &Owner,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let entries = self.entries.lock().unwrap();
        let is_meant = |entry: &&AuditEntry| {
            entry.owner == *owner && before.is_none_or(|before| entry.at < before)
        };
        let mut page: Vec<_> = entries.iter().filter(is_meant).cloned().collect();
        page.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        let last = page.get(limit as usize - 1).map(|entry| entry.at);
        page.retain(|entry| last.is_none_or(|last| entry.at >= last));
        Ok(page)
    }
}

/// Says what it is told to say.
#[derive(Default)]
pub struct Probes {
    pub unready: Mutex<Vec<&'static str>>,
    pub metrics: Mutex<Option<String>>,
}

#[async_trait]
impl Probe for Probes {
    async fn unready(&self) -> Vec<&'static str> {
        self.unready.lock().unwrap().clone()
    }

    fn metrics(&self) -> Option<String> {
        self.metrics.lock().unwrap().clone()
    }
}
