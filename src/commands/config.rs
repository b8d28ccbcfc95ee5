//! `sesame config`: the settings in force.

use serde::Serialize;

use crate::args::{ConfigArgs, ConfigCommand, Listing};
use crate::config::{Effective, Layers, Overview, Problem, why_not_opened};
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
            unknown: unknown.iter().map(|it| it.name.as_str()).collect(),
            open_to_others: way,
        })?;
    } else {
        if problems.is_empty() {
            terminal::say("good: `sesame serve` would start with these settings")?;
        }
        for unknown in &unknown {
            terminal::warn(&unknown.to_string());
        }
        if let Some(why) = why_not_opened(layers) {
            terminal::warn(why);
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
        let unknown: Vec<_> = layers.unknown().iter().map(ToString::to_string).collect();
        if !unknown.is_empty() {
            terminal::say(&format!("\n{}", unknown.join("\n")))?;
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
