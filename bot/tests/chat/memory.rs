//! Storage in memory.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{NoticeId, Owner, TenantId};
use sesame_domain::notice::Notice;
use sesame_domain::ports::{AuditLog, Outbox, People, PersonRecord, StoreError};
use sesame_domain::time::Timestamp;

/// People in memory.
#[derive(Default)]
pub(crate) struct Register {
    known: Mutex<HashMap<Owner, PersonRecord>>,
    pub(crate) broken: Mutex<bool>,
    panics_of: Mutex<Vec<Owner>>,
    /// In which message whose account is shown.
    shown: Mutex<HashMap<Owner, i32>>,
}

impl Register {
    /// In which message this person's account is shown.
    pub(crate) fn shown(&self, owner: &Owner) -> Option<i32> {
        self.shown.lock().unwrap().get(owner).copied()
    }

    pub(crate) fn get(&self, owner: &Owner) -> Option<PersonRecord> {
        self.known.lock().unwrap().get(owner).cloned()
    }

    /// Whoever asks for this person panics.
    pub(crate) fn panics_of(&self, owner: &Owner) {
        self.panics_of.lock().unwrap().push(owner.clone());
    }

    pub(crate) fn is_blocked(&self, owner: &Owner) -> bool {
        self.get(owner).is_some_and(|it| it.blocked_at.is_some())
    }

    fn change(&self, owner: &Owner, now: Timestamp, change: impl FnOnce(&mut PersonRecord)) {
        let mut people = self.known.lock().unwrap();
        let new = PersonRecord {
            owner: owner.clone(),
            language: None,
            blocked_at: None,
            first_seen_at: now,
            last_seen_at: now,
        };
        change(people.entry(owner.clone()).or_insert(new));
    }
}

#[async_trait]
impl People for Register {
    async fn seen(
        &self,
        owner: &Owner,
        language: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if *self.broken.lock().unwrap() {
            return Err(StoreError::unavailable(std::io::Error::other("out")));
        }
        self.change(owner, now, |person| {
            person.language = language.map(str::to_owned);
            person.blocked_at = None;
            person.last_seen_at = now;
        });
        Ok(())
    }

    async fn blocked(&self, owner: &Owner, now: Timestamp) -> Result<(), StoreError> {
        self.change(owner, now, |person| person.blocked_at = Some(now));
        Ok(())
    }

    async fn find(&self, owner: &Owner) -> Result<Option<PersonRecord>, StoreError> {
        let panics = self.panics_of.lock().unwrap().contains(owner);
        assert!(!panics, "as ordered");
        Ok(self.get(owner))
    }

    async fn shown_in(&self, owner: &Owner, message: i32) -> Result<(), StoreError> {
        self.shown.lock().unwrap().insert(owner.clone(), message);
        Ok(())
    }

    async fn take_shown(&self, owner: &Owner) -> Result<Option<i32>, StoreError> {
        Ok(self.shown.lock().unwrap().remove(owner))
    }
}

/// Notices in memory, with the moments at which they are due.
#[derive(Default)]
pub(crate) struct Tray {
    waiting: Mutex<Vec<(Notice, Timestamp)>>,
    looks: AtomicU32,
    /// Whether nothing can be noted at the moment.
    pub(crate) is_read_only: AtomicBool,
}

impl Tray {
    pub(crate) fn put(&self, notice: Notice) {
        let due = notice.created_at;
        self.waiting.lock().unwrap().push((notice, due));
    }

    pub(crate) fn waiting(&self) -> Vec<(Notice, Timestamp)> {
        self.waiting.lock().unwrap().clone()
    }

    /// How often someone looked for notices.
    pub(crate) fn looks(&self) -> u32 {
        self.looks.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Outbox for Tray {
    async fn take(
        &self,
        tenant: &TenantId,
        now: Timestamp,
        hold_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Notice>, StoreError> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        let mut waiting = self.waiting.lock().unwrap();
        let due = waiting
            .iter_mut()
            .filter(|(notice, due)| notice.owner.tenant == *tenant && *due <= now);
        Ok(due
            .take(limit as usize)
            .map(|(notice, due)| {
                *due = hold_until;
                notice.clone()
            })
            .collect())
    }

    async fn done(&self, id: NoticeId) -> Result<(), StoreError> {
        if self.is_read_only.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("it does not answer".into()));
        }
        self.waiting.lock().unwrap().retain(|(it, _)| it.id != id);
        Ok(())
    }

    async fn later(&self, id: NoticeId, at: Timestamp) -> Result<(), StoreError> {
        let mut waiting = self.waiting.lock().unwrap();
        let (notice, due) = waiting.iter_mut().find(|(it, _)| it.id == id).unwrap();
        notice.attempts += 1;
        *due = at;
        Ok(())
    }
}

/// An audit that is only written.
#[derive(Default)]
pub(crate) struct Notes(pub(crate) Mutex<Vec<AuditEntry>>);

impl Notes {
    /// What was noted: action, reason, outcome.
    pub(crate) fn lines(&self) -> Vec<String> {
        let entries = self.0.lock().unwrap();
        let line = |it: &AuditEntry| {
            let (action, outcome) = (it.action.as_str(), it.outcome.as_str());
            format!("{action}: {}: {outcome}", it.reason)
        };
        entries.iter().map(line).collect()
    }
}

#[async_trait]
impl AuditLog for Notes {
    async fn append(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.0.lock().unwrap().push(entry);
        Ok(())
    }

    async fn about(&self, _: &Owner, _: u32) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(self.0.lock().unwrap().clone())
    }

    async fn page(
        &self,
        owner: &Owner,
        _: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        self.about(owner, limit).await
    }
}
