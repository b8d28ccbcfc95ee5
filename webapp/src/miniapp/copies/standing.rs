//! How a copy stands: what is being done for it, how that ended, what can be fetched.

use sesame_domain::export::{Export, MadeExport};
use sesame_domain::ids::JobId;
use sesame_domain::job::{Cause, Job, JobState, Outcome, WaitReason};
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Text};

use crate::api::job_tag;
use crate::miniapp::moments::{iso, left};
use crate::problem::ApiError;

/// Where nothing says what a job waits for, or one of a newer program does.
const UNAVAILABLE: &str = "unavailable";

/// What is being done for a copy.
pub(super) struct Work {
    pub(super) job: JobId,
    /// What tells how it stands from how it stood.
    pub(super) tag: String,
    /// How it stands, in a word.
    pub(super) says: Text,
    pub(super) is_running: bool,
    pub(super) is_cancelling: bool,
    /// Why it takes a break.
    pub(super) parked: Option<Parked>,
    /// How far it is.
    pub(super) far: Option<Far>,
}

/// Why a job takes a break, and until when.
pub(super) struct Parked {
    pub(super) why: Text,
    pub(super) until: String,
    pub(super) time_left: String,
    /// Whether Telegram asks the person, and they can go on before.
    pub(super) asks: bool,
}

/// How far a job is.
pub(super) struct Far {
    /// Of a thousand; `None`: of how much is not known.
    pub(super) thousandths: Option<u32>,
    pub(super) messages: Text,
    pub(super) time_left: Option<Text>,
    /// What else is counted, and how fast it goes.
    pub(super) beside: Vec<Text>,
}

/// How the last attempt to make or renew a copy ended, where that matters.
pub(super) enum Setback {
    /// It was given up.
    Failed {
        /// By the name of the reason.
        code: String,
    },
    /// Someone cancelled it.
    Cancelled,
    /// It was never finished, and no one knows why any more.
    Unfinished,
}

/// How a copy stands.
pub(super) struct Standing {
    pub(super) work: Option<Work>,
    pub(super) setback: Option<Setback>,
    pub(super) made: Option<MadeExport>,
}

impl Standing {
    /// Of this copy, by the latest job for it.
    ///
    /// # Errors
    /// When the job cannot be followed.
    pub(super) fn of(
        export: &Export,
        job: Option<&Job>,
        words: AppWords,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let made = export.made.clone();
        let ended = job.and_then(|job| match &job.state {
            JobState::Ended { outcome, .. } => Some(outcome),
            _ => None,
        });
        let work = match job.filter(|_| ended.is_none()) {
            Some(job) => Some(Work::of(job, words, now)?),
            None => None,
        };
        // A job from before this copy was one for a copy that was removed since.
        let is_of_this = job.is_some_and(|job| job.created_at >= export.created_at);
        let setback = match ended.filter(|_| is_of_this) {
            Some(Outcome::Failed(cause)) => Some(Setback::Failed {
                code: cause.code.as_str().to_owned(),
            }),
            Some(Outcome::Cancelled { .. }) => Some(Setback::Cancelled),
            Some(Outcome::Done { .. } | Outcome::Incomplete { .. }) | None => None,
        };
        let is_left = work.is_none() && setback.is_none() && made.is_none();
        Ok(Self {
            work,
            setback: setback.or_else(|| is_left.then_some(Setback::Unfinished)),
            made,
        })
    }
}

impl Work {
    /// Whether Telegram asks the person, and they can go on before.
    pub(super) fn asks(&self) -> bool {
        self.parked.as_ref().is_some_and(|parked| parked.asks)
    }

    fn of(job: &Job, words: AppWords, now: Timestamp) -> Result<Self, ApiError> {
        let is_cancelling = job.cancel_by.is_some();
        let is_running = matches!(job.state, JobState::Running { .. });
        let parked = match &job.state {
            JobState::Waiting {
                until,
                reason,
                cause,
            } if !is_cancelling => Some(Parked {
                why: words.copy_parked(why(reason, cause.as_ref())),
                until: iso(*until),
                time_left: left(*until, now),
                asks: *reason == WaitReason::TakeoutDelay,
            }),
            _ => None,
        };
        let kind = match (is_cancelling, &job.state) {
            (true, _) => "cancelling",
            (false, JobState::Queued { .. }) => "queued",
            _ if parked.as_ref().is_some_and(|parked| parked.asks) => "asks",
            (false, JobState::Waiting { .. }) => "parked",
            (false, _) => "running",
        };
        let far = job.progress.as_ref();
        Ok(Self {
            job: job.id,
            tag: job_tag(job)?,
            says: words.copy_wait(kind),
            is_running,
            is_cancelling,
            parked,
            far: far.map(|far| Far::of(far, is_running, words)),
        })
    }
}

/// By which name it is said why a job waits.
fn why<'a>(reason: &'a WaitReason, cause: Option<&'a Cause>) -> &'a str {
    match (reason, cause) {
        (
            WaitReason::Flood
            | WaitReason::Telegram
            | WaitReason::TakeoutDelay
            | WaitReason::SessionElsewhere,
            _,
        ) => reason.as_str(),
        (_, Some(cause)) => cause.code.as_str(),
        (_, None) => UNAVAILABLE,
    }
}

impl Far {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part is from 0 to 1"
    )]
    fn of(progress: &Progress, is_running: bool, words: AppWords) -> Self {
        let messages = match progress.total {
            Some(total) => words.copy_messages_of(progress.done, total.max(progress.done)),
            None => words.copy_messages(progress.done),
        };
        let mut beside = Vec::new();
        if let Some(files) = progress.count(&Unit::Files) {
            match files.total.filter(|total| *total > 0) {
                Some(total) => beside.push(words.copy_files_of(files.done, total)),
                None if files.done > 0 => beside.push(words.copy_files(files.done)),
                None => {}
            }
        }
        if let Some(bytes) = progress.count(&Unit::Bytes).filter(|bytes| bytes.done > 0) {
            beside.push(words.copy_size(bytes.done));
        }
        if is_running {
            beside.extend(rate(progress, words));
        }
        let time_left = progress.time_left().filter(|_| is_running);
        Self {
            thousandths: progress.part().map(|part| (part * 1000.0) as u32),
            messages,
            time_left: time_left.map(|time_left| words.copy_left(time_left)),
            beside,
        }
    }
}

/// How fast it goes: messages while there are some to be read, bytes of files after that.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is rounded, and no less than nothing"
)]
fn rate(progress: &Progress, words: AppWords) -> Option<Text> {
    let whole = |rate: f64| Some(rate.round().max(0.0) as u64).filter(|rate| *rate > 0);
    let bytes = progress.rate_of(&Unit::Bytes).and_then(whole);
    let messages = progress.rate().and_then(whole);
    let is_read = progress.total.is_some_and(|total| progress.done >= total);
    match (messages.filter(|_| !is_read), bytes) {
        (Some(messages), _) => Some(words.copy_rate_messages(messages)),
        (None, Some(bytes)) => Some(words.copy_rate_size(bytes)),
        (None, None) => None,
    }
}
