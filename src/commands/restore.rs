//! `sesame restore`: brings back what a backup has.

use std::fmt::Write as _;
use std::sync::Arc;

use sesame_custody::backup::{
    BackupError, BackupId, BackupTarget, Restore, RestorePorts, RestoreReport, UnverifiedManifest,
    Which, backup_ids, read_manifest,
};
use sesame_domain::keys::KeyVersion;
use sesame_domain::plural::counted;
use sesame_domain::ports::{KeyRegister, Restored};
use sesame_store::Database;

use super::backup::{show, which};
use crate::args::RestoreArgs;
use crate::config::{CustodySettings, Layers, operator};
use crate::failure::Failure;
use crate::node::{Core, backups, storage};
use crate::{telemetry, terminal};

/// Restores a backup, or says what that would change.
pub(crate) async fn restore(layers: &Layers, args: RestoreArgs) -> Result<(), Failure> {
    let settings = CustodySettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let mut options = RestoreOptions {
        which: which(args.backup.as_deref())?,
        dry_run: args.dry_run,
        in_scratch: false,
        despite_unreadable: args.despite_unreadable,
    };
    if !storage::is_there(&settings.storage) {
        // Nothing is made before it is sure that there is something to restore.
        let target = place(&settings)?;
        if options.dry_run {
            options.in_scratch = true;
            return Box::pin(foresee_in_empty(&settings, target, &options)).await;
        }
    }
    let database = storage::connect(&settings.storage).await?;
    // One that a newer Sesame has migrated is told before all else.
    storage::pending(&database).await?;
    let target = place(&settings)?;
    options.in_scratch = options.dry_run && is_empty(&database).await?;
    let done = if options.in_scratch {
        Box::pin(foresee_in_empty(&settings, target, &options)).await
    } else {
        Box::pin(into(database.clone(), &settings, target, &options)).await
    };
    storage::close(&database).await;
    done
}

/// Where backups are. It is not made: a folder that is missing has none.
fn place(settings: &CustodySettings) -> Result<BackupTarget, Failure> {
    backups::target(&settings.backup, backups::At::Looking)?.ok_or(Failure::NoPlaceForBackups)
}

/// What was asked for.
struct RestoreOptions {
    which: Which,
    dry_run: bool,
    /// Whether a scratch database stands in for one that is empty.
    in_scratch: bool,
    despite_unreadable: bool,
}

/// Whether nothing was ever sealed in it: it has no schema, or no keys.
async fn is_empty(database: &Database) -> Result<bool, Failure> {
    if database.is_blank().await.map_err(storage::unreadable)? {
        return Ok(true);
    }
    if !storage::pending(database).await?.is_empty() {
        return Ok(false);
    }
    let active = database
        .keys()
        .active()
        .await
        .map_err(storage::unreadable)?;
    Ok(active.is_none())
}

/// Into an empty database, everything is restored. A scratch database stands
/// in for it, and gets the whole backup: a dry run changes nothing.
async fn foresee_in_empty(
    settings: &CustodySettings,
    target: BackupTarget,
    options: &RestoreOptions,
) -> Result<(), Failure> {
    let scratch = storage::scratch().await?;
    let done = Box::pin(into(scratch.database.clone(), settings, target, options)).await;
    scratch.close().await;
    done
}

async fn into(
    database: Database,
    settings: &CustodySettings,
    target: BackupTarget,
    options: &RestoreOptions,
) -> Result<(), Failure> {
    if options.dry_run && !storage::pending(&database).await?.is_empty() {
        return Err(Failure::Usage(
            "the database's schema is not up to date, and a dry run changes nothing: \
             run `sesame migrate` first"
                .to_owned(),
        ));
    }
    storage::migrate(&database).await?;
    let active = database
        .keys()
        .active()
        .await
        .map_err(storage::unreadable)?;
    if active.is_none() {
        set_up(&database, settings, &target, options).await?;
    }
    let core = Core::for_command(database, &settings.custody).await?;
    bring_back(&core, target, options).await
}

/// An empty database knows no keys yet: the manifest names them.
async fn set_up(
    database: &Database,
    settings: &CustodySettings,
    target: &BackupTarget,
    options: &RestoreOptions,
) -> Result<(), Failure> {
    let manifest = newest_of_ours(settings, target, options).await?;
    let (keys, secrets) = (database.restore_target(), database.secrets());
    manifest.set_up(&keys, &secrets).await?;
    let keys: Vec<String> = manifest.key_versions().iter().map(named).collect();
    terminal::say(&format!(
        "The database was empty; these keys are known to it now: {}",
        keys.join(", ")
    ))
}

/// The newest manifest knows every key, also those that older backups lack and
/// that seal what the newest one knows about erased sessions. An older one
/// stands in for it only if that was asked for.
async fn newest_of_ours(
    settings: &CustodySettings,
    target: &BackupTarget,
    options: &RestoreOptions,
) -> Result<UnverifiedManifest, Failure> {
    let mut unreadable = Vec::new();
    let mut first_error = None;
    for id in backup_ids(target).await? {
        match proven(settings, target, id).await {
            Ok(manifest) if unreadable.is_empty() || options.despite_unreadable => {
                return Ok(manifest);
            }
            Ok(_) => {
                let readable = match options.which {
                    Which::This(chosen) => chosen,
                    Which::Newest => id,
                };
                let refusal = BackupError::NewerUnreadable {
                    unreadable,
                    readable,
                };
                return Err(refusal.into());
            }
            Err(Failure::Backup(error)) if error.is_of_this_backup() => {
                unreadable.push(error.to_string());
                first_error.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(first_error.unwrap_or(BackupError::NotFound).into())
}

/// Whether a manifest is ours is found out in a scratch database.
async fn proven(
    settings: &CustodySettings,
    target: &BackupTarget,
    id: BackupId,
) -> Result<UnverifiedManifest, Failure> {
    let manifest = read_manifest(target, Which::This(id)).await?;
    let scratch = storage::scratch().await?;
    let proven = async {
        let (keys, secrets) = (
            scratch.database.restore_target(),
            scratch.database.secrets(),
        );
        manifest.set_up(&keys, &secrets).await?;
        let core = Core::for_command(scratch.database.clone(), &settings.custody).await?;
        manifest.clone().verify(core.token_keys.as_ref())?;
        Ok::<_, Failure>(())
    }
    .await;
    scratch.close().await;
    proven.map(|()| manifest)
}

/// A key as a person knows it: with AWS KMS, by its ARN.
fn named(key: &KeyVersion) -> String {
    let held_by = key.reference.as_deref().filter(|it| it.starts_with("arn:"));
    format!("{} ({})", key.id, held_by.unwrap_or(key.provider.as_str()))
}

async fn bring_back(
    core: &Core,
    target: BackupTarget,
    options: &RestoreOptions,
) -> Result<(), Failure> {
    let database = &core.database;
    let ports = RestorePorts {
        target: Arc::new(database.restore_target()),
        keys: Arc::new(database.keys()),
        vault: Arc::clone(&core.vault),
        token_keys: Arc::clone(&core.token_keys),
        audit: Arc::new(database.audit_log()),
        clock: Arc::clone(&core.clock),
    };
    let mut restore = Restore::new(target, ports, core.origin.clone());
    if options.despite_unreadable {
        restore = restore.despite_unreadable();
    }
    let which = options.which;
    let actor = operator();
    let bar = terminal::bar("records");
    let progress = |progress| show(&bar, progress);
    let restored = if options.dry_run && !options.in_scratch {
        restore.plan(which, &actor, &progress).await
    } else {
        restore.run(which, &actor, &progress).await
    };
    bar.finish_and_clear();
    let said = match &restored {
        Ok(report) => Some(report),
        Err(BackupError::Incomplete(report)) => Some(report.as_ref()),
        Err(_) => None,
    };
    if let Some(report) = said {
        let words = if options.dry_run { &WOULD } else { &DID };
        terminal::say(&words.told(report))?;
    }
    Ok(restored.map(drop)?)
}

/// The words for what becomes of records, and what to say in the end.
struct Words {
    added: &'static str,
    present: &'static str,
    replaced: &'static str,
    ended: &'static str,
    left_out: &'static str,
    end: &'static str,
}

const WOULD: Words = Words {
    added: "would be added",
    present: "are there already",
    replaced: "would stay as they are: their owner linked anew since",
    ended: "would not come back: they were unlinked or erased since",
    left_out: "Would be left out",
    end: "Nothing was changed.",
};

const DID: Words = Words {
    added: "added",
    present: "were there already",
    replaced: "stay as they are: their owner linked anew since",
    ended: "do not come back: they were unlinked or erased since",
    left_out: "Left out",
    end: "A running Sesame checks the restored accounts by itself.",
};

impl Words {
    fn told(&self, report: &RestoreReport) -> String {
        let mut text = head(report);
        let counts = &report.counts;
        line(&mut text, counts.added, self.added);
        line(&mut text, counts.present, self.present);
        line(&mut text, counts.replaced, self.replaced);
        line(&mut text, counts.ended, self.ended);
        for sample in counts
            .samples
            .iter()
            .filter(|it| it.what == Restored::Added)
        {
            let _ = writeln!(text, "    {}: account {}", self.added, sample.account);
        }
        for damage in &report.damaged {
            let _ = writeln!(text, "  {}: {damage}", self.left_out);
        }
        for file in &report.unreadable {
            let _ = writeln!(
                text,
                "  {file} is newer and cannot be read: what was erased since is not known from it"
            );
        }
        text.push_str(self.end);
        text
    }
}

fn head(report: &RestoreReport) -> String {
    format!(
        "Backup {} of {}, {}:\n",
        report.id,
        terminal::seconds(report.made_at),
        counted(report.records, "record")
    )
}

fn line(text: &mut String, count: u64, what: &str) {
    // Writing into a string does not fail.
    let _ = writeln!(text, "  {count:>8}  {what}");
}
