//! Storage and custody.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use sesame_domain::audit::{Access, AuditEntry};
use sesame_domain::ids::{GrantId, LoginId, Owner, TenantId};
use sesame_domain::ports::{
    AGAIN_WITHIN, AuditLog, ChatError, ExportArchive, Grant, OneTime, OneTimeKind, People,
    PersonRecord, PersonsChat, Redeemed, Spent, Standing, StoreError, TokenKeys, VaultError,
    WebhookReceiver, WebhookRefusal,
};
use sesame_domain::sealed::{Binding, Sealed};
use sesame_domain::time::Timestamp;
use sesame_webapp::{Probe, Readiness};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Who was seen, with their language, and how often; and since when they are
/// known.
#[derive(Default)]
pub struct PeopleStore {
    pub seen: Mutex<Vec<(Owner, Option<String>)>>,
    pub known: Mutex<HashMap<Owner, PersonRecord>>,
    pub down: Mutex<bool>,
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
        if *self.down.lock().unwrap() {
            return Err(StoreError::unavailable(std::io::Error::other("down")));
        }
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

    async fn shown_in(&self, _owner: &Owner, _message: i32) -> Result<(), StoreError> {
        Ok(())
    }

    async fn take_shown(&self, _owner: &Owner) -> Result<Option<i32>, StoreError> {
        Ok(None)
    }
}

/// Something that works once.
#[derive(Clone)]
struct Once {
    owner: Owner,
    login: Option<LoginId>,
    forget_at: Timestamp,
    /// The token that counts, and when the first was given out.
    granted: Option<(GrantId, Timestamp)>,
    used: bool,
}

impl Once {
    /// Gives a token out, if that may be.
    fn grant(&mut self, grant: Grant) -> bool {
        let first_at = self.granted.map_or(grant.at, |(_, at)| at);
        let may = !self.used && first_at > grant.at - AGAIN_WITHIN;
        if may {
            self.granted = Some((grant.id, first_at));
            self.forget_at = grant.until;
        }
        may
    }
}

/// Things that work once.
#[derive(Default)]
pub struct OnceStore {
    all: Mutex<HashMap<(&'static str, [u8; 32]), Once>>,
    erased: Mutex<HashMap<Owner, Timestamp>>,
}

impl OnceStore {
    /// Makes a person's tokens void, as an erasure does.
    pub fn revoke(&self, owner: &Owner, at: Timestamp) {
        let mut all = self.all.lock().unwrap();
        all.retain(|(kind, _), once| once.owner != *owner || *kind == "init_data");
        for once in all.values_mut().filter(|once| once.owner == *owner) {
            once.granted = None;
            once.used = true;
        }
        self.erased.lock().unwrap().insert(owner.clone(), at);
    }
}

#[async_trait]
impl OneTime for OnceStore {
    async fn spend(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        grant: Grant,
    ) -> Result<Spent, StoreError> {
        let mut all = self.all.lock().unwrap();
        let once = all.entry((kind.as_str(), digest)).or_insert_with(|| Once {
            owner: owner.clone(),
            login: None,
            forget_at: grant.until,
            granted: None,
            used: false,
        });
        Ok(if once.grant(grant) {
            Spent::Granted
        } else {
            Spent::Again
        })
    }

    async fn is_spent(&self, kind: OneTimeKind, digest: [u8; 32]) -> Result<bool, StoreError> {
        let all = self.all.lock().unwrap();
        let once = all.get(&(kind.as_str(), digest));
        Ok(once.is_some_and(|once| once.used || once.granted.is_some()))
    }

    async fn issue(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        owner: &Owner,
        login: LoginId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let link = Once {
            owner: owner.clone(),
            login: Some(login),
            forget_at: expires_at,
            granted: None,
            used: false,
        };
        let mut all = self.all.lock().unwrap();
        all.insert((kind.as_str(), digest), link);
        Ok(())
    }

    async fn redeem(
        &self,
        tenant: &TenantId,
        kind: OneTimeKind,
        digest: [u8; 32],
        grant: Grant,
    ) -> Result<Redeemed, StoreError> {
        let mut all = self.all.lock().unwrap();
        Ok(match all.get_mut(&(kind.as_str(), digest)) {
            None => Redeemed::Unknown,
            Some(once) if once.owner.tenant != *tenant => Redeemed::Unknown,
            Some(once) if grant.at >= once.forget_at => Redeemed::Unknown,
            Some(once) => {
                if once.grant(grant) {
                    Redeemed::Good {
                        owner: once.owner.clone(),
                        login: once.login.unwrap(),
                    }
                } else {
                    Redeemed::Used
                }
            }
        })
    }

    async fn admit(
        &self,
        kind: OneTimeKind,
        digest: [u8; 32],
        grant: GrantId,
    ) -> Result<Standing, StoreError> {
        let mut all = self.all.lock().unwrap();
        let Some(once) = all.get_mut(&(kind.as_str(), digest)) else {
            return Ok(Standing::Unknown);
        };
        Ok(match once.granted {
            None => Standing::Revoked,
            Some((counts, _)) if counts != grant => Standing::Superseded,
            Some(_) => {
                once.used = true;
                Standing::Good
            }
        })
    }

    async fn erased_at(&self, owner: &Owner) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.erased.lock().unwrap().get(owner).copied())
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
    pub readiness: Mutex<Readiness>,
    pub metrics: Mutex<Option<String>>,
}

#[async_trait]
impl Probe for Probes {
    async fn readiness(&self) -> Readiness {
        self.readiness.lock().unwrap().clone()
    }

    fn metrics(&self) -> Option<String> {
        self.metrics.lock().unwrap().clone()
    }
}

/// A chat that keeps what was sent into it.
#[derive(Default)]
pub struct Chat {
    pub sent: Mutex<Vec<(Owner, String)>>,
    /// The bot may not write to people.
    pub is_closed: AtomicBool,
}

#[async_trait]
impl PersonsChat for Chat {
    async fn send_screen_link(&self, owner: &Owner, url: &str) -> Result<(), ChatError> {
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(ChatError::Unreachable);
        }
        let mut sent = self.sent.lock().unwrap();
        sent.push((owner.clone(), url.to_owned()));
        Ok(())
    }

    async fn send_archive(
        &self,
        owner: &Owner,
        name: &str,
        archive: Arc<dyn ExportArchive>,
    ) -> Result<(), ChatError> {
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(ChatError::Unreachable);
        }
        let content = archive.read(0..archive.length()).await;
        let content = content.map_err(|_| ChatError::Busy)?;
        let said = format!("{name}: {}", String::from_utf8_lossy(&content));
        self.sent.lock().unwrap().push((owner.clone(), said));
        Ok(())
    }
}

/// A webhook that keeps what was pushed.
#[derive(Default)]
pub struct Webhook {
    pub received: Mutex<Vec<Vec<u8>>>,
    pub refuses: Mutex<Option<WebhookRefusal>>,
}

impl Webhook {
    pub const SECRET: &str = "only-telegram-knows";
}

impl WebhookReceiver for Webhook {
    fn is_of(&self, tenant: &str) -> bool {
        tenant == "main"
    }

    fn knows(&self, secret: &[u8]) -> bool {
        secret == Self::SECRET.as_bytes()
    }

    fn receive(&self, update: &[u8]) -> Result<(), WebhookRefusal> {
        assert_ne!(update, b"panic", "as ordered");
        if let Some(refusal) = *self.refuses.lock().unwrap() {
            return Err(refusal);
        }
        self.received.lock().unwrap().push(update.to_owned());
        Ok(())
    }
}
