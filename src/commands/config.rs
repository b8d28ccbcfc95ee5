//! `sesame config`: the settings in force.

use crate::args::Listing;
use crate::config::{Effective, Layers, Overview};
use crate::failure::Failure;
use crate::terminal;

/// Shows the settings, and fails when they would not do to serve.
pub(crate) fn config(layers: &Layers, listing: &Listing) -> Result<(), Failure> {
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
