//! Makes a copy of a dialog that is kept on the server, or brings one up to date.

mod chat;
mod stopped;
mod takeout;
mod target;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sesame_domain::account::Account;
use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::export::{Export, ExportRun, ExportWay, ExportWords, LookBack, MadeExport};
use sesame_domain::ids::{AccountId, NoticeId};
use sesame_domain::job::{JobKind, Payload};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::plural::counted;
use sesame_domain::ports::{
    Accounts, ExportFiles, ExportStore, Exports, Jobs, People, ReadDialogs,
};
use sesame_domain::progress::Unit;
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;
use sesame_domain::session::peer::PeerId;

use self::chat::chat_of;
use self::stopped::{failed, files_stopped, removed, stopped, target_stopped};
use self::takeout::JobTakeout;
use self::target::JobTarget;
use crate::export::TimeZone;
use crate::exporter::{
    ExportObserver, ExportPorts, ExportProgress, ExportState, Exporter, Rendering, SealedExport,
};
use crate::handler::Handler;
use crate::outcome::{Report, Stopped};
use crate::progress::ProgressReporter;
use crate::run::{JobRun, decode};

const KIND: JobKind = JobKind::EXPORT;

/// What is to be copied. A program that knows of no takeouts leaves those alone that
/// are to be read in one.
#[derive(Debug, Serialize, Deserialize)]
struct Wanted {
    /// The dialog: which account reads it stands in the job.
    dialog: Option<String>,
    /// The same, if it is read inside of a takeout of Telegram's.
    by_takeout: Option<String>,
    /// How many days it is looked back; not there: as many as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    look_back: Option<u16>,
}

impl Wanted {
    fn looking_back(&self) -> LookBack {
        let days = self.look_back.and_then(LookBack::days);
        days.unwrap_or_default()
    }
}

/// What a job is about that copies this dialog.
pub(crate) fn export_payload(dialog: PeerId, run: ExportRun) -> Payload {
    let name = match run.way {
        ExportWay::Ordinary => "dialog",
        ExportWay::Takeout => "by_takeout",
    };
    let mut about = serde_json::json!({ name: dialog.to_string() });
    if run.look_back != LookBack::default() {
        about["look_back"] = run.look_back.as_days().into();
    }
    Payload(about.to_string())
}

/// What makes two such jobs the same.
pub(crate) fn export_key(account: AccountId, dialog: PeerId) -> String {
    format!("{account}/{dialog}")
}

/// Which dialog such a job copies.
pub(crate) fn export_of(payload: &Payload) -> Option<PeerId> {
    let Wanted {
        dialog, by_takeout, ..
    } = decode(payload)?;
    dialog.or(by_takeout)?.parse().ok()
}

/// By which way such a job reads.
pub(crate) fn way_of(payload: &Payload) -> ExportWay {
    let wanted: Option<Wanted> = decode(payload);
    ExportWay::by_takeout(wanted.is_some_and(|wanted| wanted.by_takeout.is_some()))
}

/// What exports on the server are made with.
#[derive(Clone)]
pub struct ExportJobPorts {
    /// Their rows.
    pub exports: Arc<dyn Exports>,
    /// Where their files are kept.
    pub store: Arc<dyn ExportStore>,
    /// The accounts that read.
    pub accounts: Arc<dyn Accounts>,
    /// What reads with them.
    pub read: ExportPorts,
    /// The list of dialogs, by which a session meets one anew.
    pub dialogs: Arc<dyn ReadDialogs>,
    /// Jobs, of which one ends what Telegram was asked to begin.
    pub jobs: Arc<dyn Jobs>,
    /// The people, who read the pages in their language.
    pub people: Arc<dyn People>,
    /// What the pages say in the language of this tag.
    pub words: fn(Option<&str>) -> Arc<dyn ExportWords>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How many bytes a person's exports may take.
    pub room: u64,
    /// How long one is kept after it was made.
    pub kept: TimeDelta,
}

impl std::fmt::Debug for ExportJobPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportJobPorts").finish_non_exhaustive()
    }
}

struct ExportJob(ExportJobPorts);

/// Does the jobs of this kind.
pub fn export(ports: ExportJobPorts) -> Arc<dyn Handler> {
    Arc::new(ExportJob(ports))
}

#[async_trait]
impl Handler for ExportJob {
    fn kind(&self) -> JobKind {
        KIND
    }

    fn reads(&self, payload: &Payload) -> bool {
        export_of(payload).is_some()
    }

    async fn run(&self, run: &JobRun) -> Result<Report, Stopped> {
        let (export, account) = self.about(run).await?;
        let (jobs, takeouts) = (&*self.0.jobs, &*self.0.read.takeouts);
        let takeout = JobTakeout::new(jobs, takeouts, &*self.0.entropy, run, &account);
        let make = Box::pin(self.make(run, &export, &account, &takeout));
        let done = run.unless_cancelled(make).await;
        if let Err(_) | Ok(Err(Stopped::Cancelled)) = done {
            takeout.end().await;
        }
        done?
    }
}

impl ExportJob {
    /// The export, and the account that reads its dialog.
    async fn about(&self, run: &JobRun) -> Result<(Export, Account), Stopped> {
        let dialog = export_of(&run.job().payload).ok_or_else(removed)?;
        let (Some(owner), Some(id)) = (&run.job().owner, run.job().account) else {
            return Err(removed());
        };
        let account = self.0.accounts.find(owner, id).await?;
        let account = account.ok_or_else(|| failed("account_gone", "the account is not linked"))?;
        let export = self.0.exports.of_dialog(id, dialog).await?;
        let export = export.filter(|export| export.owner == *owner);
        Ok((export.ok_or_else(removed)?, account))
    }

    async fn make(
        &self,
        run: &JobRun,
        export: &Export,
        account: &Account,
        takeout: &JobTakeout<'_>,
    ) -> Result<Report, Stopped> {
        let files = self.files(export).await?;
        let beside = self
            .0
            .exports
            .taken_beside(&export.owner, export.id)
            .await?;
        let room = self.0.room.saturating_sub(beside);
        // Counted for the export: jobs that bring it up to date begin at one again.
        let attempt = self.0.exports.begin_attempt(export.id).await?;
        let attempt = attempt.ok_or_else(removed)?;
        let sealed = SealedExport::open(files, attempt, room).await;
        let target = JobTarget::new(
            sealed.map_err(target_stopped)?,
            run,
            &*self.0.exports,
            export.id,
        );
        let (read, dialogs) = (&self.0.read, &*self.0.dialogs);
        let chat = chat_of(run, read, dialogs, account, export.dialog, &target).await?;
        let told = Told(run.progress());
        let choice = export.choice.clone();
        let exporter = Exporter::open(&self.0.read, account, &target, &told, chat, choice).await;
        let wanted = decode::<Wanted>(&run.job().payload);
        let back = wanted.map_or_else(LookBack::default, |it| it.looking_back());
        let exporter = exporter.map(|it| it.looking_back(back, run.now()));
        let mut exporter = exporter.map_err(|why| stopped(run, why))?;
        let read = exporter.run_by(way_of(&run.job().payload), takeout).await;
        // What was read counts, whatever stopped it.
        let size = target.keep_size().await;
        let made = async {
            let read = read.map_err(|why| stopped(run, why))?;
            size?;
            let state = exporter.state().clone();
            let missing = read.progress.missing + holes(&state);
            self.put_together(run, export, &target, &state, missing)
                .await
        };
        let made = made.await;
        // Otherwise it goes on in it.
        if let Ok(_) | Err(Stopped::Failed(_)) = &made {
            let left = exporter.leave_takeout(made.is_ok(), takeout).await;
            if let Err(error) = left {
                tracing::info!(error = %Reason::of(&error), "an export of Telegram's is ended later");
            }
        }
        made
    }

    async fn files(&self, export: &Export) -> Result<Arc<dyn ExportFiles>, Stopped> {
        let key = self.0.exports.key(export.id).await?;
        let key = key.ok_or_else(removed)?;
        let access = Access {
            actor: Actor::system(KIND.as_str()),
            reason: AccessPurpose::SaveExport,
        };
        let opened = self.0.store.open(&export.owner, export.id, &key, &access);
        opened.await.map_err(|error| files_stopped(&error))
    }

    async fn put_together(
        &self,
        run: &JobRun,
        export: &Export,
        target: &JobTarget<'_>,
        state: &ExportState,
        missing: u64,
    ) -> Result<Report, Stopped> {
        let now = run.now();
        let person = self.0.people.find(&export.owner).await?;
        let language = person.and_then(|person| person.language);
        let how = Rendering {
            zone: TimeZone::utc(),
            words: (self.0.words)(language.as_deref()),
            now,
        };
        let rendered = target.sealed().render(state, &how).await;
        let rendered = rendered.map_err(target_stopped)?;
        let tally = &rendered.tally;
        let made = MadeExport {
            edition: rendered.edition,
            at: now,
            messages: tally.messages,
            files: tally.files,
            missing,
            archive_bytes: rendered.archive_bytes,
        };
        let notice = Notice {
            id: NoticeId::generate(&*self.0.entropy, now),
            owner: export.owner.clone(),
            kind: NoticeKind::ExportReady {
                messages: tally.messages,
                missing,
            },
            created_at: now,
            attempts: 0,
        };
        let (id, until) = (export.id, now + self.0.kept);
        let bytes = target.sealed().bytes();
        if !self
            .0
            .exports
            .finish(id, &made, bytes, until, notice, run.job().id)
            .await?
        {
            return Err(Stopped::Lost);
        }
        // What is not removed now goes with the next edition, or with the export.
        let removed = target.sealed().remove_former(rendered.edition).await;
        if let Err(error) = removed {
            tracing::warn!(export.id = %id, error = %Reason::of(&error), "a former edition was not removed");
        }
        let size = target.sealed().bytes();
        self.0.exports.keep_size(id, size).await?;
        let (messages, files) = (
            counted(tally.messages, "message"),
            counted(tally.files, "file"),
        );
        let text = format!("{messages} and {files}");
        Ok(Report { text, missing })
    }
}

/// How many messages could not be read.
fn holes(state: &ExportState) -> u64 {
    let holes = state.mark.holes.iter();
    let count = holes.map(|hole| u64::from(hole.last.abs_diff(hole.first)) + 1);
    count.sum()
}

/// Tells the job's progress.
struct Told<'a>(&'a ProgressReporter);

impl ExportObserver for Told<'_> {
    fn so_far(&self, progress: ExportProgress) {
        let total = (progress.total > 0).then_some(progress.total);
        self.0.tell(progress.messages, total, &Unit::Messages);
        self.0
            .tell_beside(progress.files, Some(progress.of_files), &Unit::Files);
        self.0.tell_beside(progress.bytes, None, &Unit::Bytes);
    }
}
