//! An attempt at a job, and what is written down of it.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use sesame_domain::job::{
    Cause, CauseCode, Job, JobClaim, JobState, Outcome, Release, retry_after,
};
use sesame_domain::plural::counted;
use sesame_domain::ports::StoreError;
use sesame_domain::reason::Reason;

use crate::handler::Handler;
use crate::local::LocalJobs;
use crate::outcome::{Report, Stopped};
use crate::ports::RunnerPorts;
use crate::run::JobRun;

/// The longest that is kept of what came of a job.
const REPORT_CHARS: usize = 400;

/// What of a job this program cannot read.
pub(crate) fn unreadable(job: &Job, handler: &dyn Handler) -> Option<String> {
    if let JobState::Unknown(state) = &job.state {
        return Some(format!("its state is {state}"));
    }
    (!handler.reads(&job.payload)).then(|| "what it is about".to_owned())
}

/// What becomes of a job that is not begun any more.
pub(crate) fn over_already(job: &Job, max_attempts: u32) -> Option<Outcome> {
    if let Some(by) = &job.cancel_by {
        return Some(Outcome::Cancelled { by: by.clone() });
    }
    // Whoever failed wrote that down; these were never heard of again.
    (job.attempts >= max_attempts).then(|| {
        Outcome::Failed(Cause {
            code: CauseCode::Died,
            detail: format!(
                "its process ended {} while it was at it",
                counted(job.attempts, "time")
            ),
        })
    })
}

/// Makes an attempt; `None`: the job is not this node's any more.
pub(crate) async fn attempt(run: &JobRun, handler: &dyn Handler) -> Option<Release> {
    let job = &run.job;
    let outcome = AssertUnwindSafe(handler.run(run)).catch_unwind().await;
    let stopped = match outcome {
        Ok(Ok(report)) => return Some(Release::End(done(report))),
        Ok(Err(stopped)) => stopped,
        // What it says is in the log: the panic hook writes it there.
        Err(_) => Stopped::Retry(Cause {
            code: CauseCode::Panicked,
            detail: "it panicked".to_owned(),
        }),
    };
    Some(match stopped {
        Stopped::Lost => return None,
        // Whatever kept it from being done: it is not to go on.
        _ if run.go_on().is_err() => cancelled(),
        Stopped::Cancelled => cancelled(),
        Stopped::Park { until, reason } => Release::Park { until, reason },
        Stopped::Retry(cause) if run.attempts() < handler.max_attempts() => Release::Retry {
            at: run.now() + retry_after(run.attempts()),
            cause: short_cause(cause),
        },
        Stopped::Retry(cause) | Stopped::Failed(cause) => {
            let cause = short_cause(cause);
            tracing::error!(
                job.kind = job.kind.as_str(),
                job.id = %job.id,
                code = cause.code.as_str(),
                error = cause.detail,
                "a job failed"
            );
            Release::End(Outcome::Failed(cause))
        }
    })
}

/// Who asked for it stands in the row.
fn cancelled() -> Release {
    Release::End(Outcome::Cancelled { by: String::new() })
}

fn done(Report { text, missing }: Report) -> Outcome {
    let report = short(&text);
    match missing {
        0 => Outcome::Done { report },
        missing => Outcome::Incomplete { report, missing },
    }
}

fn short(text: &str) -> String {
    text.chars().take(REPORT_CHARS).collect()
}

fn short_cause(cause: Cause) -> Cause {
    Cause {
        detail: short(&cause.detail),
        ..cause
    }
}

/// Writes down how far it came, so that what is over still says where it stopped.
pub(crate) async fn write_last_progress(run: &JobRun) {
    let Some(progress) = run.progress.take_unwritten() else {
        return;
    };
    // Lost with whatever makes its end be written later: only the last second of it.
    if let Err(error) = run.queue.tell_progress(run.claim, &progress).await {
        tracing::debug!(error = %Reason::of(&error), "progress was not written");
    }
}

pub(crate) async fn write_end(
    ports: &RunnerPorts,
    jobs: &LocalJobs,
    claim: JobClaim,
    release: Release,
) {
    let written = ports
        .queue
        .release(claim, release.clone(), ports.clock.now())
        .await;
    match written {
        // Fenced: it was taken away or erased meanwhile.
        Ok(()) | Err(StoreError::Fenced(_)) => jobs.remove(claim),
        Err(error) => {
            tracing::warn!(
                job.id = %claim.id,
                error = %Reason::of(&error),
                "the end of a job is written down later"
            );
            jobs.keep(claim, release);
        }
    }
}
