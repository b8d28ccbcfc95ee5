//! A database in memory: what goes into backups and comes out of them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;

use async_trait::async_trait;
use sesame_domain::audit::{AuditEntry, ChainedEntry, Checkpoint, Strand, StrandNo};
use sesame_domain::ids::{AccountId, Owner, SessionId, TenantId};
use sesame_domain::keys::{KeyState, KeyUse, KeyVersion, NewKey};
use sesame_domain::ports::{
    AuditLog, AuditTrail, BackupSource, InstanceSecrets, KeyRegister, LinkedRecord, RestoreTarget,
    Restored, Rewrapped, Rewrapping, StoreError, Tombstone, WrappedKey, WrappedPlace,
};
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;
use uuid::Uuid;

type Answer<T> = Result<T, StoreError>;

/// Everything, in memory.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) records: Mutex<BTreeMap<AccountId, LinkedRecord>>,
    pub(super) erased: Mutex<BTreeMap<SessionId, Timestamp>>,
    pub(super) keys: Mutex<Vec<KeyVersion>>,
    pub(super) minimum: Mutex<i64>,
    pub(super) secrets: Mutex<BTreeMap<String, Sealed>>,
    pub(super) checkpoints: Mutex<Vec<Checkpoint>>,
    pub(super) audit: Mutex<Vec<AuditEntry>>,
    /// How many batches may still be restored; `None`: any number.
    pub(super) batches: Mutex<Option<u32>>,
    /// How many records it forgets while it restores.
    pub(super) forgets: Mutex<usize>,
}

impl Memory {
    pub(super) fn all(&self) -> Vec<LinkedRecord> {
        self.records.lock().unwrap().values().cloned().collect()
    }

    pub(super) fn insert(&self, record: LinkedRecord) {
        let id = record.account.id;
        self.records.lock().unwrap().insert(id, record);
    }

    /// Unlinks an account and erases its session.
    pub(super) fn erase(&self, id: AccountId, at: Timestamp) -> SessionId {
        let record = self.records.lock().unwrap().remove(&id).unwrap();
        let session = record.account.session;
        self.erased.lock().unwrap().insert(session, at);
        session
    }

    fn fates(&self, records: &[LinkedRecord]) -> Vec<Restored> {
        let there = self.all();
        let mut sessions: HashSet<_> = there.iter().map(|it| it.account.session).collect();
        let mut owners: HashSet<_> = there.iter().map(|it| it.account.owner.clone()).collect();
        let erased = self.erased.lock().unwrap();
        let fates = records.iter().map(|record| {
            let account = &record.account;
            if erased.contains_key(&account.session) {
                Restored::Ended
            } else if !sessions.insert(account.session) {
                Restored::Present
            } else if !owners.insert(account.owner.clone()) {
                Restored::Replaced
            } else {
                Restored::Added
            }
        });
        fates.collect()
    }
}

#[async_trait]
impl BackupSource for Memory {
    async fn linked(&self, after: Option<AccountId>, limit: u32) -> Answer<Vec<LinkedRecord>> {
        let records = self.records.lock().unwrap();
        let later = records.iter().filter(|(id, _)| Some(**id) > after);
        Ok(later
            .map(|(_, record)| record.clone())
            .take(limit as usize)
            .collect())
    }

    async fn tombstones(&self, since: Timestamp) -> Answer<Vec<Tombstone>> {
        let erased = self.erased.lock().unwrap();
        let recent = erased.iter().filter(|(_, at)| **at >= since);
        Ok(recent
            .map(|(&session, &at)| Tombstone { session, at })
            .collect())
    }
}

#[async_trait]
impl RestoreTarget for Memory {
    async fn foresee(&self, records: &[LinkedRecord]) -> Answer<Vec<Restored>> {
        Ok(self.fates(records))
    }

    async fn restore(&self, records: &[LinkedRecord], audit: AuditEntry) -> Answer<Vec<Restored>> {
        if let Some(left) = self.batches.lock().unwrap().as_mut() {
            let full = std::io::Error::other("killed");
            *left = left.checked_sub(1).ok_or(StoreError::unavailable(full))?;
        }
        let fates = self.fates(records);
        for (record, fate) in records.iter().zip(&fates) {
            let mut forgets = self.forgets.lock().unwrap();
            if *fate == Restored::Added {
                match forgets.checked_sub(1) {
                    Some(left) => *forgets = left,
                    None => self.insert(record.clone()),
                }
            }
        }
        self.audit.lock().unwrap().push(audit);
        Ok(fates)
    }

    async fn bury(&self, tombstones: &[Tombstone]) -> Answer<()> {
        let mut erased = self.erased.lock().unwrap();
        erased.extend(tombstones.iter().map(|it| (it.session, it.at)));
        Ok(())
    }

    async fn foresee_keys(&self, keys: &[KeyVersion]) -> Answer<()> {
        let known = self.keys.lock().unwrap();
        let taken = |key: &KeyVersion| {
            let mut known = known.iter();
            known.any(|it| it.number == key.number && it.id != key.id)
        };
        if keys.iter().any(taken) {
            Err(StoreError::inconsistent("a number is taken"))
        } else {
            Ok(())
        }
    }

    async fn restore_keys(&self, keys: &[KeyVersion]) -> Answer<()> {
        let mut known = self.keys.lock().unwrap();
        for key in keys {
            match known.iter().find(|it| it.number == key.number) {
                Some(there) if there.id == key.id => {}
                Some(_) => return Err(StoreError::inconsistent("a number is taken")),
                None => known.push(key.clone()),
            }
        }
        Ok(())
    }
}

#[async_trait]
impl KeyRegister for Memory {
    async fn all(&self) -> Answer<Vec<KeyVersion>> {
        let minimum = *self.minimum.lock().unwrap();
        let mut keys = self.keys.lock().unwrap().clone();
        for key in &mut keys {
            if key.number < minimum {
                key.state = KeyState::Retired;
            }
        }
        Ok(keys)
    }

    async fn active(&self) -> Answer<Option<KeyVersion>> {
        Ok(self.keys.lock().unwrap().last().cloned())
    }

    async fn find(&self, id: &str) -> Answer<Option<KeyVersion>> {
        let keys = self.keys.lock().unwrap();
        Ok(keys.iter().find(|key| key.id == id).cloned())
    }

    async fn activate(
        &self,
        key: NewKey,
        _after: Option<&str>,
        _audit: Option<AuditEntry>,
    ) -> Answer<KeyVersion> {
        let mut keys = self.keys.lock().unwrap();
        for older in keys.iter_mut() {
            older.state = KeyState::Accepted;
        }
        let version = KeyVersion {
            number: i64::try_from(keys.len()).unwrap() + 1,
            id: key.id,
            provider: key.provider,
            reference: key.reference,
            state: KeyState::Active,
            created_at: key.created_at,
            encryptions: 0,
            handover: key.handover,
        };
        keys.push(version.clone());
        Ok(version)
    }

    async fn minimum(&self) -> Answer<i64> {
        Ok((*self.minimum.lock().unwrap()).max(1))
    }

    async fn set_minimum(&self, number: i64, audit: AuditEntry) -> Answer<()> {
        *self.minimum.lock().unwrap() = number;
        self.audit.lock().unwrap().push(audit);
        Ok(())
    }

    async fn count(&self, _id: &str, encryptions: u64) -> Answer<u64> {
        Ok(encryptions)
    }

    async fn in_use(&self) -> Answer<Vec<KeyUse>> {
        let mut uses: BTreeMap<String, u64> = BTreeMap::new();
        for record in self.all() {
            *uses.entry(record.sealed.key_id).or_default() += 1;
        }
        let uses = uses.into_iter().map(|(key_id, sessions)| KeyUse {
            key_id,
            sessions,
            passing: 0,
            secrets: 0,
            peers: 0,
            exports: 0,
        });
        Ok(uses.collect())
    }

    async fn note_check(&self, _id: &str, _check: &str) -> Answer<()> {
        Ok(())
    }

    async fn wrapped_by(&self, _id: &str, _limit: u32) -> Answer<Vec<WrappedKey>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl InstanceSecrets for Memory {
    async fn find(&self, name: &str) -> Answer<Option<Sealed>> {
        Ok(self.secrets.lock().unwrap().get(name).cloned())
    }

    async fn put(&self, name: &str, sealed: &Sealed) -> Answer<Sealed> {
        let mut secrets = self.secrets.lock().unwrap();
        let there = secrets.entry(name.to_owned());
        Ok(there.or_insert_with(|| sealed.clone()).clone())
    }
}

/// Nothing is ever wrapped anew.
#[async_trait]
impl Rewrapping for Memory {
    async fn wrapped_by_others(
        &self,
        _key_id: &str,
        _place: WrappedPlace,
        _after: Option<Uuid>,
        _limit: u32,
    ) -> Answer<Vec<WrappedKey>> {
        Ok(Vec::new())
    }

    async fn rewrap(&self, _batch: &[Rewrapped], _audit: AuditEntry) -> Answer<u64> {
        Ok(0)
    }
}

#[async_trait]
impl AuditLog for Memory {
    async fn append(&self, entry: AuditEntry) -> Answer<()> {
        self.audit.lock().unwrap().push(entry);
        Ok(())
    }

    async fn about(&self, owner: &Owner, limit: u32) -> Answer<Vec<AuditEntry>> {
        let audit = self.audit.lock().unwrap();
        let about = audit.iter().rev().filter(|entry| entry.owner == *owner);
        Ok(about.take(limit as usize).cloned().collect())
    }

    async fn page(
        &self,
        owner: &Owner,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Answer<Vec<AuditEntry>> {
        let mut about = self.about(owner, u32::MAX).await?;
        about.retain(|entry| before.is_none_or(|before| entry.at < before));
        about.truncate(limit as usize);
        Ok(about)
    }
}

#[async_trait]
impl AuditTrail for Memory {
    async fn tenants(&self) -> Answer<Vec<TenantId>> {
        let checkpoints = self.checkpoints.lock().unwrap();
        let mut tenants: Vec<_> = checkpoints.iter().map(|it| it.tenant.clone()).collect();
        tenants.dedup();
        Ok(tenants)
    }

    async fn strands(&self, _tenant: &TenantId) -> Answer<Vec<Strand>> {
        Ok(Vec::new())
    }

    async fn entries(
        &self,
        _tenant: &TenantId,
        _strand: StrandNo,
        _after: i64,
        _limit: u32,
    ) -> Answer<Vec<ChainedEntry>> {
        Ok(Vec::new())
    }

    async fn checkpoints(
        &self,
        tenant: &TenantId,
        after: i64,
        limit: u32,
    ) -> Answer<Vec<Checkpoint>> {
        let checkpoints = self.checkpoints.lock().unwrap();
        let mut wanted = checkpoints.clone();
        wanted.retain(|it| it.tenant == *tenant && it.number > after);
        wanted.truncate(limit as usize);
        Ok(wanted)
    }

    async fn last_checkpoint(&self, tenant: &TenantId) -> Answer<Option<Checkpoint>> {
        let checkpoints = self.checkpoints.lock().unwrap();
        let mut of_it = checkpoints.iter().filter(|it| it.tenant == *tenant);
        Ok(of_it.next_back().cloned())
    }

    async fn add_checkpoint(&self, checkpoint: &Checkpoint) -> Answer<bool> {
        self.checkpoints.lock().unwrap().push(checkpoint.clone());
        Ok(true)
    }

    async fn prune(&self, _through: &Checkpoint, _audit: AuditEntry) -> Answer<u64> {
        Ok(0)
    }
}
