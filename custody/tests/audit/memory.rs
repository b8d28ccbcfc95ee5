//! An audit trail in memory, and someone who may write to it as they like.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use hmac::{Hmac, KeyInit, Mac};
use sesame_domain::audit::{
    Action, Actor, AuditEntry, ChainedEntry, Checkpoint, Link, Strand, StrandHead, StrandNo, link,
};
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::ports::{AuditTrail, StoreError, TokenKeys};
use sesame_domain::time::{ManualClock, Timestamp};
use sha2::Sha256;
use uuid::Uuid;

use sesame_custody::audit::{BadRow, Fault, Place, Report, checkpoint, verify};

/// How many strands the tests write to.
pub(crate) const STRANDS: u16 = 2;

pub(crate) struct Keys;

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

/// The rows, as anyone may change them.
#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) strands: Vec<Strand>,
    pub(crate) entries: Vec<ChainedEntry>,
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// Entries that are none any more.
    pub(crate) unreadable: Vec<(StrandNo, i64)>,
}

pub(crate) struct Trail {
    tables: Mutex<Tables>,
    pub(crate) clock: ManualClock,
}

pub(crate) fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(crate) fn tenant() -> TenantId {
    "main".parse().unwrap()
}

pub(crate) fn entry(subject: u128) -> AuditEntry {
    let owner = Owner {
        tenant: tenant(),
        person: PersonId(7),
    };
    let (action, actor) = (Action::SessionOpened, Actor::system("test"));
    AuditEntry::new(
        noon(),
        owner,
        Uuid::from_u128(subject),
        actor,
        action,
        "because",
    )
    .from("a test")
}

pub(crate) fn at(strand: u16, seq: i64, fault: Fault) -> BadRow {
    let strand = StrandNo(strand);
    BadRow {
        tenant: tenant(),
        place: Place::Entry { strand, seq },
        fault,
    }
}

impl Trail {
    /// So many entries on each strand.
    pub(crate) fn of(entries: i64) -> Self {
        let nothing = |strand| StrandHead {
            strand: StrandNo(strand),
            seq: 0,
            link: Link::FIRST,
        };
        let strands = (0..STRANDS).map(|strand| Strand {
            head: nothing(strand),
            base: nothing(strand),
        });
        let tables = Tables {
            strands: strands.collect(),
            ..Tables::default()
        };
        let trail = Self {
            tables: Mutex::new(tables),
            clock: ManualClock::new(noon()),
        };
        trail.write(entries);
        trail
    }

    /// Sesame writes so many entries on each strand.
    pub(crate) fn write(&self, entries: i64) {
        for strand in 0..STRANDS {
            for _ in 0..entries {
                let subject = self.tables().entries.len();
                self.append(strand, entry(subject as u128));
            }
        }
    }

    /// Sesame writes an entry.
    pub(crate) fn append(&self, strand: u16, entry: AuditEntry) {
        let mut tables = self.tables();
        let head = &mut tables.strands[usize::from(strand)].head;
        head.seq += 1;
        head.link = link(&Keys, head.link, head.strand, head.seq, &entry);
        let (strand, seq, link) = (head.strand, head.seq, head.link);
        tables.entries.push(ChainedEntry {
            strand,
            seq,
            entry,
            link,
        });
    }

    /// An hour passes, and Sesame makes a checkpoint.
    pub(crate) async fn checkpoint(&self) -> Checkpoint {
        self.clock.advance(TimeDelta::hours(1));
        let made = checkpoint(self, &Keys, &self.clock, &tenant()).await;
        made.unwrap().unwrap()
    }

    pub(crate) async fn verify(&self) -> Report {
        verify(self, &Keys, &tenant(), &[]).await.unwrap()
    }

    /// The first bad row.
    pub(crate) async fn first(&self) -> Option<BadRow> {
        self.verify().await.first().cloned()
    }

    pub(crate) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap()
    }
}

impl Tables {
    pub(crate) fn entry(&mut self, strand: u16, seq: i64) -> &mut ChainedEntry {
        let is_it = |e: &&mut ChainedEntry| e.strand == StrandNo(strand) && e.seq == seq;
        self.entries.iter_mut().find(is_it).unwrap()
    }

    pub(crate) fn remove(&mut self, strand: u16, seq: i64) {
        self.entries
            .retain(|e| e.strand != StrandNo(strand) || e.seq != seq);
    }

    /// Renumbers the rows from there on.
    pub(crate) fn shift(&mut self, strand: u16, from: i64, by: i64) {
        for entry in &mut self.entries {
            if entry.strand == StrandNo(strand) && entry.seq >= from {
                entry.seq += by;
            }
        }
    }

    /// Cuts off the end of a strand after that row, and the note of where it ended.
    pub(crate) fn cut_off(&mut self, strand: u16, after: i64) {
        self.entries
            .retain(|e| e.strand != StrandNo(strand) || e.seq <= after);
        let link = self.entry(strand, after).link;
        let head = &mut self.strands[usize::from(strand)].head;
        (head.seq, head.link) = (after, link);
    }
}

#[async_trait]
impl AuditTrail for Trail {
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        Ok(vec![tenant()])
    }

    async fn strands(&self, _: &TenantId) -> Result<Vec<Strand>, StoreError> {
        Ok(self.tables().strands.clone())
    }

    async fn entries(
        &self,
        _: &TenantId,
        strand: StrandNo,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ChainedEntry>, StoreError> {
        let tables = self.tables();
        let entries = tables.entries.iter();
        let mut found: Vec<_> = entries
            .filter(|e| e.strand == strand && e.seq > after)
            .cloned()
            .collect();
        found.sort_by_key(|e| e.seq);
        found.truncate(limit as usize);
        let unreadable = &tables.unreadable;
        if found.iter().any(|e| unreadable.contains(&(strand, e.seq))) {
            return Err(StoreError::inconsistent("made up"));
        }
        Ok(found)
    }

    async fn checkpoints(
        &self,
        _: &TenantId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Checkpoint>, StoreError> {
        let tables = self.tables();
        let found = tables.checkpoints.iter().filter(|c| c.number > after);
        Ok(found.take(limit as usize).cloned().collect())
    }

    async fn last_checkpoint(&self, _: &TenantId) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.tables().checkpoints.last().cloned())
    }

    async fn add_checkpoint(&self, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
        self.tables().checkpoints.push(checkpoint.clone());
        Ok(true)
    }

    async fn prune(&self, through: &Checkpoint, audit: AuditEntry) -> Result<u64, StoreError> {
        let before = self.tables().entries.len();
        for head in &through.heads {
            let mut tables = self.tables();
            tables.strands[usize::from(head.strand.0)].base = *head;
            tables
                .entries
                .retain(|e| e.strand != head.strand || e.seq > head.seq);
        }
        let removed = before - self.tables().entries.len();
        self.append(0, audit);
        Ok(removed as u64)
    }
}
