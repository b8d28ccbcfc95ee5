//! Packs: sealed files that are named after what is in them.

use std::collections::HashMap;

use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::ids::{AccountId, SessionId};
use sesame_domain::ports::{LinkedRecord, TokenKeys, Vault, VaultError};
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use zeroize::Zeroizing;

use super::digest::Digest;
use super::index::{Entry, Index};
use super::manifest::Manifest;
use super::record::Moments;
use super::target::BackupTarget;
use super::{BackupError, Damage, Flaw, record};

/// Reads and writes packs for one run.
pub(super) struct Packs<'a> {
    pub(super) target: &'a BackupTarget,
    pub(super) vault: &'a dyn Vault,
    pub(super) keys: &'a dyn TokenKeys,
    pub(super) access: Access,
}

/// Whose session each record of a pack is.
pub(super) type Contents = HashMap<Digest, (AccountId, SessionId)>;

/// What is wrong with a pack, or what else went wrong.
pub(super) enum PackError {
    Damage(Damage),
    Other(BackupError),
}

impl PackError {
    fn flaw(name: Digest, flaw: Flaw) -> Self {
        let file = name.pack_path();
        Self::Damage(Damage { file, flaw })
    }
}

impl From<BackupError> for PackError {
    fn from(error: BackupError) -> Self {
        Self::Other(error)
    }
}

impl From<PackError> for BackupError {
    fn from(error: PackError) -> Self {
        match error {
            PackError::Damage(damage) => match damage.flaw {
                Flaw::KeyMissing(key) | Flaw::KeyRetired(key) => Self::KeysMissing(vec![key]),
                _ => Self::Damaged(vec![damage]),
            },
            PackError::Other(error) => error,
        }
    }
}

impl<'a> Packs<'a> {
    /// For a run of this actor.
    pub(super) fn new(
        target: &'a BackupTarget,
        vault: &'a dyn Vault,
        keys: &'a dyn TokenKeys,
        actor: &Actor,
        reason: AccessPurpose,
    ) -> Self {
        let actor = actor.clone();
        let access = Access { actor, reason };
        Self {
            target,
            vault,
            keys,
            access,
        }
    }

    /// Seals a pack and puts it there; returns how large it is now.
    pub(super) async fn write(&self, name: Digest, plaintext: &[u8]) -> Result<u64, BackupError> {
        let sealed = self
            .vault
            .seal(&binding(name), plaintext, &self.access)
            .await?;
        let bytes = sealed.pack().map_err(BackupError::encode)?;
        let len = bytes.len() as u64;
        self.target.put(&name.pack_path(), bytes).await?;
        Ok(len)
    }

    /// Reads a pack and makes sure that it is what its name says.
    pub(super) async fn read(&self, name: Digest) -> Result<Zeroizing<Vec<u8>>, PackError> {
        let flaw = |flaw| PackError::flaw(name, flaw);
        let bytes = self.target.get(&name.pack_path()).await?;
        let bytes = bytes.ok_or_else(|| flaw(Flaw::Missing))?;
        let sealed = Sealed::unpack(&bytes).map_err(|_| flaw(Flaw::Altered))?;
        let opened = self.vault.open(&binding(name), &sealed, &self.access).await;
        let plaintext = opened.map_err(|error| match error {
            VaultError::Tampered | VaultError::Format => flaw(Flaw::Altered),
            VaultError::UnknownKey(key) => flaw(Flaw::KeyMissing(key)),
            VaultError::RetiredKey(key) => flaw(Flaw::KeyRetired(key)),
            other => PackError::Other(other.into()),
        })?;
        if Digest::of_pack(self.keys, &plaintext).is(name) {
            Ok(plaintext)
        } else {
            Err(flaw(Flaw::Altered))
        }
    }

    /// Reads the index of a backup.
    pub(super) async fn index(&self, manifest: &Manifest) -> Result<Index, PackError> {
        let name = manifest.index.name;
        let plaintext = self.read(name).await?;
        let index = Index::read(&plaintext).map_err(|flaw| PackError::flaw(name, flaw))?;
        let packs = manifest.packs.len();
        if index.records.iter().any(|entry| entry.pack >= packs) {
            return Err(PackError::flaw(name, Flaw::Malformed));
        }
        Ok(index)
    }

    /// Reads a pack and everything in it.
    pub(super) async fn contents(&self, name: Digest) -> Result<Contents, PackError> {
        let plaintext = self.read(name).await?;
        let lines = plaintext.split(|&byte| byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        let contents = lines.map(|line| {
            // What does not stand in the line is of no matter here.
            let record = record::read(line, Moments::default())?;
            let account = &record.account;
            let hash = Digest::of_record(self.keys, line);
            Ok((hash, (account.id, account.session)))
        });
        let contents: Result<_, Flaw> = contents.collect();
        contents.map_err(|flaw| PackError::flaw(name, flaw))
    }

    /// The records that a backup takes from one of its packs: all of them, or
    /// none if there is anything wrong with it.
    pub(super) async fn records(
        &self,
        name: Digest,
        wanted: &[&Entry],
    ) -> Result<Vec<LinkedRecord>, PackError> {
        let plaintext = self.read(name).await?;
        let lines: HashMap<Digest, &[u8]> = plaintext
            .split(|&byte| byte == b'\n')
            .map(|line| (Digest::of_record(self.keys, line), line))
            .collect();
        let records = wanted.iter().map(|entry| {
            let line = lines.get(&entry.hash).ok_or(Flaw::Malformed)?;
            let record = record::read(line, entry.moments)?;
            let account = &record.account;
            if (account.id, account.session) == (entry.account, entry.session) {
                Ok(record)
            } else {
                Err(Flaw::Malformed)
            }
        });
        let records: Result<_, Flaw> = records.collect();
        records.map_err(|flaw| PackError::flaw(name, flaw))
    }
}

fn binding(name: Digest) -> Binding {
    Binding::instance(Purpose::Backup, name.subject())
}
