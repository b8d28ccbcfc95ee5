//! `sesame backup`: makes a backup, lists them, rehearses a restore.

use comfy_table::Table;
use serde::Serialize;
use sesame_custody::backup::{BackupId, BackupState, Backups, ListedBackup, Progress, Which};
use sesame_domain::job::JobKind;

use super::scheduled;
use crate::args::{BackupCommand, Listing};
use crate::config::{Backup, CustodySettings, Layers, operator};
use crate::failure::Failure;
use crate::node::{Core, backups, storage};
use crate::{telemetry, terminal};
use sesame_domain::plural::{agreeing, counted};

/// Makes, lists and rehearses.
pub(crate) async fn backup(layers: &Layers, what: Option<BackupCommand>) -> Result<(), Failure> {
    let settings = CustodySettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let core = Core::connect(&settings.storage, &settings.custody).await?;
    let at = match what {
        None => backups::At::Putting,
        Some(_) => backups::At::Looking,
    };
    let done = match backups::backups(&core, &settings.backup, at)? {
        None => Err(Failure::NoPlaceForBackups),
        Some(backups) => match what {
            None => make(&core, &backups, &settings.backup).await,
            Some(BackupCommand::List(listing)) => list(&backups, &listing).await,
            Some(BackupCommand::Verify { backup }) => {
                Box::pin(verify(&backups, backup.as_deref())).await
            }
            Some(BackupCommand::Rehearse) => Box::pin(rehearse(&core, &backups)).await,
        },
    };
    storage::close(&core.database).await;
    done
}

async fn make(core: &Core, backups: &Backups, settings: &Backup) -> Result<(), Failure> {
    let actor = operator();
    let bar = terminal::bar("records");
    let said = scheduled::done(core, JobKind::BACKUP, async {
        let made = backups
            .make(&actor, &|progress| show(&bar, progress))
            .await?;
        Ok(format!(
            "Backup {}: {}, {} of them unchanged; {} put there.",
            made.id,
            counted(made.records, "record"),
            made.unchanged,
            counted(made.bytes, "byte")
        ))
    })
    .await;
    bar.finish_and_clear();
    terminal::say(&said?)?;
    let pruned = scheduled::done(core, JobKind::PRUNE_BACKUPS, async {
        let retention = backups::retention(settings);
        let pruned = backups.prune(retention, &actor).await?;
        Ok(backups::removed(&pruned))
    })
    .await;
    match pruned {
        Ok(removed) => terminal::say(&format!("{removed}.")),
        // The backup is made: that old ones are still there is no failure of it.
        Err(error) => {
            let (what, why) = error.in_two();
            terminal::warn(&format!("old backups were not removed: {what}: {why}"));
            Ok(())
        }
    }
}

async fn rehearse(core: &Core, backups: &Backups) -> Result<(), Failure> {
    let actor = operator();
    let bar = terminal::bar("records");
    let said = scheduled::done(core, JobKind::REHEARSE, async {
        let done = Box::pin(backups::rehearse(core, backups, &actor, &|progress| {
            show(&bar, progress);
        }))
        .await?;
        Ok(format!(
            "The backup {} of {} gave back {}; {} {} opened.",
            done.id,
            terminal::seconds(done.made_at),
            counted(done.records, "record"),
            counted(done.opened, "session"),
            agreeing(done.opened, "was", "were")
        ))
    })
    .await;
    bar.finish_and_clear();
    terminal::say(&said?)
}

async fn verify(backups: &Backups, backup: Option<&str>) -> Result<(), Failure> {
    let which = which(backup)?;
    let actor = operator();
    let bar = terminal::bar("records");
    let verified = backups
        .verify(which, &actor, &|progress| show(&bar, progress))
        .await;
    bar.finish_and_clear();
    let verified = verified?;
    terminal::say(&format!(
        "Backup {} of {} is whole: {} in {}, {}.",
        verified.id,
        terminal::seconds(verified.made_at),
        counted(verified.records, "record"),
        counted(verified.packs, "pack"),
        counted(verified.bytes, "byte")
    ))
}

/// The backup that a person means: the newest, if they name none.
pub(super) fn which(backup: Option<&str>) -> Result<Which, Failure> {
    backup.map_or(Ok(Which::Newest), |text| Ok(Which::This(id_of(text)?)))
}

/// The backup that a person names.
fn id_of(text: &str) -> Result<BackupId, Failure> {
    text.parse().map_err(|_| {
        Failure::Usage(format!(
            "{text} is not the id of a backup: `sesame backup list` lists them"
        ))
    })
}

/// Moves a bar to where something has come.
pub(super) fn show(bar: &indicatif::ProgressBar, progress: Progress) {
    if let Some(total) = progress.total {
        bar.set_length(total);
    }
    bar.set_position(progress.done);
}

/// A backup as it is listed.
#[derive(Debug, Serialize)]
struct Row {
    id: Option<String>,
    file: String,
    made_at: Option<String>,
    records: Option<u64>,
    bytes: Option<u64>,
    state: &'static str,
    problems: Vec<String>,
}

impl From<ListedBackup> for Row {
    fn from(listed: ListedBackup) -> Self {
        let (state, problems) = match listed.state {
            BackupState::Whole => ("whole", Vec::new()),
            BackupState::Locked(keys) => ("locked", keys.iter().map(retired).collect()),
            BackupState::Damaged(damages) => {
                ("damaged", damages.iter().map(ToString::to_string).collect())
            }
            BackupState::Forged => ("not ours", Vec::new()),
        };
        let details = listed.details;
        Self {
            id: listed.id.map(|id| id.to_string()),
            file: listed.file,
            made_at: details.as_ref().map(|it| terminal::rfc3339(it.made_at)),
            records: details.as_ref().map(|it| it.records),
            bytes: details.as_ref().map(|it| it.bytes),
            state,
            problems,
        }
    }
}

fn retired(key: &String) -> String {
    format!("the key {key} is retired: `sesame keys reinstate {key}` lets it be read")
}

/// Says everything first, and fails if anything of it is broken.
async fn list(backups: &Backups, listing: &Listing) -> Result<(), Failure> {
    let bar = terminal::bar("records");
    let listed = backups
        .list(&operator(), &|progress| show(&bar, progress))
        .await;
    bar.finish_and_clear();
    let listed = listed?;
    let broken = listed.iter().filter(|it| it.state.is_broken()).count();
    let rows: Vec<Row> = listed.into_iter().map(Row::from).collect();
    if listing.json {
        terminal::say_json(&rows)?;
    } else if rows.is_empty() {
        terminal::say("There is no backup.")?;
    } else {
        terminal::say(&table(&rows).trim_fmt())?;
    }
    match broken {
        0 => Ok(()),
        broken => Err(Failure::BrokenBackups(broken)),
    }
}

fn table(rows: &[Row]) -> Table {
    let mut table = terminal::table(["BACKUP", "MADE", "RECORDS", "BYTES", "STATE"]);
    for row in rows {
        let number = |value: Option<u64>| value.map_or_else(String::new, |it| it.to_string());
        let state = match row.problems.first() {
            Some(first) => format!("{}: {first}", row.state),
            None => row.state.to_owned(),
        };
        table.add_row([
            row.id.clone().unwrap_or_else(|| row.file.clone()),
            row.made_at
                .as_deref()
                .map_or_else(String::new, terminal::minutes),
            number(row.records),
            number(row.bytes),
            state,
        ]);
    }
    table
}
