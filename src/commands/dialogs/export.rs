//! `sesame dialogs export`: a copy of a chat in a folder.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Local, NaiveDate, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use sesame_domain::account::Account;
use sesame_domain::backoff::Backoff;
use sesame_domain::export::{ExportChoice, ExportWay, LookBack};
use sesame_domain::plural::counted;
use sesame_domain::reading::ReadError;
use sesame_domain::time::{Clock as _, SystemClock, Timestamp};
use sesame_sessions::Reader;
use sesame_words::Language;
use sesame_work::export::{Tally, TimeZone};
use sesame_work::exporter::{
    ExportFolder, ExportPorts, ExportStopped, Exported, Exporter, FoundChat, Rendering, TargetError,
};
use tokio::time::sleep;

use super::bar::Bar;
use super::chat::{Named, find};
use super::estimate::estimated;
use super::takeout::{self, CommandTakeout};
use super::whose;
use crate::args::ExportArgs;
use crate::config::{Layers, Settings};
use crate::failure::Failure;
use crate::node::{Runtime, TenantForCommand};
use crate::signals::Signals;
use crate::{telemetry, terminal};

/// How often it is begun again in a row when it does not work at the moment.
const TRIES: u32 = 6;
/// How long it is waited before that.
const TRY_AGAIN: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
const MIB: u64 = 1024 * 1024;

/// Saves a copy of a chat, or brings one up to date.
pub(super) async fn export(
    layers: &Layers,
    args: ExportArgs,
    mut signals: Signals,
) -> Result<(), Failure> {
    let named = Named::read(&args.dialog)?;
    let choice = choice(&args)?;
    if !args.yes && !io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "no one is there to be asked: add --yes to begin without asking".to_owned(),
        ));
    }
    let settings = Settings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let runtime = Box::pin(Runtime::for_command_with_sessions(&settings));
    let runtime = signals.unless_asked(runtime).await?;
    signals.stop_in_order();
    let done = tokio::select! {
        done = Box::pin(of_whom(layers, &settings, &runtime, named, choice, &args, &mut signals)) => done,
        failure = runtime.lock_lost() => Err(failure),
    };
    runtime.close().await;
    terminal::say(&done?)
}

/// With the sessions of the account's tenant: each has an application of its own.
async fn of_whom(
    layers: &Layers,
    settings: &Settings,
    runtime: &Runtime,
    named: Named,
    choice: ExportChoice,
    args: &ExportArgs,
    signals: &mut Signals,
) -> Result<String, Failure> {
    let (database, first) = (&runtime.core.database, &settings.bot.tenant);
    let account = whose::readable_account(database, first, &args.whose).await?;
    let tenant = &account.owner.tenant;
    if tenant == first {
        let reader = runtime.sessions.reader();
        return unless_asked(signals, &reader, &account, named, choice, args).await;
    }
    let other = Box::pin(TenantForCommand::open(tenant, layers, settings, runtime)).await?;
    let reader = other.runtime.sessions.reader();
    let done = unless_asked(signals, &reader, &account, named, choice, args).await;
    other.runtime.stop_work().await;
    done
}

/// Until someone wants it to stop: what was read is kept.
async fn unless_asked(
    signals: &mut Signals,
    reader: &Reader,
    account: &Account,
    named: Named,
    choice: ExportChoice,
    args: &ExportArgs,
) -> Result<String, Failure> {
    let held = CommandTakeout::default();
    let work = copy(reader.clone(), account, named, choice, args, &held);
    let done = tokio::select! {
        done = Box::pin(work) => done,
        asked = signals.asked() => Err(Failure::Stopped {
            asked,
            left: "what was read is kept; the same command goes on from there",
        }),
    };
    held.end(reader, account).await;
    done
}

fn choice(args: &ExportArgs) -> Result<ExportChoice, Failure> {
    let (from, until) = (args.from.map(midnight), args.until);
    let until = until.and_then(|day| day.succ_opt()).map(midnight);
    if let (Some(from), Some(until)) = (from, until)
        && from >= until
    {
        return Err(Failure::Usage(
            "--from lies behind --until: no message can be between them".to_owned(),
        ));
    }
    Ok(ExportChoice {
        media: args.media.clone(),
        largest: args.largest.map(|mib| mib * MIB),
        from,
        until,
        only_mine: args.only_mine,
    })
}

/// When a day begins here.
fn midnight(day: NaiveDate) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    // Where clocks are put forward at midnight, the day begins later.
    let local = Local.from_local_datetime(&midnight).earliest();
    local.map_or_else(|| midnight.and_utc(), |local| local.with_timezone(&Utc))
}

/// What is said of the copy.
async fn copy(
    reader: Reader,
    account: &Account,
    named: Named,
    choice: ExportChoice,
    args: &ExportArgs,
    held: &CommandTakeout,
) -> Result<String, Failure> {
    let found = find(&reader, account, named).await.map_err(unreadable)?;
    if !args.yes {
        let much = estimated(&reader, account, found.chat.id, &choice).await;
        if !asked(&found, &much, account, args)? {
            return Ok("Nothing was done.".to_owned());
        }
    }
    let folder = ExportFolder::open(&args.folder).map_err(|error| unkept(&args.folder, error))?;
    let reader = Arc::new(reader);
    let ports = ExportPorts {
        layer: reader.layer(),
        records: Arc::clone(&reader) as _,
        takeouts: Arc::clone(&reader) as _,
        media: reader,
    };
    let bar = Bar::new();
    let exporter = Exporter::open(&ports, account, &folder, &bar, found.chat, choice).await;
    let back = LookBack::days(args.look_back).unwrap_or_default();
    let way = ExportWay::by_takeout(args.takeout);
    let copied = match exporter {
        Ok(exporter) => {
            let exporter = exporter.looking_back(back, SystemClock.now());
            read(exporter, &folder, way, held).await
        }
        Err(stopped) => Err(stopped),
    };
    bar.clear();
    copied.map_err(|stopped| failure(&args.folder, stopped))
}

/// Asks whether to begin.
fn asked(
    found: &FoundChat,
    much: &str,
    account: &Account,
    args: &ExportArgs,
) -> Result<bool, Failure> {
    let name = found.chat.name();
    let name = if name.is_empty() {
        args.dialog.clone()
    } else {
        format!("“{name}”")
    };
    let (messages, folder) = (counted(found.total, "message"), args.folder.display());
    let told = if args.takeout {
        " Telegram tells your other devices of the export, and may ask there first whether to allow it."
    } else {
        ""
    };
    terminal::say(&format!(
        "{name} has {messages}. {much} A copy for {} goes to {folder}, readable for your user alone, with files: {}. What destroys itself, and what may not be copied, is left out and marked.{told}",
        account.display_name(),
        args.media
    ))?;
    let question = || -> io::Result<bool> {
        let mut out = io::stdout();
        write!(out, "Begin? [y/N] ")?;
        out.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        let answer = answer.trim().to_lowercase();
        Ok(answer == "y" || answer == "yes")
    };
    question().map_err(|error| Failure::other("no answer can be read", error))
}

/// Reads until nothing is left to read, waiting as Telegram wants it.
async fn read(
    mut exporter: Exporter<'_>,
    folder: &ExportFolder,
    mut way: ExportWay,
    held: &CommandTakeout,
) -> Result<String, ExportStopped> {
    let mut tries = 0;
    let done = loop {
        match exporter.run_by(way, held).await {
            Ok(done) => break done,
            Err(ExportStopped::TakeoutDelay { until }) => way = takeout::allowed(until).await?,
            Err(ExportStopped::TakeoutOver) => way = takeout::over().await?,
            Err(ExportStopped::Flood { until }) => {
                let wait = until - SystemClock.now();
                let until = until.with_timezone(&Local).format("%H:%M:%S");
                terminal::warn(&format!(
                    "Telegram wants a wait until {until}; going on then (Ctrl-C stops, and keeps what was read)"
                ));
                sleep(wait.to_std().unwrap_or_default()).await;
            }
            Err(ExportStopped::Away { why, .. } | ExportStopped::Temporary(why))
                if tries < TRIES =>
            {
                tries += 1;
                terminal::warn(&format!("{why}; trying again"));
                sleep(TRY_AGAIN.wait(tries)).await;
            }
            Err(stopped) => return Err(stopped),
        }
    };
    let state = exporter.state().clone();
    let holes = state.mark.holes.len();
    // What cannot be ended now is once the command is over.
    let _ = exporter.leave_takeout(true, held).await;
    drop(exporter);
    let how = Rendering {
        zone: local_zone(),
        words: Arc::new(Language::ENGLISH.export()),
        now: SystemClock.now(),
    };
    let tally = folder.render(state, how).await?;
    Ok(told(folder.root(), done, &tally, holes))
}

fn told(folder: &Path, exported: Exported, tally: &Tally, holes: usize) -> String {
    let (messages, files) = (
        counted(tally.messages, "message"),
        counted(tally.files, "file"),
    );
    let new = exported.new_messages;
    let mut said = format!(
        "{messages} and {files} in {}, {new} of the messages new. Open messages.html there in a browser to read them. result.json is as Telegram Desktop writes it; messages.jsonl has everything that Telegram said.",
        folder.display()
    );
    if exported.edited + exported.deleted > 0 {
        let (edited, deleted) = (exported.edited, exported.deleted);
        let changed = format!(
            "\nSince they were copied, {edited} were edited and {deleted} deleted; what was deleted stays in the copy, and is marked."
        );
        said.push_str(&changed);
    }
    let missing = exported.progress.missing;
    if missing > 0 {
        let files = counted(missing, "file");
        said.push('\n');
        said.push_str(&files);
        said.push_str(
            " did not come: manifest.json says which and why. The same command tries them again.",
        );
    }
    if holes > 0 {
        said.push_str("\nSome messages could not be read and are missing.");
    }
    said
}

/// The time zone of this machine.
fn local_zone() -> TimeZone {
    let name = iana_time_zone::get_timezone().unwrap_or_else(|_| "local time".to_owned());
    let now = SystemClock.now().timestamp();
    // Telegram is of 2013.
    let first = NaiveDate::from_ymd_opt(2013, 1, 1).map_or(0, |day| midnight(day).timestamp());
    let year = TimeDelta::days(366).num_seconds();
    TimeZone::sampled(&name, (first, now + year), |at| {
        let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
        Local
            .offset_from_utc_datetime(&at.naive_utc())
            .fix()
            .local_minus_utc()
    })
}

fn failure(folder: &Path, stopped: ExportStopped) -> Failure {
    match stopped {
        ExportStopped::Refused(error) => unreadable(error),
        ExportStopped::Target(error) => unkept(folder, error),
        ExportStopped::Another(why) => Failure::Usage(format!(
            "{} has another copy ({why}): choose another folder",
            folder.display()
        )),
        ExportStopped::TakeoutDelay { .. } | ExportStopped::TakeoutOver => {
            takeout::failure(&stopped)
        }
        ExportStopped::Flood { .. } | ExportStopped::Away { .. } | ExportStopped::Temporary(_) => {
            Failure::other(
                "the copy is not finished; the same command goes on from there",
                stopped,
            )
        }
    }
}

fn unkept(folder: &Path, error: TargetError) -> Failure {
    let folder = folder.display();
    match error {
        TargetError::Busy => Failure::Usage(format!("another export is under way in {folder}")),
        TargetError::Unknown(why) => Failure::Usage(format!(
            "{folder} cannot be used: {why}. Choose a new folder"
        )),
        TargetError::Full => Failure::Usage(format!(
            "there is no room left in {folder}: make room, and give the same command again"
        )),
        error @ TargetError::Io(_) => Failure::other("the copy cannot be kept", error),
    }
}

/// Why a chat cannot be read, and what to do.
fn unreadable(error: ReadError) -> Failure {
    let what = match &error {
        ReadError::NoSuchName => "no one has this name at Telegram",
        ReadError::NoAccess => "the account may not read this chat",
        ReadError::PeerUnknown => {
            "the account has no such chat: name it by @name, or open it in Telegram first"
        }
        ReadError::Frozen => "Telegram has frozen the account",
        ReadError::SessionDead(_) => "the session does not work any more: link the account again",
        ReadError::Elsewhere => {
            "a running `sesame serve` uses the session: give the command again in a moment"
        }
        _ => return Failure::other("the chat cannot be read", error),
    };
    Failure::Usage(what.to_owned())
}
