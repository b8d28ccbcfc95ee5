//! Reading a copy inside of an export of Telegram's (a takeout), to which whoever gives
//! the command agreed.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::Local;
use inquire::Select;
use sesame_domain::account::Account;
use sesame_domain::export::ExportWay;
use sesame_domain::ids::JobId;
use sesame_domain::ports::Takeouts as _;
use sesame_domain::reading::TakeoutId;
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock as _, SystemClock, Timestamp};
use sesame_sessions::Reader;
use sesame_work::exporter::{ExportStopped, TakeoutHolder};
use tokio::time::{sleep, timeout};

use crate::failure::Failure;
use crate::terminal::{self, Prompt, Typed};

/// How long it may take to end what was begun, once the command is over.
const FAREWELL: Duration = Duration::from_secs(5);

/// The takeout that a command has a copy read in.
#[derive(Debug, Default)]
pub(super) struct CommandTakeout(Mutex<Option<TakeoutId>>);

impl CommandTakeout {
    fn held(&self) -> std::sync::MutexGuard<'_, Option<TakeoutId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it, if the command is over and it is not: its copy was not finished.
    pub(super) async fn end(&self, reader: &Reader, account: &Account) {
        let Some(id) = self.held().take() else {
            return;
        };
        let finish = reader.finish(account, id, false);
        let why = match timeout(FAREWELL, finish).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => Reason::of(&error).to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        terminal::warn(&format!(
            "the export at Telegram was not ended ({why}): the next copy with --takeout ends it, or Telegram after a while"
        ));
    }
}

#[async_trait]
impl TakeoutHolder for CommandTakeout {
    fn job(&self) -> Option<JobId> {
        None
    }

    async fn holds(&self, id: TakeoutId) -> Result<(), ExportStopped> {
        *self.held() = Some(id);
        Ok(())
    }

    async fn over(&self, _: TakeoutId) {
        *self.held() = None;
    }
}

/// What whoever gave the command says.
#[derive(Clone, Copy)]
enum Say {
    Try(&'static str),
    Without,
    Stop,
}

impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Try(text) => text,
            Self::Without => "Go on without an export of Telegram's, under its ordinary limits",
            Self::Stop => "Stop; the same command goes on later",
        })
    }
}

impl Say {
    /// The way that it means; `None`: none.
    fn way(self) -> Option<ExportWay> {
        match self {
            Self::Try(_) => Some(ExportWay::Takeout),
            Self::Without => Some(ExportWay::Ordinary),
            Self::Stop => None,
        }
    }
}

/// Telegram asks first: waits until then, or until someone says that it is allowed.
/// Where no one is there to say so, it is not waited for.
///
/// # Errors
/// When it is not to go on.
pub(super) async fn allowed(until: Timestamp) -> Result<ExportWay, ExportStopped> {
    let moment = until.with_timezone(&Local).format("%Y-%m-%d %H:%M");
    terminal::warn(&format!(
        "Telegram asks on your other devices whether to allow this export. Allow it there; otherwise it begins by itself at {moment}"
    ));
    if !terminal::is_attended() {
        return Err(ExportStopped::TakeoutDelay { until });
    }
    let mut prompt = ask(vec![
        Say::Try("I have allowed it: try now"),
        Say::Without,
        Say::Stop,
    ]);
    let wait = (until - SystemClock.now()).to_std().unwrap_or_default();
    tokio::select! {
        said = said(&mut prompt) => said?.ok_or(ExportStopped::TakeoutDelay { until }),
        () = sleep(wait) => Ok(ExportWay::Takeout),
    }
}

/// Telegram's export is over: asks whether there is to be another one.
///
/// # Errors
/// When it is not to go on.
pub(super) async fn over() -> Result<ExportWay, ExportStopped> {
    terminal::warn(
        "Telegram's export is over: another one was begun, or it took too long. What was read is kept",
    );
    if !terminal::is_attended() {
        return Err(ExportStopped::TakeoutOver);
    }
    let mut prompt = ask(vec![
        Say::Try("Ask Telegram for another one"),
        Say::Without,
        Say::Stop,
    ]);
    said(&mut prompt).await?.ok_or(ExportStopped::TakeoutOver)
}

fn ask(answers: Vec<Say>) -> Prompt<Say> {
    Prompt::begin(move || Select::new("How does it go on?", answers).prompt())
}

async fn said(prompt: &mut Prompt<Say>) -> Result<Option<ExportWay>, ExportStopped> {
    match prompt.typed().await {
        Ok(Typed::Answer(say)) => Ok(say.way()),
        Ok(Typed::Nothing | Typed::Interrupt) => Ok(None),
        Err(error) => {
            let error = io::Error::other(error.to_string());
            Err(sesame_work::exporter::TargetError::Io(error).into())
        }
    }
}

/// Why a copy is not finished that waits for Telegram, or for an answer.
pub(super) fn failure(stopped: &ExportStopped) -> Failure {
    Failure::TakeoutAsks(match stopped {
        ExportStopped::TakeoutDelay { until } => {
            let moment = until.with_timezone(&Local).format("%Y-%m-%d %H:%M");
            format!(
                "Telegram asks on your other devices whether to allow this export: allow it there, or wait until {moment}, and give the same command again; without --takeout it goes on at once"
            )
        }
        _ => "Telegram's export is over, since another one was begun or it took too long. What was read is kept: the same command begins another one, and without --takeout it goes on under the ordinary limits".to_owned(),
    })
}
