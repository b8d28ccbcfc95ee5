//! The audit: whether its chain is whole.

use serde::Serialize;
use sesame_custody::audit::{self as chain, Report};
use sesame_custody::backup::HeldCheckpoints;
use sesame_domain::audit::Actor;

use crate::args::Listing;
use crate::config::{CustodySettings, Layers};
use crate::failure::Failure;
use crate::node::{Core, backups, storage};
use crate::{diagnostics, telemetry, terminal};
use sesame_domain::plural::counted;

/// The audit of one tenant, as JSON.
#[derive(Debug, Serialize)]
struct Row {
    tenant: String,
    whole: bool,
    entries: u64,
    before_chain: u64,
    pruned: u64,
    checkpoints: u64,
    newest_checkpoint: Option<String>,
    since_checkpoint: u64,
    bad: Vec<String>,
}

impl From<&Report> for Row {
    fn from(report: &Report) -> Self {
        Self {
            tenant: report.tenant.to_string(),
            whole: report.is_whole(),
            entries: report.entries,
            before_chain: report.before_chain,
            pruned: report.pruned,
            checkpoints: report.checkpoints,
            newest_checkpoint: report.newest.map(|it| terminal::rfc3339(it.at)),
            since_checkpoint: report.since,
            bad: report.bad.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Verifies the whole audit and says what was found.
pub(super) async fn verify(layers: &Layers, listing: &Listing) -> Result<(), Failure> {
    let settings = CustodySettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let core = Core::connect(&settings.storage, &settings.custody).await?;
    let held = held_elsewhere(&core, &settings).await?;
    let reports = diagnostics::verify(&core, &held.checkpoints).await;
    storage::close(&core.database).await;
    let reports = reports.map_err(storage::unreadable)?;
    tell(&reports, &held.unreadable, listing)
}

/// The checkpoints in the newest backup, which whoever can write to the
/// database cannot change, as far as they are of the chain that there is.
async fn held_elsewhere(
    core: &Core,
    settings: &CustodySettings,
) -> Result<HeldCheckpoints, Failure> {
    let Some(backups) = backups::backups(core, &settings.backup, backups::At::Looking)? else {
        return Ok(HeldCheckpoints::default());
    };
    let mut held = backups.held_checkpoints(&Actor::system("doctor")).await?;
    let restored = chain::last_restore(&core.database.audit_log()).await;
    if let Some(restored) = restored.map_err(storage::unreadable)? {
        held.forget_until(restored);
    }
    Ok(held)
}

fn tell(reports: &[Report], unreadable: &[String], listing: &Listing) -> Result<(), Failure> {
    if listing.json {
        let rows: Vec<Row> = reports.iter().map(Row::from).collect();
        terminal::say_json(&rows)?;
    } else {
        let lines: Vec<String> = reports.iter().map(in_words).collect();
        terminal::say(&lines.join("\n"))?;
    }
    // An older backup says nothing about what came after it.
    for backup in unreadable {
        terminal::warn(&format!(
            "not compared with the newest backup, which cannot be read: {backup}"
        ));
    }
    let broken = reports.iter().filter(|it| !it.is_whole()).count();
    match broken + unreadable.len() {
        0 => Ok(()),
        broken => Err(Failure::Unwell(broken)),
    }
}

fn in_words(report: &Report) -> String {
    let mut lines = vec![format!(
        "{}: {}, {}, {}",
        report.tenant,
        counted(report.entries, "entry"),
        counted(report.checkpoints, "checkpoint"),
        if report.is_whole() {
            "whole"
        } else {
            "NOT WHOLE"
        }
    )];
    let mut bad = report.bad.iter();
    lines.extend(bad.next().map(|it| format!("first bad row: {it}")));
    lines.extend(bad.map(|it| format!("also: {it}")));
    let others = [
        (report.since, "after the newest checkpoint"),
        (
            report.before_chain,
            "older than the chain, which cannot be verified",
        ),
        (report.pruned, "removed by retention"),
    ];
    let others = others.iter().filter(|(count, _)| *count > 0);
    lines.extend(others.map(|(count, what)| format!("{} {what}", counted(*count, "entry"))));
    lines.join("\n  ")
}
