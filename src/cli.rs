//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::config::Layers;
use crate::failure::Failure;

const EXIT_CODES: &str = "\
Exit codes:
  0    done, or stopped when asked to
  1    something failed
  2    the arguments are wrong
  3    the configuration is incomplete or wrong (see `sesame config`)
  4    the database or Redis cannot be used
  5    the address to listen at is taken
  6    the keys that seal sessions cannot be used
  130  stopped at once, because it was asked twice";

/// Links people's Telegram accounts to a bot and keeps the sessions safe.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot, the Mini App and the sessions underneath
    Serve,
    /// Run a local Telegram, and Sesame over it: needs no account and no setting
    Sandbox(SandboxArgs),
    /// Bring the database's schema up to date
    Migrate,
    /// Show every setting in force and where it comes from; secrets are hidden
    Config(Listing),
    /// List the linked accounts and how they are doing
    Accounts(Listing),
}

/// How to list.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How to run the sandbox.
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Where Sesame listens; port 0 means any free port. The local Telegram
    /// takes the next port, or any free one if that is taken. With
    /// --telegram-only this is its own address
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where everything is kept; without it, in a temporary directory that is
    /// removed in the end
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How long a QR code can be scanned before the next one takes its place
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) token_life: Option<u64>,
    /// Run the local Telegram alone
    #[arg(long)]
    pub(crate) telegram_only: bool,
    /// Write the addresses and secrets, as JSON, once everything answers
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
}

impl Cli {
    /// Does what was asked for.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let layers = Layers::of_process()?;
        match self.command {
            Command::Serve => Box::pin(commands::serve(&layers)).await,
            Command::Sandbox(args) => Box::pin(commands::sandbox(layers, args)).await,
            Command::Migrate => commands::migrate(&layers).await,
            Command::Config(listing) => commands::config(&layers, &listing),
            Command::Accounts(listing) => commands::accounts(&layers, &listing).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_sandbox_takes_what_its_documentation_says() {
        let line = "sesame sandbox --listen 127.0.0.1:0 --data /tmp/s --token-life 5 \
                    --telegram-only --ready-file /tmp/ready.json";
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let Command::Sandbox(args) = cli.command else {
            panic!("{cli:?}");
        };
        assert_eq!(args.listen.port(), 0);
        assert_eq!(args.token_life, Some(5));
        assert!(args.telegram_only);
        assert!(args.data.is_some() && args.ready_file.is_some());
    }
}
