//! `sesame doctor`: looks for what is wrong, or will be.

mod accounts;
mod audit;
mod backups;
mod bot;
mod finding;
mod keys;
mod launch_data;
mod process;
mod storage;
mod telegram;
mod webhook;

use crate::cli::{DoctorArgs, DoctorCommand, Listing};
use crate::config::{CustodySettings, Layers, Overview, Settings};
use crate::failure::Failure;
use crate::node::{self, Core};
use crate::{telemetry, terminal};

use finding::{Finding, Verdict};

/// Looks at everything, or at the audit closely.
pub(crate) async fn doctor(layers: &Layers, args: DoctorArgs) -> Result<(), Failure> {
    match args.what {
        None => Box::pin(everything(layers, &args.listing)).await,
        Some(DoctorCommand::Audit(listing)) => audit::verify(layers, &listing).await,
    }
}

async fn everything(layers: &Layers, listing: &Listing) -> Result<(), Failure> {
    let mut findings = vec![configuration(layers)?];
    if let Ok(settings) = Settings::load(layers) {
        findings.extend(bot::look(&settings).await);
        findings.push(launch_data::look(settings.web.init_data_signature));
        findings.push(telegram::look(&settings).await);
    }
    match CustodySettings::load(layers) {
        Ok(settings) => {
            telemetry::start_log(&settings.logs)?;
            findings.extend(process::look_at_log(&settings.logs));
            findings.extend(look_beneath(&settings).await);
        }
        Err(problems) => findings.push(Finding::bad(
            "database",
            "not looked at: its settings are wrong",
            problems.to_string(),
        )),
    }
    findings.extend(process::look());
    tell(&findings, listing)
}

/// What stands on the settings of the database and the keys.
async fn look_beneath(settings: &CustodySettings) -> Vec<Finding> {
    let mut findings = storage::look_at_redis(&settings.storage).await;
    let (database, found) = storage::look_at_database(&settings.storage).await;
    findings.extend(found);
    let Some(database) = database else {
        return findings;
    };
    match Core::for_command(database.clone(), &settings.custody).await {
        Ok(core) => {
            findings.extend(keys::look(&core, &settings.custody).await);
            findings.extend(audit::look(&core).await);
            findings.extend(backups::look(&core, &settings.backup).await);
            findings.extend(storage::look_at_duties(&core).await);
            findings.extend(accounts::look(&core).await);
        }
        Err(error) => findings.push(keys::unusable(&error)),
    }
    node::storage::close(&database).await;
    findings
}

fn configuration(layers: &Layers) -> Result<Finding, Failure> {
    const ABOUT: &str = "configuration";
    let overview = Overview::load(layers);
    let unknown = layers.unknown();
    Ok(if !overview.problems.is_empty() {
        Finding::bad(
            ABOUT,
            "is incomplete or wrong: Sesame would not serve",
            overview.problems.to_string(),
        )
    } else if let Some(way) = Layers::way_to_close_file() {
        Finding::warning(ABOUT, "others can read the secrets in .env", way)
    } else if unknown.is_empty() {
        Finding::good(ABOUT, "complete")
    } else {
        Finding::warning(
            ABOUT,
            format!("not known to Sesame: {}", unknown.join(", ")),
            "correct the spelling in .env, or remove it",
        )
    })
}

fn tell(findings: &[Finding], listing: &Listing) -> Result<(), Failure> {
    if listing.json {
        terminal::say_json(&findings)?;
    } else {
        terminal::say(&finding::in_words(findings))?;
    }
    let bad = findings.iter().filter(|it| it.verdict == Verdict::Bad);
    match bad.count() {
        0 => Ok(()),
        count => Err(Failure::Unwell(count)),
    }
}
