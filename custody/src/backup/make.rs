//! Making a backup.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Actor, AuditEntry, Checkpoint};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{
    AuditLog, AuditTrail, BackupSource, InstanceSecrets, KeyRegister, StoreError, TokenKeys,
    Tombstone, Vault,
};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::{Clock, Timestamp};

use super::catalogue::{self, Catalogue};
use super::digest::Digest;
use super::draft::{Draft, Drawn, FullPack, Reuse};
use super::index::Index;
use super::manifest::{BackupId, Manifest, ManifestParts, PackRef};
use super::pack::{self, Packs};
use super::target::{BackupTarget, Stored};
use super::{BATCH, BackupError, Flaw, OnProgress, PACKS, Progress};

/// A pack that no manifest names is used again only while it is younger: an
/// older one may be about to be removed.
const ORPHANS_USED_FOR: TimeDelta = TimeDelta::hours(12);
/// How much the clocks of nodes may differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::days(1);

/// What backups are made from, and with.
#[derive(Clone)]
pub struct BackupPorts {
    /// The records.
    pub source: Arc<dyn BackupSource>,
    /// The versions of the wrapping key.
    pub keys: Arc<dyn KeyRegister>,
    /// The secrets of the instance.
    pub secrets: Arc<dyn InstanceSecrets>,
    /// The chain of the audit.
    pub trail: Arc<dyn AuditTrail>,
    /// Seals packs and opens them.
    pub vault: Arc<dyn Vault>,
    /// Names packs and authenticates manifests.
    pub token_keys: Arc<dyn TokenKeys>,
    /// Keeps a note of what was done.
    pub audit: Arc<dyn AuditLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub entropy: Arc<dyn Entropy>,
}

/// What else there is to know.
#[derive(Clone, Debug)]
pub struct BackupSettings {
    /// From where, for the audit: `node 0f3a…`.
    pub origin: String,
    /// The version of Sesame, for the manifest.
    pub sesame: String,
    /// The names of the instance's secrets that belong into a backup.
    pub secrets: Vec<String>,
}

/// Makes, lists, checks and removes backups.
#[derive(Clone)]
pub struct Backups {
    pub(super) target: BackupTarget,
    pub(super) ports: BackupPorts,
    settings: BackupSettings,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBackup {
    /// Its id.
    pub id: BackupId,
    /// How many records it has.
    pub records: u64,
    /// How many of them were in the backup before already, as they are.
    pub unchanged: u64,
    /// How many packs were put there; the index is none.
    pub uploaded_packs: u64,
    /// How many bytes were put there, with the index and the manifest.
    pub bytes: u64,
    /// How long it took.
    pub took: TimeDelta,
}

impl fmt::Debug for Backups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backups")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl Backups {
    /// Backups at this place.
    pub fn new(target: BackupTarget, ports: BackupPorts, settings: BackupSettings) -> Self {
        Self {
            target,
            ports,
            settings,
        }
    }

    /// Makes a backup. An interrupted one is none; making it again goes on
    /// where that one stopped.
    pub async fn make(
        &self,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<MadeBackup, BackupError> {
        let begun = self.ports.clock.now();
        let id = BackupId::generate(self.ports.entropy.as_ref(), begun);
        let entry = |reason: String| {
            let now = self.ports.clock.now();
            let action = Action::BackupMade;
            AuditEntry::new(
                now,
                Owner::instance(),
                id.as_uuid(),
                actor.clone(),
                action,
                reason,
            )
            .from(self.origin())
        };
        match self.errand(actor, id, begun, progress).await {
            Ok(made) => {
                let reason = format!("{} records", made.records);
                self.ports.audit.append(entry(reason)).await?;
                Ok(made)
            }
            Err(error) => {
                let failed = entry(error.kind().to_owned()).failed();
                if let Err(error) = self.ports.audit.append(failed).await {
                    tracing::warn!(%error, "a failed backup could not be recorded");
                }
                Err(error)
            }
        }
    }

    async fn errand(
        &self,
        actor: &Actor,
        id: BackupId,
        begun: Timestamp,
        progress: OnProgress<'_>,
    ) -> Result<MadeBackup, BackupError> {
        let packs = self.packs(actor, "backup");
        let catalogue = Catalogue::of(&self.target).await?;
        let previous = self.previous(&catalogue, &packs).await?;
        let upload = Upload::begin(packs, previous.as_ref(), begun).await?;
        let reuse = previous
            .as_ref()
            .map(|it| Reuse::of(&it.0, &it.1, &upload.there));
        let draft = Draft::new(self.ports.token_keys.as_ref(), reuse.unwrap_or_default());
        let mut making = Making {
            backups: self,
            draft,
            upload,
        };
        making.read_all(progress).await?;
        let since = catalogue.oldest().unwrap_or(begun) - CLOCKS_DIFFER;
        let previous = previous.map(|it| it.0.id);
        making.finish(id, begun, previous, since).await
    }

    /// From where, for the audit.
    pub(super) fn origin(&self) -> &str {
        &self.settings.origin
    }

    /// What reads and writes packs for one errand.
    pub(super) fn packs(&self, actor: &Actor, reason: &'static str) -> Packs<'_> {
        let vault = self.ports.vault.as_ref();
        let keys = self.ports.token_keys.as_ref();
        Packs::new(&self.target, vault, keys, actor, reason)
    }

    /// The newest backup that can be read. Without one, all is put there anew.
    async fn previous(
        &self,
        catalogue: &Catalogue,
        packs: &Packs<'_>,
    ) -> Result<Option<(Manifest, Index)>, BackupError> {
        for name in &catalogue.manifests {
            match catalogue::verified(&self.target, name, packs.keys).await {
                Ok(manifest) => match packs.index(&manifest).await.map_err(BackupError::from) {
                    Ok(index) => return Ok(Some((manifest, index))),
                    Err(error @ (BackupError::Damaged(_) | BackupError::KeysMissing(_))) => {
                        tracing::warn!(backup.id = %manifest.id, %error, "not built upon");
                    }
                    Err(error) => return Err(error),
                },
                Err(error) if error.is_of_this_backup() => {
                    tracing::warn!(backup.id = %name.id, %error, "not built upon");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn secrets(&self) -> Result<Vec<(String, Sealed)>, StoreError> {
        let mut secrets = Vec::new();
        for name in &self.settings.secrets {
            if let Some(sealed) = self.ports.secrets.secret(name).await? {
                secrets.push((name.clone(), sealed));
            }
        }
        Ok(secrets)
    }

    async fn checkpoints(&self) -> Result<Vec<Checkpoint>, StoreError> {
        let mut checkpoints = Vec::new();
        for tenant in self.ports.trail.tenants().await? {
            checkpoints.extend(self.ports.trail.last_checkpoint(&tenant).await?);
        }
        Ok(checkpoints)
    }
}

/// Puts packs there that are not there yet.
struct Upload<'a> {
    packs: Packs<'a>,
    /// What is there and can be used.
    there: HashMap<Digest, Stored>,
    uploaded: u64,
    bytes: u64,
}

impl<'a> Upload<'a> {
    async fn begin(
        packs: Packs<'a>,
        previous: Option<&(Manifest, Index)>,
        now: Timestamp,
    ) -> Result<Self, BackupError> {
        let mut there = stored(packs.target).await?;
        let previous = previous.map(|it| &it.0);
        let named = previous.into_iter().flat_map(|it| &it.packs);
        let named: HashMap<Digest, u64> = named.map(|it| (it.name, it.bytes)).collect();
        there.retain(|name, stored| match named.get(name) {
            // One of another size is damaged: it is put there again.
            Some(bytes) => stored.bytes == *bytes,
            None => now - stored.modified < ORPHANS_USED_FOR,
        });
        Ok(Self {
            packs,
            there,
            uploaded: 0,
            bytes: 0,
        })
    }

    /// Puts a pack there unless it is; returns how large it is there.
    async fn put(&mut self, name: Digest, plaintext: &[u8]) -> Result<u64, BackupError> {
        if let Some(stored) = self.there.get(&name) {
            return Ok(stored.bytes);
        }
        let bytes = self.packs.write(name, plaintext).await?;
        self.bytes += bytes;
        Ok(bytes)
    }

    async fn put_pack(&mut self, draft: &mut Draft<'_>, pack: FullPack) -> Result<(), BackupError> {
        let before = self.bytes;
        let bytes = self.put(pack.name, &pack.plaintext).await?;
        self.uploaded += u64::from(self.bytes > before);
        draft.stored(&pack, bytes);
        Ok(())
    }
}

/// A backup that is being made.
struct Making<'a> {
    backups: &'a Backups,
    draft: Draft<'a>,
    upload: Upload<'a>,
}

impl Making<'_> {
    async fn read_all(&mut self, progress: OnProgress<'_>) -> Result<(), BackupError> {
        let mut after = None;
        loop {
            let page = self.backups.ports.source.linked(after, BATCH).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.account.id);
            for record in &page {
                if let Some(pack) = self.draft.add(record)? {
                    self.upload.put_pack(&mut self.draft, pack).await?;
                }
            }
            progress(Progress {
                done: self.draft.len() as u64,
                total: None,
            });
        }
        if let Some(pack) = self.draft.close() {
            self.upload.put_pack(&mut self.draft, pack).await?;
        }
        Ok(())
    }

    async fn finish(
        mut self,
        id: BackupId,
        begun: Timestamp,
        previous: Option<BackupId>,
        erased_since: Timestamp,
    ) -> Result<MadeBackup, BackupError> {
        let backups = self.backups;
        let unchanged = self.draft.unchanged;
        let drawn = self.draft.finish();
        // After the records: what was erased while they were read is among them.
        let tombstones = backups.ports.source.tombstones(erased_since).await?;
        let records = drawn.records.len() as u64;
        let checkpoints = backups.checkpoints().await?;
        let (index, packs) = put_index(&mut self.upload, drawn, &tombstones, &checkpoints).await?;
        let manifest = Manifest::new(ManifestParts {
            id,
            made_at: begun,
            sesame: backups.settings.sesame.clone(),
            records,
            keys: backups.ports.keys.all().await?,
            minimum: backups.ports.keys.minimum().await?,
            previous,
            secrets: backups.secrets().await?,
            index,
            packs,
        })?;
        let there = stored(&backups.target).await?;
        if let Some(gone) = manifest.needs().find(|name| !there.contains_key(name)) {
            return Err(BackupError::damaged(pack::path(gone), Flaw::Missing));
        }
        let file = manifest.write(self.upload.packs.keys)?;
        let bytes = self.upload.bytes + file.len() as u64;
        backups.target.put(&manifest.name().path(), file).await?;
        Ok(MadeBackup {
            id,
            records,
            unchanged,
            uploaded_packs: self.upload.uploaded,
            bytes,
            took: backups.ports.clock.now() - begun,
        })
    }
}

async fn put_index(
    upload: &mut Upload<'_>,
    drawn: Drawn,
    tombstones: &[Tombstone],
    checkpoints: &[Checkpoint],
) -> Result<(PackRef, Vec<PackRef>), BackupError> {
    let index = Index::new(drawn.sealed_under, tombstones, checkpoints, drawn.records);
    let plaintext = index.write()?;
    let name = Digest::of_pack(upload.packs.keys, &plaintext);
    // Always anew: an index of the same content may be sealed under a key that
    // was retired since.
    let bytes = upload.packs.write(name, &plaintext).await?;
    upload.bytes += bytes;
    let index = PackRef {
        name,
        records: 0,
        bytes,
    };
    Ok((index, drawn.packs))
}

/// Every pack that is there, by name. What has no such name is not ours.
pub(super) async fn stored(target: &BackupTarget) -> Result<HashMap<Digest, Stored>, BackupError> {
    let files = target.list(PACKS).await?.into_iter();
    let packs = files.filter_map(|file| Some((file.name.parse().ok()?, file)));
    Ok(packs.collect())
}
