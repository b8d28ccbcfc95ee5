//! Backups of what is in the database.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_custody::TOKENS;
use sesame_custody::backup::{
    BackupPorts, BackupRetention, BackupSettings, BackupTarget, Backups, OnProgress, Progress,
    Pruned, Rehearsal, Scratch,
};
use sesame_domain::audit::Actor;
use sesame_domain::plural::counted;
use sesame_domain::ports::{
    BackupMade, BackupMaintenance, BackupRehearsed, MaintenanceError, OnDone,
};

use super::core::Core;
use crate::config::Backup;
use crate::failure::Failure;

/// How many sessions a rehearsal opens.
const SAMPLE: usize = 10;

/// What is done at the place for backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Backups are put there: a folder is made if it is not there.
    Putting,
    /// It is only looked at: nothing is made.
    Looking,
}

/// Where backups are put; `None`: nowhere.
pub(crate) fn target(settings: &Backup, at: At) -> Result<Option<BackupTarget>, Failure> {
    let Some(address) = &settings.backup_to else {
        return Ok(None);
    };
    let s3 = settings.s3();
    Ok(Some(match at {
        At::Putting => BackupTarget::open(address, Some(s3))?,
        At::Looking => BackupTarget::open_existing(address, Some(s3))?,
    }))
}

/// The backups; `None`: the settings name no place for them.
pub(crate) fn backups(core: &Core, settings: &Backup, at: At) -> Result<Option<Backups>, Failure> {
    let Some(target) = target(settings, at)? else {
        return Ok(None);
    };
    let database = &core.database;
    let ports = BackupPorts {
        source: Arc::new(database.backup_source()),
        keys: Arc::new(database.keys()),
        secrets: Arc::new(database.secrets()),
        trail: Arc::new(database.audit_trail()),
        vault: Arc::clone(&core.vault),
        token_keys: Arc::clone(&core.token_keys),
        audit: Arc::new(database.audit_log()),
        clock: Arc::clone(&core.clock),
        entropy: Arc::clone(&core.entropy),
    };
    let backup_settings = BackupSettings {
        origin: core.origin.clone(),
        sesame: env!("CARGO_PKG_VERSION").to_owned(),
        secrets: vec![TOKENS.to_owned()],
    };
    Ok(Some(Backups::new(target, ports, backup_settings)))
}

/// How long backups are kept.
pub(crate) fn retention(settings: &Backup) -> BackupRetention {
    BackupRetention {
        keep_last: settings.backup_keep_last,
        keep_for: settings.keep_for(),
    }
}

/// Backups as the jobs that make them ask for them.
pub(crate) struct NodeBackups {
    pub(crate) core: Core,
    pub(crate) backups: Backups,
    pub(crate) retention: BackupRetention,
}

#[async_trait]
impl BackupMaintenance for NodeBackups {
    async fn make(
        &self,
        actor: Actor,
        on_done: OnDone<'_>,
    ) -> Result<BackupMade, MaintenanceError> {
        let told = |progress: Progress| on_done(progress.done, progress.total);
        let made = self.backups.make(&actor, &told).await;
        let made = made.map_err(|error| MaintenanceError::of(&error))?;
        Ok(BackupMade {
            records: made.records,
            unchanged: made.unchanged,
            bytes: made.bytes,
        })
    }

    async fn prune(&self, actor: Actor) -> Result<String, MaintenanceError> {
        let pruned = self.backups.prune(self.retention, &actor).await;
        let pruned = pruned.map_err(|error| MaintenanceError::of(&error))?;
        Ok(removed(&pruned))
    }

    async fn rehearse(
        &self,
        actor: Actor,
        on_done: OnDone<'_>,
    ) -> Result<BackupRehearsed, MaintenanceError> {
        let told = |progress: Progress| on_done(progress.done, progress.total);
        let done = rehearse(&self.core, &self.backups, &actor, &told).await;
        let done = done.map_err(|error| MaintenanceError::of(&error))?;
        Ok(BackupRehearsed {
            made_at: done.made_at,
            records: done.records,
            opened: done.opened,
        })
    }
}

/// What was removed, in words.
pub(crate) fn removed(pruned: &Pruned) -> String {
    let mut text = format!("{} removed", counted(pruned.backups, "old backup"));
    if !pruned.unreadable.is_empty() {
        text.push_str("; packs are left alone, since these cannot be read: ");
        text.push_str(&pruned.unreadable.join(", "));
    }
    text
}

/// Restores the newest backup into a database that is made for it, beside the
/// others' temporary files, and removed afterwards.
pub(crate) async fn rehearse(
    core: &Core,
    backups: &Backups,
    actor: &Actor,
    progress: OnProgress<'_>,
) -> Result<Rehearsal, Failure> {
    let place = super::storage::scratch().await?;
    place.database.set_audit_keys(Arc::clone(&core.token_keys));
    let scratch = Scratch {
        target: Arc::new(place.database.restore_target()),
        source: Arc::new(place.database.backup_source()),
    };
    let rehearsed = backups.rehearse(&scratch, SAMPLE, actor, progress).await;
    place.close().await;
    Ok(rehearsed?)
}
