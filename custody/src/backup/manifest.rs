//! The manifest: what a backup consists of and what is needed to read it. It
//! is not sealed, because the keys are named in it, but it is authenticated.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sesame_domain::keys::{KeyState, KeyVersion, Provider};
use sesame_domain::ports::{InstanceSecrets, RestoreTarget, StoreError, TokenKeys};
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;

use super::digest::Digest;
use super::manifest_name::ManifestName;
use super::target::Stored;
use super::{BackupError, BackupId, Damage, Flaw};

const FORMAT: u32 = 1;

/// A version of the wrapping key, as a manifest names it. Never the key, but
/// for its hand-over: a key file that was copied before the last rotation then
/// is still enough to restore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestKey {
    /// Counts up from 1.
    pub number: i64,
    /// Its name, as sealed values carry it.
    pub id: String,
    /// Who holds it.
    pub provider: Provider,
    /// What the provider calls it.
    pub reference: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// How often something had been encrypted under it.
    pub encryptions: u64,
    /// The key, sealed under the version before it ([`KeyVersion::handover`]),
    /// in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handover: Option<String>,
}

/// A pack that a backup uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackRef {
    pub(super) name: Digest,
    /// How many records are in it, those among them that no one needs.
    pub(super) records: usize,
    /// How large it was, sealed.
    pub(super) bytes: u64,
}

impl PackRef {
    /// What is wrong with it, going by a listing of all packs.
    pub(super) fn damage(&self, there: &HashMap<Digest, Stored>) -> Option<Damage> {
        let flaw = match there.get(&self.name) {
            None => Flaw::Missing,
            Some(stored) if stored.bytes != self.bytes => Flaw::Altered,
            Some(_) => return None,
        };
        let file = self.name.pack_path();
        Some(Damage { file, flaw })
    }
}

/// A secret of the instance, sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretText {
    name: String,
    /// Packed ([`Sealed::pack`]), in base64.
    sealed: String,
}

impl SecretText {
    fn unpacked(&self) -> Option<Sealed> {
        Sealed::unpack(&STANDARD.decode(&self.sealed).ok()?).ok()
    }
}

/// What a backup consists of, and what is needed to read it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The backup.
    pub id: BackupId,
    /// Its place among the others ([`Self::begun_at`] says when it was begun):
    /// never before any that were there already, whatever the clock said.
    made_at: Timestamp,
    /// By which version of Sesame.
    pub sesame: String,
    /// How many records it has.
    pub records: u64,
    /// Every version of the wrapping key, oldest first.
    pub keys: Vec<ManifestKey>,
    /// The lowest number of a key that opened anything.
    pub minimum: i64,
    /// The backup before it.
    pub previous: Option<BackupId>,
    secrets: Vec<SecretText>,
    pub(super) index: PackRef,
    pub(super) packs: Vec<PackRef>,
}

/// What [`Manifest`] is made of, besides what it keeps to itself.
pub(super) struct ManifestParts {
    pub(super) id: BackupId,
    pub(super) made_at: Timestamp,
    pub(super) sesame: String,
    pub(super) records: u64,
    pub(super) keys: Vec<KeyVersion>,
    pub(super) minimum: i64,
    pub(super) previous: Option<BackupId>,
    pub(super) secrets: Vec<(String, Sealed)>,
    pub(super) index: PackRef,
    pub(super) packs: Vec<PackRef>,
}

/// The file: the manifest as text, byte for byte what the code is over.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    mac: Digest,
    manifest: String,
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Manifest {
    /// A manifest of these.
    pub(super) fn new(parts: ManifestParts) -> Result<Self, BackupError> {
        let keys = parts.keys.into_iter().map(|key| ManifestKey {
            number: key.number,
            id: key.id,
            provider: key.provider,
            reference: key.reference,
            created_at: key.created_at,
            encryptions: key.encryptions,
            handover: key.handover.map(|sealed| STANDARD.encode(sealed)),
        });
        let secrets = parts.secrets.into_iter().map(|(name, sealed)| {
            let sealed = STANDARD.encode(sealed.pack().map_err(BackupError::encode)?);
            Ok(SecretText { name, sealed })
        });
        Ok(Self {
            id: parts.id,
            made_at: parts.made_at,
            sesame: parts.sesame,
            records: parts.records,
            keys: keys.collect(),
            minimum: parts.minimum,
            previous: parts.previous,
            secrets: secrets.collect::<Result<_, BackupError>>()?,
            index: parts.index,
            packs: parts.packs,
        })
    }

    /// The file of it.
    pub(super) fn write(&self, keys: &dyn TokenKeys) -> Result<Vec<u8>, BackupError> {
        let manifest = serde_json::to_string(self).map_err(BackupError::encode)?;
        let file = File {
            format: FORMAT,
            mac: Digest::of_manifest(keys, manifest.as_bytes()),
            manifest,
        };
        serde_json::to_vec(&file).map_err(BackupError::encode)
    }

    /// When it was begun, by the clock of whoever made it.
    pub fn begun_at(&self) -> Timestamp {
        self.id.begun_at().unwrap_or(self.made_at)
    }

    /// The name of its file.
    pub(super) fn name(&self) -> ManifestName {
        ManifestName::new(self.id, self.made_at)
    }

    /// All packs it needs, the index among them.
    pub(super) fn needs(&self) -> impl Iterator<Item = &PackRef> + '_ {
        self.packs.iter().chain([&self.index])
    }

    /// How large its packs are together, sealed.
    pub fn bytes(&self) -> u64 {
        self.packs.iter().map(|pack| pack.bytes).sum::<u64>() + self.index.bytes
    }

    /// The versions of the wrapping key as a register has them.
    pub fn key_versions(&self) -> Vec<KeyVersion> {
        let newest = self.keys.iter().map(|key| key.number).max();
        let versions = self.keys.iter().map(|key| KeyVersion {
            number: key.number,
            id: key.id.clone(),
            provider: key.provider.clone(),
            reference: key.reference.clone(),
            state: if Some(key.number) == newest {
                KeyState::Active
            } else if key.number < self.minimum {
                KeyState::Retired
            } else {
                KeyState::Accepted
            },
            created_at: key.created_at,
            encryptions: key.encryptions,
            handover: key
                .handover
                .as_ref()
                .and_then(|it| STANDARD.decode(it).ok()),
        });
        versions.collect()
    }

    /// A sealed secret of the instance.
    pub fn secret(&self, name: &str) -> Option<Sealed> {
        let mut all = self.secrets.iter();
        all.find(|it| it.name == name)?.unpacked()
    }
}

/// A manifest of which nothing is known yet but what it says. It is enough to
/// set up keys in an empty database; nothing is restored from it before
/// [`Self::verify`].
#[derive(Clone, Debug)]
pub struct UnverifiedManifest {
    name: ManifestName,
    mac: Digest,
    text: String,
    says: Manifest,
}

impl UnverifiedManifest {
    /// Reads the file with this name.
    pub(super) fn read(name: ManifestName, bytes: &[u8]) -> Result<Self, BackupError> {
        let malformed = |_| malformed(&name);
        let head: Head = serde_json::from_slice(bytes).map_err(malformed)?;
        if head.format != FORMAT {
            let flaw = Flaw::UnknownFormat(head.format);
            return Err(BackupError::damaged(name.path(), flaw));
        }
        let file: File = serde_json::from_slice(bytes).map_err(malformed)?;
        let says: Manifest = serde_json::from_str(&file.manifest).map_err(malformed)?;
        Ok(Self {
            mac: file.mac,
            text: file.manifest,
            says,
            name,
        })
    }

    /// The backup it says it is of.
    pub fn id(&self) -> BackupId {
        self.says.id
    }

    /// The versions of the wrapping key, as a register has them.
    pub fn key_versions(&self) -> Vec<KeyVersion> {
        self.says.key_versions()
    }

    /// The lowest number of a key that opened anything.
    pub fn minimum(&self) -> i64 {
        self.says.minimum
    }

    /// Registers the versions of the wrapping key, and stores the secrets of
    /// the instance as they are, sealed, in an empty database. Then the keys
    /// that [`Self::verify`] wants can be opened there.
    ///
    /// # Errors
    /// [`BackupError::Store`] when the database has other keys, or another
    /// secret: it is not empty, and belongs to another instance.
    pub async fn set_up(
        &self,
        target: &dyn RestoreTarget,
        secrets: &dyn InstanceSecrets,
    ) -> Result<(), BackupError> {
        let sealed = self.says.secrets.iter().map(|it| {
            let sealed = it.unpacked();
            let sealed = sealed.ok_or_else(|| malformed(&self.name))?;
            Ok((it.name.as_str(), sealed))
        });
        let sealed: Vec<(&str, Sealed)> = sealed.collect::<Result<_, BackupError>>()?;
        target.restore_keys(&self.key_versions()).await?;
        for (name, sealed) in sealed {
            if secrets.put(name, &sealed).await? != sealed {
                return Err(StoreError::inconsistent("there is another secret already").into());
            }
        }
        Ok(())
    }

    /// Makes sure that this instance made it, and that it is in its own place.
    pub fn verify(self, keys: &dyn TokenKeys) -> Result<Manifest, BackupError> {
        let mac = Digest::of_manifest(keys, self.text.as_bytes());
        if !mac.is(self.mac) {
            return Err(BackupError::Forged(self.name.path()));
        }
        // A genuine one under another's name: an old one that poses as new.
        if self.says.name() != self.name {
            return Err(BackupError::damaged(self.name.path(), Flaw::Altered));
        }
        Ok(self.says)
    }
}

fn malformed(name: &ManifestName) -> BackupError {
    BackupError::damaged(name.path(), Flaw::Malformed)
}
