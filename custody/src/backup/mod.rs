//! Backups: sealed sessions, put where a fire in the database does not reach.
//!
//! Records stand in packs, sealed once more, so that whoever steals a backup
//! sees how much there is and learns nothing else. A pack is named by a keyed
//! hash of its content: what did not change since the last backup is not put
//! there again, and an interrupted upload goes on where it stopped. An index,
//! sealed like a pack, says which record is where. A manifest, authenticated
//! and written last, makes all of it a backup; without one there is none.
//!
//! Invariants:
//! - nothing is restored from a pack before the whole pack was read and found
//!   to be what its name says;
//! - a session that was erased does not come back, not even out of an older
//!   backup: the newest one knows what was erased;
//! - the newest backup that is whole is never removed, and no pack that any
//!   manifest names.
//!
//! Deliberately absent: keys. A backup without the key file (or KMS) is
//! worthless to a thief, and to its owner.

mod backups;
mod catalogue;
mod digest;
mod draft;
mod error;
mod index;
mod listing;
mod make;
mod manifest;
mod pack;
mod place;
mod prune;
mod record;
mod rehearse;
mod restore;
mod target;
#[cfg(test)]
mod tests;
mod upload;
mod walk;

pub use backups::{BackupPorts, BackupSettings, Backups};
pub use catalogue::{Which, read_manifest};
pub use error::{BackupError, Damage, Flaw};
pub use listing::{BackupDetails, BackupState, ListedBackup, NewestBackup, Verified};
pub use make::MadeBackup;
pub use manifest::{BackupId, Manifest, ManifestKey, UnverifiedManifest};
pub use place::S3Settings;
pub use prune::{BackupRetention, Pruned};
pub use rehearse::{Rehearsal, Scratch};
pub use restore::{Restore, RestorePlan, RestorePorts, RestoreReport};
pub use target::BackupTarget;
pub use walk::{Sample, Tally};

/// How far something has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many records are done.
    pub done: u64,
    /// How many there are; `None`: that is not known before the end.
    pub total: Option<u64>,
}

/// Is told how far something has come.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// The folder of the packs.
const PACKS: &str = "packs";
/// The folder of the manifests.
const MANIFESTS: &str = "manifests";
/// How many records a pack has at most.
const PACK_RECORDS: usize = 1_000;
/// How large a pack is at most, before it is sealed.
const PACK_BYTES: usize = 4 << 20;
/// How many packs may be less than half full before they are put together.
const SMALL_PACKS: usize = 16;
/// How many records are read or restored at a time.
const BATCH: u32 = 200;
