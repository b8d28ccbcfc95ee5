//! What `sesame dialogs` is told.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use sesame_domain::export::{LookBack, MediaChoice};
use sesame_domain::ids::{AccountId, PersonId, TenantId};
use sesame_domain::reading::DialogGroup;

use super::{Listing, values};

/// What about dialogs.
#[derive(Debug, Args)]
pub(crate) struct DialogsArgs {
    #[command(subcommand)]
    pub(crate) what: DialogsCommand,
}

/// What to do about dialogs.
#[derive(Debug, Subcommand)]
pub(crate) enum DialogsCommand {
    /// List them as Telegram orders them, as they come; the Sesame that runs here
    /// reads them, and the person's activity says that you did
    List(DialogsListArgs),
    /// Save a copy of a chat in a folder, or bring the copy there up to date: pages
    /// for a browser, result.json as Telegram Desktop writes it, and the files
    Export(Box<ExportArgs>),
    /// List the copies of chats that are kept on the server for the account's owner, and
    /// how they are kept up to date
    Copies(CopiesArgs),
    /// Set how often such a copy is brought up to date by itself; its owner sees in their
    /// activity that you did
    Keep(KeepArgs),
}

/// Which dialogs to list.
#[derive(Debug, Args)]
pub(crate) struct DialogsListArgs {
    #[command(flatten)]
    pub(crate) whose: WhoseArgs,
    /// Only those of this kind: user, group, channel, bot
    #[arg(long, value_parser = values::dialog_kind)]
    pub(crate) kind: Option<DialogGroup>,
    /// Only those in whose name these words stand
    #[arg(long, value_name = "WORDS")]
    pub(crate) query: Option<String>,
    /// As JSON, a dialog a line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whose chats; needed only if several accounts are linked.
#[derive(Debug, Args)]
pub(crate) struct WhoseArgs {
    /// Of this account (as `sesame accounts --json` shows its id); needed only if
    /// several are linked
    #[arg(
        long,
        value_name = "ID",
        value_parser = values::account,
        conflicts_with_all = ["person", "tenant"]
    )]
    pub(crate) account: Option<AccountId>,
    /// Of this person's account, by their id at Telegram
    #[arg(long, value_name = "ID", value_parser = values::person)]
    pub(crate) person: Option<PersonId>,
    /// Of this tenant; without it, a person is one of the bot's (TENANT)
    #[arg(long, value_name = "NAME", value_parser = values::tenant)]
    pub(crate) tenant: Option<TenantId>,
}

const MEDIA: &str = "Which files: all, none, or some of photos, videos, round_videos, voice, music, animations, stickers, files, with commas between them";

const MADE: &str = "\
In the folder, for your user alone:
  messages.html    pages for a browser, 1,000 messages each (messages2.html, …)
  result.json      as Telegram Desktop writes it
  messages.jsonl   everything that Telegram said, a message a line
  manifest.json    what is there, what is missing and why
  photos/, files/, … the files
The same command brings it up to date, and goes on where it was interrupted.";

/// Which chat is exported, where to, and what of it.
#[derive(Debug, Args)]
#[command(after_help = MADE)]
pub(crate) struct ExportArgs {
    /// The chat: @name, a t.me link, `me` for Saved Messages, or its id
    /// (user1, group2, channel3)
    pub(crate) dialog: String,
    /// The folder: a new one, or one that has a copy of this chat
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) whose: WhoseArgs,
    #[arg(long, value_name = "KINDS", default_value = "all", help = MEDIA)]
    pub(crate) media: MediaChoice,
    /// Only files of at most so many MiB
    #[arg(long, value_name = "MIB", value_parser = values::number(1..=4_096_u64))]
    pub(crate) largest: Option<u64>,
    /// Only messages from this day on (2026-11-28, in local time)
    #[arg(long, value_name = "DAY", value_parser = values::day)]
    pub(crate) from: Option<NaiveDate>,
    /// Only messages up to this day and with it
    #[arg(long, value_name = "DAY", value_parser = values::day)]
    pub(crate) until: Option<NaiveDate>,
    /// Only what the account itself wrote
    #[arg(long)]
    pub(crate) only_mine: bool,
    /// When a copy is brought up to date: look for what was edited or deleted in the
    /// days before the newest message that it has; 0: look for nothing
    #[arg(long, value_name = "DAYS", default_value_t = LookBack::default().as_days(), value_parser = values::number(0..=LookBack::MOST))]
    pub(crate) look_back: u16,
    /// Ask Telegram for an export, which has milder limits: Telegram tells your other
    /// devices of it, and may ask there first
    #[arg(long)]
    pub(crate) takeout: bool,
    /// Begin without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// Whose copies are listed.
#[derive(Debug, Args)]
pub(crate) struct CopiesArgs {
    #[command(flatten)]
    pub(crate) whose: WhoseArgs,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

/// Which copy is kept up to date, and how often.
#[derive(Debug, Args)]
pub(crate) struct KeepArgs {
    /// The copy, by its id: `sesame dialogs copies` lists them
    pub(crate) copy: String,
    /// How often
    #[arg(value_parser = ["daily", "weekly", "never"])]
    pub(crate) every: String,
    #[command(flatten)]
    pub(crate) whose: WhoseArgs,
}
