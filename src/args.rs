//! What commands are told on the command line.

mod dialogs;
mod login;
mod telethon;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use sesame_domain::ids::AccountId;
use sesame_domain::job::JobStatus;

pub(crate) use dialogs::{
    CopiesArgs, DialogsArgs, DialogsCommand, DialogsListArgs, ExportArgs, KeepArgs, WhoseArgs,
};
pub(crate) use login::LoginArgs;
pub(crate) use telethon::{TelethonArgs, option};

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
    /// Have a running Sesame look now whether the sessions work
    ///
    /// Each tenant's nodes look at its accounts. A tenant that is paused or being
    /// removed is left out, and the answer says so; that is no failure (exit code
    /// 0), unless nothing else is left to look at (exit code 2).
    Check {
        /// Only this account (as `sesame accounts --json` shows its id)
        #[arg(long, value_parser = values::account)]
        id: Option<AccountId>,
    },
    /// List the accounts that the retention policy (RETAIN_*) ends
    Retention {
        /// End them now: log out at Telegram, destroy the keys, erase
        #[arg(long)]
        apply: bool,
        #[command(flatten)]
        listing: Listing,
    },
}

/// What about the configuration.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) what: Option<ConfigCommand>,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

/// What to do about the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say whether `serve` would start with it, and all that is wrong
    Check(Listing),
    /// Show every setting in force and where it comes from; secrets are hidden
    Dump(Listing),
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
        #[arg(long, value_parser = values::job_status)]
        state: Option<JobStatus>,
        /// Only those of this kind
        #[arg(long)]
        kind: Option<String>,
        /// So many at most
        #[arg(long, default_value_t = 50, value_parser = values::number(1..=10_000_u32))]
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
    Telethon(Box<TelethonArgs>),
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
    /// Where Sesame listens; port 0 means any free port. Without it, at the first
    /// free port of 127.0.0.1 from 8080 on. The local Telegram takes the next
    /// port, or any free one if that is taken. With --telegram-only this is its
    /// own address
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub(crate) listen: Option<SocketAddr>,
    /// Where the data centres of the local Telegram listen, the first one first; once
    /// for each, at least one. Without it, two at free ports of 127.0.0.1
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub(crate) dc_listen: Vec<SocketAddr>,
    /// Where everything is kept; without it, in a temporary directory that is
    /// removed in the end
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How long a QR code can be scanned before the next one takes its place
    #[arg(long, value_name = "SECONDS", value_parser = values::number(1..=3600_u64))]
    pub(crate) token_life: Option<u64>,
    /// Run the local Telegram alone
    #[arg(long)]
    pub(crate) telegram_only: bool,
    /// Write the addresses and secrets, as JSON, once everything answers
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
}
