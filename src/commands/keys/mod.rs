//! `sesame keys`: the versions of the key that seals sessions.

mod copy;
mod list;

use std::fmt::Write as _;

use sesame_custody::{KeyAdministration, RewrapReport};
use sesame_domain::audit::Actor;
use sesame_domain::keys::{KeyVersion, Provider};

use crate::args::KeysCommand;
use crate::config::{CustodySettings, Layers, operator};
use crate::failure::Failure;
use crate::node::{Core, storage};
use crate::{telemetry, terminal};
use sesame_domain::plural::{agreeing, counted};

/// Lists, makes, changes over, archives and brings back versions.
pub(crate) async fn keys(layers: &Layers, what: KeysCommand) -> Result<(), Failure> {
    let settings = CustodySettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let core = Core::connect(&settings.storage, &settings.custody).await?;
    let administration = core.administration();
    let actor = operator();
    let done = match what {
        KeysCommand::List(listing) => list::list(&administration, &listing).await,
        KeysCommand::Status(listing) => list::status(&administration, &listing).await,
        KeysCommand::Rotate => rotate(&administration, actor).await,
        KeysCommand::Rewrap => rewrap(&administration, actor).await,
        KeysCommand::Retire { key } => retire(&administration, &key, actor).await,
        KeysCommand::Reinstate { key } => reinstate(&administration, &key, actor).await,
        KeysCommand::Copy { file } => copy::copy(&core, &file, actor).await,
    };
    storage::close(&core.database).await;
    done
}

async fn rotate(administration: &KeyAdministration, actor: Actor) -> Result<(), Failure> {
    let key = administration.rotate(actor).await?;
    terminal::say(&format!(
        "Version {} ({}, {}) is active: what is sealed from now on is under it.\n\
         What was sealed before stays under older versions until `sesame keys rewrap`,\n\
         which a running Sesame also does by itself.",
        key.number,
        key.id,
        key.provider.as_str()
    ))?;
    match key.provider {
        Provider::File => terminal::say(
            "The key file has changed: bring the copy of it up to date with `sesame keys copy FILE`.",
        ),
        Provider::Secret | Provider::AwsKms | Provider::Other(_) => Ok(()),
    }
}

async fn rewrap(administration: &KeyAdministration, actor: Actor) -> Result<(), Failure> {
    let bar = terminal::bar("data keys");
    let report = administration
        .rewrap(actor, &mut |progress| {
            bar.set_length(progress.total);
            bar.set_position(progress.done + progress.skipped);
        })
        .await;
    bar.finish_and_clear();
    let report = report?;
    terminal::say(&format!(
        "{} {} wrapped anew under {}.",
        counted(report.done, "data key"),
        agreeing(report.done, "was", "were"),
        report.key_id
    ))?;
    if report.broken.is_empty() && report.out_of_reach.is_empty() {
        return Ok(());
    }
    Err(Failure::NotRewrapped(left(&report)))
}

/// What could not be wrapped anew, for someone to look at.
fn left(report: &RewrapReport) -> String {
    let mut text = String::from("not everything could be wrapped anew:");
    for id in &report.broken {
        // Writing into a string does not fail.
        let _ = write!(
            text,
            "\n  {id} does not open: it was changed or moved (see the audit)"
        );
    }
    for id in &report.out_of_reach {
        let _ = write!(
            text,
            "\n  {id} is under a key that is retired or not on this node"
        );
    }
    text
}

async fn retire(
    administration: &KeyAdministration,
    key: &str,
    actor: Actor,
) -> Result<(), Failure> {
    let retired = administration.retire(key, actor).await?;
    terminal::say(&format!(
        "Archived: {}. What is archived opens nothing until `sesame keys reinstate`; \
         the keys are kept.",
        names(&retired)
    ))
}

async fn reinstate(
    administration: &KeyAdministration,
    key: &str,
    actor: Actor,
) -> Result<(), Failure> {
    let back = administration.reinstate(key, actor).await?;
    terminal::say(&format!("Open again: {}.", names(&back)))
}

fn names(versions: &[KeyVersion]) -> String {
    let names: Vec<_> = versions.iter().map(|it| it.id.as_str()).collect();
    names.join(", ")
}
