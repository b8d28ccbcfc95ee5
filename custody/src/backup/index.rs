//! The index of a backup: which record stands in which pack. It is sealed and
//! named like a pack, because it names people's sessions.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sesame_domain::audit::{Checkpoint, Link, StrandHead, StrandNo};
use sesame_domain::ids::{AccountId, SessionId, TenantId};
use sesame_domain::ports::Tombstone;
use sesame_domain::time::Timestamp;

use super::digest::Digest;
use super::record::Moments;
use super::{BackupError, Flaw};

const FORMAT: u32 = 1;

#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// What a backup consists of.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    format: u32,
    /// How many records are sealed under which key.
    pub(super) sealed_under: BTreeMap<String, u64>,
    /// Sessions that were erased.
    tombstones: Vec<(SessionId, Timestamp)>,
    checkpoints: Vec<CheckpointText>,
    /// The records, by account.
    pub(super) records: Vec<Entry>,
}

/// Where a record is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub(super) struct Entry {
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    /// Of its line.
    pub(super) hash: Digest,
    /// The number of its pack in the manifest.
    pub(super) pack: usize,
    pub(super) moments: Moments,
}

/// An entry without the names of its fields: there are many.
type Row = (AccountId, SessionId, Digest, usize, Timestamp, Timestamp);

impl From<Row> for Entry {
    fn from((account, session, hash, pack, checked_at, used_at): Row) -> Self {
        let moments = Moments {
            checked_at,
            used_at,
        };
        Self {
            account,
            session,
            hash,
            pack,
            moments,
        }
    }
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        let Moments {
            checked_at,
            used_at,
        } = entry.moments;
        let Entry {
            account,
            session,
            hash,
            pack,
            ..
        } = entry;
        (account, session, hash, pack, checked_at, used_at)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointText {
    tenant: TenantId,
    number: i64,
    at: Timestamp,
    /// Strand, number of its last entry, and that one's link in base64.
    heads: Vec<(u16, i64, String)>,
    previous: String,
    mac: String,
}

impl Index {
    /// The index of these.
    pub(super) fn new(
        sealed_under: BTreeMap<String, u64>,
        tombstones: &[Tombstone],
        checkpoints: &[Checkpoint],
        records: Vec<Entry>,
    ) -> Self {
        Self {
            format: FORMAT,
            sealed_under,
            tombstones: tombstones.iter().map(|it| (it.session, it.at)).collect(),
            checkpoints: checkpoints.iter().map(CheckpointText::from).collect(),
            records,
        }
    }

    /// As bytes.
    pub(super) fn write(&self) -> Result<Vec<u8>, BackupError> {
        serde_json::to_vec(self).map_err(BackupError::encode)
    }

    /// From bytes.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Flaw> {
        let head: Head = serde_json::from_slice(bytes).map_err(|_| Flaw::Malformed)?;
        if head.format != FORMAT {
            return Err(Flaw::UnknownFormat(head.format));
        }
        serde_json::from_slice(bytes).map_err(|_| Flaw::Malformed)
    }

    /// Sessions that were erased.
    pub(super) fn tombstones(&self) -> impl Iterator<Item = Tombstone> + '_ {
        let all = self.tombstones.iter();
        all.map(|&(session, at)| Tombstone { session, at })
    }

    /// The newest checkpoint of each tenant.
    pub(super) fn checkpoints(&self) -> Result<Vec<Checkpoint>, Flaw> {
        let all = self.checkpoints.iter();
        all.map(CheckpointText::checkpoint).collect()
    }
}

impl From<&Checkpoint> for CheckpointText {
    fn from(it: &Checkpoint) -> Self {
        let heads = it.heads.iter();
        let heads = heads.map(|head| (head.strand.0, head.seq, STANDARD.encode(head.link.0)));
        Self {
            tenant: it.tenant.clone(),
            number: it.number,
            at: it.at,
            heads: heads.collect(),
            previous: STANDARD.encode(it.previous),
            mac: STANDARD.encode(it.mac),
        }
    }
}

impl CheckpointText {
    fn checkpoint(&self) -> Result<Checkpoint, Flaw> {
        let heads = self.heads.iter().map(|(strand, seq, link)| {
            Ok(StrandHead {
                strand: StrandNo(*strand),
                seq: *seq,
                link: Link(code(link)?),
            })
        });
        Ok(Checkpoint {
            tenant: self.tenant.clone(),
            number: self.number,
            at: self.at,
            heads: heads.collect::<Result<_, Flaw>>()?,
            previous: code(&self.previous)?,
            mac: code(&self.mac)?,
        })
    }
}

fn code(text: &str) -> Result<[u8; 32], Flaw> {
    let bytes = STANDARD.decode(text).map_err(|_| Flaw::Malformed)?;
    bytes.try_into().map_err(|_| Flaw::Malformed)
}
