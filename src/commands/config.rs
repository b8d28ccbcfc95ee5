//! `sesame config`: the settings in force.

use serde::Serialize;

use crate::args::{ConfigArgs, ConfigCommand, Listing};
use crate::config::{Effective, Layers, Overview, Problem};
use crate::failure::Failure;
use crate::terminal;

/// Shows or checks the settings; both fail when they would not do to serve.
pub(crate) fn config(layers: &Layers, args: &ConfigArgs) -> Result<(), Failure> {
    match &args.what {
        None => dump(layers, &args.listing),
        Some(ConfigCommand::Dump(listing)) => dump(layers, listing),
        Some(ConfigCommand::Check(listing)) => check(layers, listing),
    }
}

/// What a check comes to, as JSON.
#[derive(Debug, Serialize)]
struct Checked<'a> {
    good: bool,
    problems: &'a [Problem],
    unknown: Vec<&'a str>,
    open_to_others: Option<String>,
}

fn check(layers: &Layers, listing: &Listing) -> Result<(), Failure> {
    let problems = Overview::load(layers).problems;
    let unknown = layers.unknown();
    let way = Layers::way_to_close_file();
    if listing.json {
        terminal::say_json(&Checked {
            good: problems.is_empty(),
            problems: problems.all(),
            unknown,
            open_to_others: way,
        })?;
    } else {
        if problems.is_empty() {
            terminal::say("good: `sesame serve` would start with these settings")?;
        }
        for name in unknown {
            terminal::warn(&format!(
                "{name} in .env is not known to Sesame; is it misspelt?"
            ));
        }
        if let Some(way) = way {
            terminal::warn(&format!("others can read the secrets in .env: {way}"));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.into())
    }
}

fn dump(layers: &Layers, listing: &Listing) -> Result<(), Failure> {
    let overview = Overview::load(layers);
    if listing.json {
        terminal::say_json(&overview.effective)?;
    } else {
        terminal::say(&table(&overview.effective))?;
        let unknown = layers.unknown();
        if !unknown.is_empty() {
            terminal::say(&format!(
                "\nIn .env, but not known to Sesame: {}",
                unknown.join(", ")
            ))?;
        }
    }
    if overview.problems.is_empty() {
        Ok(())
    } else {
        Err(overview.problems.into())
    }
}

fn table(values: &[Effective]) -> String {
    let mut table = terminal::table(["NAME", "VALUE", "FROM"]);
    for value in values {
        table.add_row([
            value.name.to_owned(),
            value.value.clone().unwrap_or_default(),
            value.origin.to_string(),
        ]);
    }
    table.trim_fmt()
}
