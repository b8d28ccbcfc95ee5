//! The audit: whether its chain is whole.

use serde::Serialize;
use sesame_custody::audit::{self as chain, Report};
use sesame_custody::backup::HeldCheckpoints;
use sesame_domain::audit::{Action, Actor, AuditEntry, Checkpoint};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{AuditLog, AuditTrail, StoreError};
use sesame_domain::time::{Age, Timestamp};

use super::finding::Finding;
use crate::cli::Listing;
use crate::config::{CustodySettings, Layers};
use crate::failure::Failure;
use crate::node::{Core, backups, storage};
use crate::terminal::old;
use crate::{telemetry, terminal};

const AUDIT: &str = "audit";
/// How many entries are read at a time.
const PAGE: u32 = 500;

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
    telemetry::start_log(&settings.logs)?;
    let core = Core::connect(&settings.storage, &settings.custody).await?;
    let held = held_elsewhere(&core, &settings).await?;
    let reports = verify_all(&core, &held.checkpoints).await;
    storage::close(&core.database).await;
    let reports = reports.map_err(storage::unreadable)?;
    tell(&reports, &held.unreadable, listing)
}

/// The checkpoints in the newest backup, which whoever can write to the
/// database cannot change. A restore brings back sessions and no audit: what
/// is older than that is of the chain that was lost.
async fn held_elsewhere(
    core: &Core,
    settings: &CustodySettings,
) -> Result<HeldCheckpoints, Failure> {
    let Some(backups) = backups::backups(core, &settings.backup)? else {
        return Ok(HeldCheckpoints::default());
    };
    let mut held = backups.held_checkpoints(&Actor::system("doctor")).await?;
    if let Some(restored) = last_restore(core).await? {
        held.checkpoints
            .retain(|checkpoint| checkpoint.at > restored);
    }
    Ok(held)
}

/// When a backup was last restored. That the entry is authentic, the chain
/// shows that it stands in.
async fn last_restore(core: &Core) -> Result<Option<Timestamp>, Failure> {
    let mut before = None;
    loop {
        let page: Vec<AuditEntry> =
            AuditLog::page(&core.database, &Owner::instance(), before, PAGE)
                .await
                .map_err(storage::unreadable)?;
        if let Some(entry) = page.iter().find(|it| it.action == Action::BackupRestored) {
            return Ok(Some(entry.at));
        }
        match page.last() {
            Some(last) if page.len() >= PAGE as usize => before = Some(last.at),
            _ => return Ok(None),
        }
    }
}

async fn verify_all(core: &Core, held: &[Checkpoint]) -> Result<Vec<Report>, StoreError> {
    let mut reports = Vec::new();
    for tenant in core.database.tenants().await? {
        let held: Vec<_> = held
            .iter()
            .filter(|it| it.tenant == tenant)
            .cloned()
            .collect();
        let keys = core.token_keys.as_ref();
        reports.push(chain::verify(&core.database, keys, &tenant, &held).await?);
    }
    Ok(reports)
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
        "{}: {} entries, {} checkpoints, {}",
        report.tenant,
        report.entries,
        report.checkpoints,
        if report.is_whole() {
            "whole"
        } else {
            "NOT WHOLE"
        }
    )];
    let mut bad = report.bad.iter();
    lines.extend(bad.next().map(|it| format!("first bad row: {it}")));
    lines.extend(bad.map(|it| format!("also: {it}")));
    let counted = [
        (report.since, "came after the newest checkpoint"),
        (
            report.before_chain,
            "are older than the chain and cannot be verified",
        ),
        (report.pruned, "were removed by retention"),
    ];
    let counted = counted.iter().filter(|(count, _)| *count > 0);
    lines.extend(counted.map(|(count, what)| format!("{count} entries {what}")));
    lines.join("\n  ")
}

/// The same in a line, for the doctor's round.
pub(super) async fn look(core: &Core) -> Vec<Finding> {
    match verify_all(core, &[]).await {
        Ok(reports) => {
            let now = core.clock.now();
            let newest = reports.iter().filter_map(|it| it.newest).map(|it| it.at);
            // Since one that is dated ahead, others may have been made.
            let newest = newest
                .map(|at| Age::of(at, now))
                .min_by_key(|age| match age {
                    Age::Past(span) => (0, *span),
                    Age::Ahead(span) => (1, *span),
                });
            vec![finding(&reports, newest)]
        }
        Err(error) => vec![Finding::failed(AUDIT, &error)],
    }
}

fn finding(reports: &[Report], newest: Option<Age>) -> Finding {
    let entries: u64 = reports.iter().map(|it| it.entries).sum();
    if let Some(bad) = reports.iter().find_map(Report::first) {
        return Finding::bad(
            AUDIT,
            format!("is not as it was written: {bad}"),
            "someone changed the database: `sesame doctor audit` names all that is wrong",
        );
    }
    let said = |age| {
        format!(
            "{entries} entries, whole; the newest checkpoint is {}",
            old(age)
        )
    };
    match newest {
        None => Finding::good(
            AUDIT,
            format!("{entries} entries, whole; no checkpoint yet"),
        ),
        Some(age @ Age::Ahead(_)) => Finding::warning(
            AUDIT,
            said(age),
            "is the clock right? A running Sesame makes the next one within minutes",
        ),
        Some(age) => Finding::good(AUDIT, said(age)),
    }
}
