//! `sesame restore`: brings back what a backup has.

use std::fmt::Write as _;
use std::sync::Arc;

use sesame_custody::backup::{
    BackupTarget, Restore, RestorePlan, RestorePorts, RestoreReport, Which, read_manifest,
};
use sesame_domain::keys::KeyVersion;
use sesame_domain::ports::{KeyRegister, Restored};
use sesame_store::Database;

use super::backup::{id_of, show};
use crate::cli::RestoreArgs;
use crate::config::{CustodySettings, Layers, operator};
use crate::failure::Failure;
use crate::node::{Ground, backups, storage};
use crate::{telemetry, terminal};

/// Restores a backup, or says what that would change.
pub(crate) async fn restore(layers: &Layers, args: RestoreArgs) -> Result<(), Failure> {
    let settings = CustodySettings::load(layers)?;
    telemetry::start_log(&settings.logs)?;
    let target = backups::target(&settings.backup)?.ok_or(Failure::NoPlaceForBackups)?;
    let errand = Errand {
        which: which(args.backup.as_deref())?,
        dry_run: args.dry_run,
        despite_unreadable: args.despite_unreadable,
    };
    let database = storage::connect(&settings.storage).await?;
    let done = if errand.dry_run && is_empty(&database).await? {
        foresee_in_empty(&settings, target, &errand).await
    } else {
        into(database.clone(), &settings, target, &errand).await
    };
    storage::close(&database).await;
    done
}

/// What was asked for.
struct Errand {
    which: Which,
    dry_run: bool,
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
    let active = database.active().await.map_err(storage::unreadable)?;
    Ok(active.is_none())
}

/// Into an empty database, everything is restored. A scratch database stands
/// in for it: a dry run changes nothing.
async fn foresee_in_empty(
    settings: &CustodySettings,
    target: BackupTarget,
    errand: &Errand,
) -> Result<(), Failure> {
    let scratch = storage::scratch().await?;
    let done = into(scratch.database.clone(), settings, target, errand).await;
    scratch.close().await;
    done
}

async fn into(
    database: Database,
    settings: &CustodySettings,
    target: BackupTarget,
    errand: &Errand,
) -> Result<(), Failure> {
    if errand.dry_run && !storage::pending(&database).await?.is_empty() {
        return Err(Failure::Usage(
            "the database's schema is not up to date, and a dry run changes nothing: \
             run `sesame migrate` first"
                .to_owned(),
        ));
    }
    storage::migrate(&database).await?;
    let active = database.active().await.map_err(storage::unreadable)?;
    if active.is_none() {
        set_up(&database, settings, &target).await?;
    }
    let ground = Ground::for_command(database, &settings.custody).await?;
    bring_back(&ground, target, errand).await
}

/// An empty database knows no keys yet: the manifest names them. Whether it is
/// ours is found out in a scratch database first.
async fn set_up(
    database: &Database,
    settings: &CustodySettings,
    target: &BackupTarget,
) -> Result<(), Failure> {
    // The newest one knows every key, also those that older backups lack and
    // that seal what the newest one knows about erased sessions.
    let manifest = read_manifest(target, Which::Newest).await?;
    let scratch = storage::scratch().await?;
    let proven = async {
        manifest
            .set_up(&scratch.database, &scratch.database)
            .await?;
        let ground = Ground::for_command(scratch.database.clone(), &settings.custody).await?;
        manifest.clone().verify(ground.token_keys.as_ref())?;
        Ok::<_, Failure>(())
    }
    .await;
    scratch.close().await;
    proven?;
    manifest.set_up(database, database).await?;
    let keys: Vec<String> = manifest.key_versions().iter().map(named).collect();
    terminal::say(&format!(
        "The database was empty; these keys are known to it now: {}",
        keys.join(", ")
    ))
}

/// A key as a person knows it: with AWS KMS, by its ARN.
fn named(key: &KeyVersion) -> String {
    let held_by = key.reference.as_deref().filter(|it| it.starts_with("arn:"));
    format!("{} ({})", key.id, held_by.unwrap_or(key.provider.as_str()))
}

fn which(backup: Option<&str>) -> Result<Which, Failure> {
    match backup {
        Some(text) => Ok(Which::This(id_of(text)?)),
        None => Ok(Which::Newest),
    }
}

async fn bring_back(ground: &Ground, target: BackupTarget, errand: &Errand) -> Result<(), Failure> {
    let database = Arc::new(ground.database.clone());
    let ports = RestorePorts {
        target: database.clone(),
        keys: database,
        vault: Arc::clone(&ground.vault),
        token_keys: Arc::clone(&ground.token_keys),
        clock: Arc::clone(&ground.clock),
    };
    let mut restore = Restore::new(target, ports, ground.origin.clone());
    if errand.despite_unreadable {
        restore = restore.despite_unreadable();
    }
    let which = errand.which;
    let actor = operator();
    let bar = terminal::bar("records");
    let progress = |progress| show(&bar, progress);
    let said = if errand.dry_run {
        restore
            .plan(which, &actor, &progress)
            .await
            .map(|plan| foretold(&plan))
    } else {
        restore
            .run(which, &actor, &progress)
            .await
            .map(|report| told(&report))
    };
    bar.finish_and_clear();
    terminal::say(&said?)
}

fn foretold(plan: &RestorePlan) -> String {
    let report = &plan.report;
    let mut text = head(report);
    let tally = &report.tally;
    line(&mut text, tally.added, "would be added");
    line(&mut text, tally.present, "are there already");
    line(
        &mut text,
        tally.replaced,
        "would stay as they are: their owner linked anew since",
    );
    line(
        &mut text,
        tally.ended,
        "would not come back: they were unlinked or erased since",
    );
    for sample in tally.samples.iter().filter(|it| it.what == Restored::Added) {
        let _ = writeln!(text, "    would be added: account {}", sample.account);
    }
    if !plan.keys_missing.is_empty() {
        let _ = writeln!(
            text,
            "  Nothing can be restored: these keys are missing or retired: {}",
            plan.keys_missing.join(", ")
        );
    }
    troubles(&mut text, report);
    text.push_str("Nothing was changed.");
    text
}

fn told(report: &RestoreReport) -> String {
    let mut text = head(report);
    let tally = &report.tally;
    line(&mut text, tally.added, "added");
    line(&mut text, tally.present, "were there already");
    line(
        &mut text,
        tally.replaced,
        "stay as they are: their owner linked anew since",
    );
    line(
        &mut text,
        tally.ended,
        "do not come back: they were unlinked or erased since",
    );
    troubles(&mut text, report);
    text.push_str("A running Sesame checks the restored accounts by itself.");
    text
}

fn head(report: &RestoreReport) -> String {
    format!(
        "Backup {} of {}, {} records:\n",
        report.id,
        report.made_at.format("%Y-%m-%d %H:%M:%S"),
        report.records
    )
}

fn line(text: &mut String, count: u64, what: &str) {
    // Writing into a string does not fail.
    let _ = writeln!(text, "  {count:>8}  {what}");
}

fn troubles(text: &mut String, report: &RestoreReport) {
    for damage in &report.damaged {
        let _ = writeln!(text, "  Left out: {damage}");
    }
    for file in &report.unreadable {
        let _ = writeln!(
            text,
            "  {file} is newer and cannot be read: what was erased since is not known from it"
        );
    }
}
