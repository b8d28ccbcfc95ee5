//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::config::Layers;
use crate::failure::Failure;
use crate::ownership;
use crate::signals::Signals;

const EXIT_CODES: &str = "\
Exit codes:
  0    done, or stopped when asked to
  1    something failed
  2    the arguments are wrong
  3    the configuration is incomplete or wrong (see `sesame config`), or
       another user must run it
  4    the database, Redis or AWS KMS cannot be used; trying again may help
  5    the address to listen at is taken
  6    the keys that seal sessions cannot be used, nor by trying again
  7    `sesame doctor` found something that does not work
  129, 130, 131, 143
       stopped by SIGHUP, SIGINT (Ctrl-C), SIGQUIT or SIGTERM before the end;
       `serve` and `sandbox`: asked twice, and ended at once";

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
    #[cfg_attr(not(feature = "sandbox"), command(hide = true))]
    Sandbox(SandboxArgs),
    /// Bring the database's schema up to date
    Migrate,
    /// Show every setting in force and where it comes from; secrets are hidden
    Config(Listing),
    /// The linked accounts: how they are doing, and which are not kept
    Accounts(AccountsArgs),
    /// What is done in the background, and how to end it
    Jobs(JobsArgs),
    /// The versions of the key that seals sessions
    Keys(KeysArgs),
    /// Back up sealed sessions, the key's versions and the audit's checkpoints
    Backup(BackupArgs),
    /// Bring back what a backup has; never replaces what is there
    Restore(RestoreArgs),
    /// Take sessions over from another system
    Import(ImportArgs),
    /// Look for what is wrong, or will be
    Doctor(DoctorArgs),
}

/// What about accounts.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AccountsArgs {
    #[command(subcommand)]
    pub(crate) what: Option<AccountsCommand>,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

/// What to do about accounts, other than listing them.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountsCommand {
    /// List the accounts that the retention policy (RETAIN_*) ends
    Retention {
        /// End them now: log out at Telegram, destroy the keys, erase
        #[arg(long)]
        apply: bool,
        #[command(flatten)]
        listing: Listing,
    },
}

/// What about jobs.
#[derive(Debug, Args)]
pub(crate) struct JobsArgs {
    #[command(subcommand)]
    pub(crate) what: JobsCommand,
}

/// What to do about jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List jobs, the newest first
    List {
        /// Only those that stand like this: queued, waiting, running, done,
        /// failed, cancelled
        #[arg(long)]
        state: Option<String>,
        /// Only those of this kind
        #[arg(long)]
        kind: Option<String>,
        /// So many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        #[command(flatten)]
        listing: Listing,
    },
    /// Show a job as JSON
    Show {
        /// Its id
        job: String,
    },
    /// Cancel a job: at once, or after the step that it is at
    Cancel {
        /// Its id
        job: String,
    },
}

/// What about keys.
#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    pub(crate) what: KeysCommand,
}

/// What to do about keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List all versions
    List(Listing),
    /// Say how far sessions have come under the active version, and what is wrong
    Status(Listing),
    /// Make a new version; what is sealed from now on, on all nodes, is under it
    Rotate,
    /// Wrap the data keys of older versions anew; no session is opened
    Rewrap,
    /// Archive this version and all before it: they open nothing any more
    Retire {
        /// Its number or its name
        key: String,
    },
    /// Bring this archived version and all after it back
    Reinstate {
        /// Its number or its name
        key: String,
    },
    /// Copy the key file, and remember that there is a copy
    Copy {
        /// Where to; an older copy that is there is brought up to date
        file: PathBuf,
    },
}

/// What about backups.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BackupArgs {
    #[command(subcommand)]
    pub(crate) what: Option<BackupCommand>,
}

/// What to do about backups, other than making one.
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// List the backups that there are; fails if any cannot be used
    List(Listing),
    /// Read everything of a backup and check it; no session is opened
    Verify {
        /// Which backup; without it, the newest
        #[arg(value_name = "BACKUP")]
        backup: Option<String>,
    },
    /// Restore the newest one into a scratch database and open a sample
    Rehearse,
}

/// What to restore.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Which backup; without it, the newest
    #[arg(value_name = "BACKUP")]
    pub(crate) backup: Option<String>,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Restore although a newer backup cannot be read: what was erased since
    /// may come back
    #[arg(long)]
    pub(crate) despite_unreadable: bool,
}

/// What to import.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    pub(crate) what: ImportCommand,
}

/// From where to import.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Telethon's sessions, in plain or encrypted with Fernet
    Telethon(Box<commands::TelethonArgs>),
}

/// What to look for.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DoctorArgs {
    #[command(subcommand)]
    pub(crate) what: Option<DoctorCommand>,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

/// What to look at closely.
#[derive(Debug, Subcommand)]
pub(crate) enum DoctorCommand {
    /// Verify the whole audit, entry by entry; names the first bad one
    Audit(Listing),
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

impl Command {
    /// Nothing is touched, no log begun, before it is sure that it is for the
    /// right user.
    fn check_user(&self, layers: &Layers) -> Result<(), Failure> {
        match self {
            Self::Config(_) => Ok(()),
            Self::Sandbox(args) => args
                .data
                .as_deref()
                .map_or(Ok(()), ownership::check_sandbox),
            command => ownership::check(layers, matches!(command, Self::Serve)),
        }
    }
}

impl Cli {
    /// Does what was asked for, unless it is asked to stop.
    pub(crate) async fn run(self, mut signals: Signals) -> Result<(), Failure> {
        let layers = Layers::of_process()?;
        self.command.check_user(&layers)?;
        match self.command {
            // These end in an order of their own.
            Command::Serve => Box::pin(commands::serve(&layers, signals)).await,
            #[cfg(feature = "sandbox")]
            Command::Sandbox(args) => Box::pin(commands::sandbox(layers, args, signals)).await,
            #[cfg(not(feature = "sandbox"))]
            Command::Sandbox(_) => Err(Failure::Usage(
                "this Sesame was built without the sandbox: take a build with the Cargo feature `sandbox`".to_owned(),
            )),
            Command::Import(args) => Box::pin(commands::import(&layers, args.what, signals)).await,
            other => signals.unless_asked(Box::pin(other.run(&layers))).await,
        }
    }
}

impl Command {
    /// What can be dropped at any point.
    async fn run(self, layers: &Layers) -> Result<(), Failure> {
        match self {
            Self::Migrate => commands::migrate(layers).await,
            Self::Config(listing) => commands::config(layers, &listing),
            Self::Accounts(args) => Box::pin(commands::accounts(layers, args)).await,
            Self::Jobs(args) => Box::pin(commands::jobs(layers, args.what)).await,
            Self::Keys(args) => commands::keys(layers, args.what).await,
            Self::Backup(args) => Box::pin(commands::backup(layers, args.what)).await,
            Self::Restore(args) => Box::pin(commands::restore(layers, args)).await,
            Self::Doctor(args) => Box::pin(commands::doctor(layers, args)).await,
            Self::Serve | Self::Sandbox(_) | Self::Import(_) => Ok(()),
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
