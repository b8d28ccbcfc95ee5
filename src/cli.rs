//! The command line.

use clap::{Parser, Subcommand};

use crate::config::{Effective, Layers, Overview};
use crate::failure::Failure;
use crate::terminal;

const EXIT_CODES: &str = "\
Exit codes:
  0  done, or stopped when asked to
  1  something failed
  2  the arguments are wrong
  3  the configuration is incomplete or wrong (see `sesame config`)
  4  the database or Redis cannot be used
  5  the address to listen at is taken
  6  the keys that seal sessions cannot be used";

/// Links people's Telegram accounts to a bot and keeps the sessions safe.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show every setting in force and where it comes from; secrets are hidden
    Config {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

impl Cli {
    /// Does what was asked for.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let layers = Layers::of_process()?;
        match self.command {
            Command::Config { json } => show_config(&layers, json),
        }
    }
}

/// Shows the settings, and fails when they would not do to serve.
fn show_config(layers: &Layers, json: bool) -> Result<(), Failure> {
    let overview = Overview::load(layers)?;
    if json {
        terminal::say_json(&overview.effective)?;
    } else {
        terminal::say(&config_table(&overview.effective))?;
    }
    let unknown = layers.unknown();
    if !json && !unknown.is_empty() {
        terminal::say(&format!("\nNot known to Sesame: {}", unknown.join(", ")))?;
    }
    if overview.problems.is_empty() {
        Ok(())
    } else {
        Err(overview.problems.into())
    }
}

fn config_table(values: &[Effective]) -> String {
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
