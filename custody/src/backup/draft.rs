//! A backup that is being made: what goes into new packs, and what is in old
//! ones already.

use std::collections::{BTreeMap, HashMap};

use sesame_domain::ids::{AccountId, Owner, SessionId};
use sesame_domain::ports::{LinkedRecord, TokenKeys};
use sesame_domain::time::Timestamp;

use super::digest::Digest;
use super::index::{Entry, Index};
use super::manifest::{Manifest, PackRef};
use super::record::{self, Moments};
use super::target::Stored;
use super::{BackupError, PACK_BYTES, PACK_RECORDS, SMALL_PACKS};

/// The packs of the backup before that are used again.
#[derive(Default)]
pub(super) struct Reuse {
    records: HashMap<(AccountId, SessionId), (Digest, Digest)>,
    packs: HashMap<Digest, PackRef>,
}

impl Reuse {
    /// Those that are there as they were, that are mostly in use, and not
    /// small ones among too many.
    ///
    /// A pack is never sealed under an older key than its records, so one
    /// whose key was retired since has no record that is still unchanged.
    pub(super) fn of(manifest: &Manifest, index: &Index, there: &HashMap<Digest, Stored>) -> Self {
        let mut alive = vec![0_usize; manifest.packs.len()];
        for entry in &index.records {
            if let Some(count) = alive.get_mut(entry.pack) {
                *count += 1;
            }
        }
        let whole = |pack: &PackRef| {
            let there = there.get(&pack.name);
            there.is_some_and(|stored| stored.bytes == pack.bytes)
        };
        let packs = manifest.packs.iter().zip(alive);
        let used = packs.filter(|(pack, alive)| whole(pack) && alive * 2 >= pack.records);
        let (small, mut packs): (Vec<&PackRef>, Vec<&PackRef>) =
            used.map(|(pack, _)| pack).partition(|pack| is_small(pack));
        if small.len() <= SMALL_PACKS {
            packs.extend(small);
        }
        let packs: HashMap<_, _> = packs.into_iter().map(|it| (it.name, it.clone())).collect();
        let records = index.records.iter().filter_map(|entry| {
            let pack = manifest.packs.get(entry.pack)?.name;
            let key = (entry.account, entry.session);
            packs
                .contains_key(&pack)
                .then_some((key, (entry.hash, pack)))
        });
        Self {
            records: records.collect(),
            packs,
        }
    }
}

fn is_small(pack: &PackRef) -> bool {
    pack.records < PACK_RECORDS / 2 && pack.bytes < (PACK_BYTES / 2) as u64
}

/// A pack that is full.
pub(super) struct FullPack {
    pub(super) name: Digest,
    pub(super) plaintext: Vec<u8>,
    records: usize,
}

struct Drafted {
    entry: Entry,
    owner: Owner,
    linked_at: Timestamp,
    key_id: String,
}

/// A backup that is being made.
pub(super) struct Draft<'a> {
    keys: &'a dyn TokenKeys,
    reuse: Reuse,
    drafted: Vec<Drafted>,
    /// The pack of each record, by the number in `drafted`; those of the open
    /// pack have none yet.
    packs: Vec<PackRef>,
    numbers: HashMap<Digest, usize>,
    open: Vec<u8>,
    /// Which of `drafted` are in the open pack.
    open_records: Vec<usize>,
    pub(super) unchanged: u64,
}

/// What became of a draft.
pub(super) struct Drawn {
    pub(super) packs: Vec<PackRef>,
    pub(super) records: Vec<Entry>,
    pub(super) sealed_under: BTreeMap<String, u64>,
}

impl<'a> Draft<'a> {
    /// An empty draft.
    pub(super) fn new(keys: &'a dyn TokenKeys, reuse: Reuse) -> Self {
        Self {
            keys,
            reuse,
            drafted: Vec::new(),
            packs: Vec::new(),
            numbers: HashMap::new(),
            open: Vec::new(),
            open_records: Vec::new(),
            unchanged: 0,
        }
    }

    /// Adds a record; returns a pack that must be stored before going on.
    pub(super) fn add(&mut self, record: &LinkedRecord) -> Result<Option<FullPack>, BackupError> {
        let line = record::write(record)?;
        let hash = Digest::of_record(self.keys, &line);
        let account = &record.account;
        let known = self.reuse.records.get(&(account.id, account.session));
        let old = known.filter(|known| known.0 == hash).map(|known| known.1);
        let old = old.and_then(|name| self.reuse.packs.get(&name).cloned());
        let mut full = None;
        let pack = if let Some(pack) = old {
            self.unchanged += 1;
            self.number(pack)
        } else {
            let too_many = self.open_records.len() >= PACK_RECORDS;
            if too_many || self.open.len() + line.len() >= PACK_BYTES {
                full = self.close();
            }
            self.open.extend_from_slice(&line);
            self.open.push(b'\n');
            self.open_records.push(self.drafted.len());
            usize::MAX
        };
        self.drafted.push(Drafted {
            entry: Entry {
                account: account.id,
                session: account.session,
                hash,
                pack,
                moments: Moments {
                    checked_at: account.checked_at,
                    used_at: account.used_at,
                },
            },
            owner: account.owner.clone(),
            linked_at: account.linked_at,
            key_id: record.sealed.key_id.clone(),
        });
        Ok(full)
    }

    /// The pack that is open, if anything is in it. It must be given to
    /// [`Self::stored`] next.
    pub(super) fn close(&mut self) -> Option<FullPack> {
        if self.open_records.is_empty() {
            return None;
        }
        let plaintext = std::mem::take(&mut self.open);
        let name = Digest::of_pack(self.keys, &plaintext);
        let records = std::mem::take(&mut self.open_records);
        let pack = PackRef {
            name,
            records: records.len(),
            bytes: 0,
        };
        let number = self.number(pack);
        for &record in &records {
            if let Some(drafted) = self.drafted.get_mut(record) {
                drafted.entry.pack = number;
            }
        }
        Some(FullPack {
            name,
            plaintext,
            records: records.len(),
        })
    }

    /// How large a pack is now that it is stored.
    pub(super) fn stored(&mut self, pack: &FullPack, bytes: u64) {
        let number = self.number(PackRef {
            name: pack.name,
            records: pack.records,
            bytes,
        });
        if let Some(known) = self.packs.get_mut(number) {
            known.bytes = bytes;
        }
    }

    /// The number of a pack among those of this backup.
    fn number(&mut self, pack: PackRef) -> usize {
        *self.numbers.entry(pack.name).or_insert_with(|| {
            self.packs.push(pack);
            self.packs.len() - 1
        })
    }

    /// How many records there are so far.
    pub(super) fn len(&self) -> usize {
        self.drafted.len()
    }

    /// The end of it. An owner who unlinked and linked again while the
    /// accounts were being read is there twice: the later one counts.
    pub(super) fn finish(self) -> Drawn {
        let mut newest: HashMap<Owner, Timestamp> = HashMap::new();
        for it in &self.drafted {
            let known = newest.entry(it.owner.clone()).or_insert(it.linked_at);
            *known = it.linked_at.max(*known);
        }
        let mut sealed_under = BTreeMap::new();
        let mut records = Vec::with_capacity(self.drafted.len());
        for it in self.drafted {
            if newest.get(&it.owner) == Some(&it.linked_at) {
                newest.remove(&it.owner);
                *sealed_under.entry(it.key_id).or_default() += 1;
                records.push(it.entry);
            }
        }
        Drawn {
            packs: self.packs,
            records,
            sealed_under,
        }
    }
}
