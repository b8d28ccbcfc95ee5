//! `sesame jobs`: what is done in the background, and how to end it.

use std::fmt::Write as _;

use serde::Serialize;
use sesame_domain::ids::JobId;
use sesame_domain::job::{Cancelling, Job, JobAccess, JobKind, JobState, Outcome};
use sesame_domain::page::Page;
use sesame_domain::ports::{JobFilter, Jobs as _};
use sesame_domain::progress::Progress;
use sesame_domain::time::{Clock as _, SystemClock};
use sesame_store::{Database, JobRows};

use crate::args::{JobsCommand, Listing};
use crate::config::{Layers, StorageSettings};
use crate::failure::Failure;
use crate::node::storage;
use crate::{telemetry, terminal};

/// Who cancels, for whoever looks at the job.
const OPERATOR: &str = "operator";

/// What is counted beside what is done.
#[derive(Debug, Serialize)]
struct Counted {
    unit: String,
    done: u64,
    total: Option<u64>,
}

/// A job as it is listed. What it is about is not shown.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    kind: String,
    state: String,
    tenant: Option<String>,
    person: Option<i64>,
    account: Option<String>,
    node: Option<String>,
    attempts: u32,
    created_at: String,
    until: Option<String>,
    ended_at: Option<String>,
    done: Option<u64>,
    total: Option<u64>,
    unit: Option<String>,
    beside: Vec<Counted>,
    seconds_left: Option<i64>,
    reason: Option<String>,
    code: Option<String>,
    says: String,
    cancelled_by: Option<String>,
}

impl From<Job> for Row {
    fn from(job: Job) -> Self {
        let (until, ended_at) = match &job.state {
            JobState::Queued { from: until } | JobState::Waiting { until, .. } => {
                (Some(*until), None)
            }
            JobState::Ended { at, .. } => (None, Some(*at)),
            JobState::Running { .. } | JobState::Unknown(_) => (None, None),
        };
        let (reason, code, says) = told(&job.state);
        let progress = job.progress.as_ref();
        Self {
            id: job.id.to_string(),
            kind: job.kind.to_string(),
            state: job.state.name().to_owned(),
            tenant: job.owner.as_ref().map(|owner| owner.tenant.to_string()),
            person: job.owner.as_ref().map(|owner| owner.person.0),
            account: job.account.map(|account| account.to_string()),
            node: job.node.as_ref().map(ToString::to_string),
            attempts: job.attempts,
            created_at: terminal::rfc3339(job.created_at),
            until: until.map(terminal::rfc3339),
            ended_at: ended_at.map(terminal::rfc3339),
            done: progress.map(|it| it.done),
            total: progress.and_then(|it| it.total),
            unit: progress.map(|it| it.unit.as_str().to_owned()),
            beside: progress.map(beside).unwrap_or_default(),
            seconds_left: progress
                .and_then(Progress::time_left)
                .map(|left| left.num_seconds()),
            reason,
            code,
            says,
            cancelled_by: job.cancel_by,
        }
    }
}

fn beside(progress: &Progress) -> Vec<Counted> {
    let counts = progress.beside.iter().map(|count| Counted {
        unit: count.unit.as_str().to_owned(),
        done: count.done,
        total: count.total,
    });
    counts.collect()
}

/// So many of so many of something: `3/20 files`.
fn counted(done: u64, total: Option<u64>, unit: &str) -> String {
    match total {
        Some(total) => format!("{done}/{total} {unit}"),
        None => format!("{done} {unit}"),
    }
}

/// For what it waits, the code of what went wrong, and what there is to say.
fn told(state: &JobState) -> (Option<String>, Option<String>, String) {
    let (reason, cause) = match state {
        JobState::Waiting { reason, cause, .. } => (Some(reason.as_str()), cause.as_ref()),
        JobState::Ended { outcome, .. } => match outcome {
            Outcome::Done { report } | Outcome::Incomplete { report, .. } => {
                return (None, None, report.clone());
            }
            Outcome::Failed(cause) => (None, Some(cause)),
            Outcome::Cancelled { .. } => (None, None),
        },
        JobState::Queued { .. } | JobState::Running { .. } | JobState::Unknown(_) => (None, None),
    };
    (
        reason.map(ToOwned::to_owned),
        cause.map(|cause| cause.code.as_str().to_owned()),
        cause.map(|cause| cause.detail.clone()).unwrap_or_default(),
    )
}

/// Lists, shows or cancels jobs of the whole instance.
pub(crate) async fn jobs(layers: &Layers, what: JobsCommand) -> Result<(), Failure> {
    let settings = StorageSettings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let database = storage::connect_existing(&settings.storage).await?;
    let done = act(&database, what).await;
    storage::close(&database).await;
    done
}

async fn act(database: &Database, what: JobsCommand) -> Result<(), Failure> {
    let jobs = database.jobs();
    match what {
        JobsCommand::List {
            state,
            kind,
            limit,
            listing,
        } => {
            let filter = JobFilter {
                kinds: kind.into_iter().map(JobKind::from).collect(),
                statuses: state.into_iter().collect(),
                ..JobFilter::all(JobAccess::All)
            };
            list(&jobs, &filter, limit, &listing).await
        }
        JobsCommand::Show { job } => show(&jobs, &job).await,
        JobsCommand::Cancel { job } => cancel(&jobs, &job).await,
    }
}

async fn list(
    jobs: &JobRows,
    filter: &JobFilter,
    limit: u32,
    listing: &Listing,
) -> Result<(), Failure> {
    let page = jobs.list(filter, Page::first(limit)).await;
    let page = page.map_err(storage::unreadable)?;
    for broken in &page.broken {
        terminal::warn(&format!("{} cannot be read: {}", broken.id, broken.what));
    }
    let rows: Vec<Row> = page.rows.into_iter().map(Row::from).collect();
    if listing.json {
        terminal::say_json(&rows)
    } else if rows.is_empty() {
        terminal::say("There is no such job.")
    } else {
        terminal::say(&in_words(&rows))
    }
}

/// Two lines a job, the first with its id in one piece, to be copied.
fn in_words(rows: &[Row]) -> String {
    let mut text = format!("{:<38}{:<11}{}", "JOB", "STATE", "ASKED FOR");
    for row in rows {
        let asked_for = terminal::minutes(&row.created_at);
        let progress = so_far(row).map_or_else(String::new, |progress| format!(" {progress}"));
        let says = match (row.says.as_str(), &row.reason) {
            ("", None) => String::new(),
            ("", Some(reason)) => format!(": {reason}"),
            (says, _) => format!(": {says}"),
        };
        // Writing into a string does not fail.
        let _ = write!(
            text,
            "\n{:<38}{:<11}{asked_for}\n  {}{progress}{says}",
            row.id, row.state, row.kind
        );
    }
    text
}

/// How far one has come that is not over: `120/400 messages, 3/20 files, 4096 bytes`.
fn so_far(row: &Row) -> Option<String> {
    if row.ended_at.is_some() {
        return None;
    }
    let unit = row.unit.as_deref().unwrap_or_default();
    let first = counted(row.done?, row.total, unit);
    let beside = row.beside.iter();
    let beside = beside.map(|count| counted(count.done, count.total, &count.unit));
    let all: Vec<_> = std::iter::once(first).chain(beside).collect();
    Some(all.join(", "))
}

async fn show(jobs: &JobRows, job: &str) -> Result<(), Failure> {
    let found = jobs.find(id_of(job)?, &JobAccess::All).await;
    match found.map_err(storage::unreadable)? {
        Some(job) => terminal::say_json(&Row::from(job)),
        None => Err(unknown(job)),
    }
}

async fn cancel(jobs: &JobRows, job: &str) -> Result<(), Failure> {
    let now = SystemClock.now();
    let cancelled = jobs
        .cancel(id_of(job)?, &JobAccess::All, OPERATOR, now)
        .await;
    match cancelled.map_err(storage::unreadable)? {
        Cancelling::Cancelled => terminal::say("The job is cancelled."),
        Cancelling::Asked => terminal::say("The job runs, and ends after the step that it is at."),
        Cancelling::Over => terminal::say("The job was over before."),
        Cancelling::NotFound => Err(unknown(job)),
    }
}

fn id_of(job: &str) -> Result<JobId, Failure> {
    job.parse().map_err(|_| unknown(job))
}

fn unknown(job: &str) -> Failure {
    Failure::Usage(format!(
        "there is no job {job}: `sesame jobs list` lists them"
    ))
}
