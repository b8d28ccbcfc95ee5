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
//!   backup: the newest one knows what was erased, and if it cannot be read,
//!   nothing is restored unless a person says so;
//! - a restore adds what is missing and replaces nothing;
//! - the newest backup that is whole is never removed, and no pack that any
//!   manifest names;
//! - what is asked about the newest backup is answered about the newest, and no
//!   older one stands in for it unless a person says so.
//!
//! Into an empty database, which has no keys yet, a restore goes in this order:
//! 1. [`read_manifest`] of the newest backup ([`backup_ids`]), whichever is to be
//!    restored: it names every version of the wrapping key. Nothing vouches for
//!    it yet, so show a person which keys it names.
//! 2. [`UnverifiedManifest::set_up`] registers these versions and stores the
//!    secrets of the instance, sealed as they are.
//! 3. The vault and the [`TokenKeys`](sesame_domain::ports::TokenKeys) are
//!    opened over that database, with the key file or whatever else holds the
//!    wrapping keys.
//! 4. [`Restore::plan`] and [`Restore::run`] read only what these keys
//!    authenticate. Should it be [forged](BackupError::Forged), throw the new
//!    database away.
//!
//! Deliberately absent: keys. A backup without the key file (or KMS) is
//! worthless to a thief, and to its owner. A key that the next one replaced
//! opens that one's hand-over, as it does in the database, so that a copy of
//! the key file may be one rotation old; whoever rotates because a key leaked
//! should retire it and remove the backups made before that.

mod backups;
mod catalogue;
#[cfg(feature = "kms")]
mod credentials;
mod damage;
mod digest;
mod draft;
mod error;
mod id;
mod index;
mod inspection;
mod listing;
mod make;
mod manifest;
mod manifest_name;
mod pack;
mod place;
mod private_folder;
mod prune;
mod record;
mod rehearse;
mod report;
mod restore;
mod target;
#[cfg(test)]
mod tests;
mod upload;
mod vanished;
mod walk;

pub use backups::{BackupPorts, BackupSettings, Backups};
pub use catalogue::{Which, backup_ids, read_manifest};
pub use damage::{Damage, Flaw};
pub use error::BackupError;
pub use id::BackupId;
pub use inspection::BackupState;
pub use listing::{BackupDetails, HeldCheckpoints, ListedBackup, NewestBackup, Verified};
pub use make::MadeBackup;
pub use manifest::{Manifest, ManifestKey, UnverifiedManifest};
pub use place::S3Settings;
pub use prune::{BackupRetention, Pruned};
pub use rehearse::{Rehearsal, Scratch};
pub use report::{RestoreCounts, RestoreReport, Sample};
pub use restore::{Restore, RestorePorts};
pub use target::BackupTarget;

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
