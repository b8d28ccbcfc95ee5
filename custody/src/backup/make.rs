//! Making a backup.

use chrono::TimeDelta;
use sesame_domain::audit::{AccessPurpose, Action, Actor, AuditReason, Checkpoint};
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;
use sesame_domain::sealed::Sealed;
use sesame_domain::time::Timestamp;

use super::backups::Backups;
use super::catalogue::{self, Catalogue};
use super::draft::{Draft, Reuse};
use super::id::BackupId;
use super::index::Index;
use super::manifest::{Manifest, ManifestParts};
use super::pack::Packs;
use super::upload::{Upload, stored};
use super::{BATCH, BackupError, OnProgress, Progress};

/// How much earlier than a backup what it must know may have been erased: clocks
/// of nodes differ.
const ERASED_BEFORE: TimeDelta = TimeDelta::days(1);

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

/// What is known of a backup before it is made.
struct Begun {
    id: BackupId,
    at: Timestamp,
    /// What its manifest says.
    made_at: Timestamp,
    previous: Option<BackupId>,
    /// Since when it must know what was erased.
    erased_since: Timestamp,
}

impl Backups {
    /// Makes a backup. An interrupted one is none; making it again goes on
    /// where that one stopped.
    pub async fn make(
        &self,
        actor: &Actor,
        progress: OnProgress<'_>,
    ) -> Result<MadeBackup, BackupError> {
        let now = self.ports.clock.now();
        let id = BackupId::generate(self.ports.entropy.as_ref(), now);
        let entry = |reason| self.entry(Action::BackupMade, id.as_uuid(), actor, reason);
        match self.run(actor, id, now, progress).await {
            Ok(made) => {
                let entry = entry(AuditReason::Records(made.records));
                self.ports.audit.append(entry).await?;
                Ok(made)
            }
            Err(error) => {
                self.note_failure(entry(error.kind().into())).await;
                Err(error)
            }
        }
    }

    async fn run(
        &self,
        actor: &Actor,
        id: BackupId,
        now: Timestamp,
        progress: OnProgress<'_>,
    ) -> Result<MadeBackup, BackupError> {
        let packs = self.packs(actor, AccessPurpose::Backup);
        let catalogue = Catalogue::of(&self.target).await?;
        let previous = self.previous(&catalogue, &packs).await?;
        let begun = Begun {
            id,
            at: now,
            made_at: catalogue.next(now),
            previous: previous.as_ref().map(|it| it.0.id),
            erased_since: erased_since(&catalogue, now),
        };
        let upload = Upload::begin(packs, previous.as_ref().map(|it| &it.0), now).await?;
        let reuse = previous.map(|it| Reuse::of(&it.0, &it.1, &upload.there));
        let draft = Draft::new(self.ports.token_keys.as_ref(), reuse.unwrap_or_default());
        let mut making = Making {
            backups: self,
            draft,
            upload,
        };
        making.read_all(progress).await?;
        making.finish(begun).await
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
                        tracing::warn!(backup.id = %manifest.id, error = %Reason::of(&error), "not built upon");
                    }
                    Err(error) => return Err(error),
                },
                Err(error) if error.is_of_this_backup() => {
                    tracing::warn!(backup.id = %name.id, error = %Reason::of(&error), "not built upon");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn secrets(&self) -> Result<Vec<(String, Sealed)>, StoreError> {
        let mut secrets = Vec::new();
        for name in &self.settings.secrets {
            if let Some(sealed) = self.ports.secrets.find(name).await? {
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

/// Since when a backup must know what was erased: for as long as there are
/// others that may give it back. For ever, if it is not known since when.
fn erased_since(catalogue: &Catalogue, now: Timestamp) -> Timestamp {
    if catalogue.manifests.is_empty() {
        return now - ERASED_BEFORE;
    }
    catalogue
        .begun_since(now)
        .map_or(Timestamp::UNIX_EPOCH, |since| since - ERASED_BEFORE)
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

    async fn finish(mut self, begun: Begun) -> Result<MadeBackup, BackupError> {
        let backups = self.backups;
        let ports = &backups.ports;
        let unchanged = self.draft.unchanged;
        let drawn = self.draft.finish();
        // After the records: what was erased while they were read is among them.
        let tombstones = ports.source.tombstones(begun.erased_since).await?;
        let records = drawn.records.len() as u64;
        let checkpoints = backups.checkpoints().await?;
        let sealed_under = drawn.sealed_under;
        let index = Index::new(sealed_under, &tombstones, &checkpoints, drawn.records);
        let index = self.upload.put_index(&index.write()?).await?;
        let manifest = Manifest::new(ManifestParts {
            id: begun.id,
            made_at: begun.made_at,
            sesame: backups.settings.sesame.clone(),
            records,
            keys: ports.keys.all().await?,
            minimum: ports.keys.minimum().await?,
            previous: begun.previous,
            secrets: backups.secrets().await?,
            index,
            packs: drawn.packs,
        })?;
        let there = stored(&backups.target).await?;
        if let Some(damage) = manifest.needs().find_map(|pack| pack.damage(&there)) {
            return Err(BackupError::Damaged(vec![damage]));
        }
        let file = manifest.write(self.upload.packs.keys)?;
        let bytes = self.upload.bytes + file.len() as u64;
        backups.target.put(&manifest.name().path(), file).await?;
        Ok(MadeBackup {
            id: begun.id,
            records,
            unchanged,
            uploaded_packs: self.upload.uploaded,
            bytes,
            took: ports.clock.now() - begun.at,
        })
    }
}
