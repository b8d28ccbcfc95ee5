//! What is being done for a person, and takes longer than an answer.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use sesame_domain::ids::{AccountId, JobId, Owner};
use sesame_domain::job::{Cancelling, Job, JobAccess, JobKind, JobState, JobStatus, Outcome};
use sesame_domain::page::Page;
use sesame_domain::ports::{JobFilter, Topic};
use sesame_domain::progress::{Progress, Unit};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::app::App;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// How many jobs are answered unless it is said.
const DEFAULT_LIMIT: u32 = 20;
/// How many jobs can be asked for.
const MAX_LIMIT: u32 = 100;
/// The longest wait for news.
const MAX_WAIT: Duration = Duration::from_secs(50);
/// How often is looked for news meanwhile: the runner writes them once a second.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Who cancelled it, for whoever looks at it.
const BY_OWNER: &str = "owner";

/// Something that is being done, was, or is to be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobJson {
    /// Its id.
    id: Uuid,
    /// What is done: `export`.
    kind: String,
    /// The account that it works with.
    account: Option<Uuid>,
    /// `queued`, `running`, `waiting`, `done`, `incomplete` (done, but `missing` of
    /// it), `failed` or `cancelled`.
    state: String,
    /// Whether it is over.
    is_over: bool,
    /// Whether it was asked to be cancelled, and ends after the step that it is at.
    is_cancelling: bool,
    /// While it is queued or waits: not before then.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// For what it waits: `flood` (Telegram wants a pause), `telegram` (Telegram does
    /// not answer), `takeout_delay` (Telegram asks the person, on their other devices,
    /// whether an export may begin; see `retry` of exports), `session_elsewhere` (another part of the service uses the account),
    /// `unavailable`, `retry`, or another word of its kind.
    reason: Option<String>,
    /// What went wrong: why it failed, or is tried again.
    code: Option<String>,
    /// How much of it is missing, once it is done.
    missing: u64,
    /// How often it was begun since it last got a step on.
    attempts: u32,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was over.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// How far it has come, if it says so; once it is over, where it stopped.
    progress: Option<ProgressJson>,
    /// What tells how it stands from how it stood.
    tag: String,
}

/// How far something has come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgressJson {
    /// What is counted: `messages`, `files`, `bytes`, `items`.
    unit: String,
    /// How much is done.
    done: u64,
    /// Of how much, if that is known.
    total: Option<u64>,
    /// How much is done in a second, once that can be told.
    rate: Option<f64>,
    /// How many seconds the rest takes at this rate, while it runs.
    seconds_left: Option<i64>,
    /// What is counted beside it.
    beside: Vec<CountJson>,
    /// When this was so.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Something that is counted beside what is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountJson {
    /// What: `files`, `bytes`.
    unit: String,
    /// How much is done.
    done: u64,
    /// Of how much, if that is known.
    total: Option<u64>,
    /// How much is done in a second, once that can be told.
    rate: Option<f64>,
}

impl ProgressJson {
    fn of(progress: &Progress, is_running: bool) -> Self {
        let name = |unit: &Unit| unit.as_str().to_owned();
        let beside = progress.beside.iter().map(|count| CountJson {
            unit: name(&count.unit),
            done: count.done,
            total: count.total,
            rate: progress.rate_of(&count.unit),
        });
        let left = progress.time_left().filter(|_| is_running);
        Self {
            unit: name(&progress.unit),
            done: progress.done,
            total: progress.total,
            rate: progress.rate(),
            seconds_left: left.map(|left| left.num_seconds()),
            beside: beside.collect(),
            at: progress.at,
        }
    }
}

impl JobJson {
    /// Of this job, as its owner sees it.
    fn of(job: &Job) -> Result<Self, ApiError> {
        let mut json = Self {
            id: job.id.as_uuid(),
            kind: job.kind.to_string(),
            account: job.account.map(AccountId::as_uuid),
            state: job.state.name().to_owned(),
            is_over: false,
            is_cancelling: job.cancel_by.is_some(),
            until: None,
            reason: None,
            code: None,
            missing: 0,
            attempts: job.attempts,
            created_at: job.created_at,
            ended_at: None,
            progress: None,
            tag: String::new(),
        };
        let is_running = matches!(job.state, JobState::Running { .. });
        let progress = job.progress.as_ref();
        json.progress = progress.map(|it| ProgressJson::of(it, is_running));
        match &job.state {
            JobState::Queued { from } => json.until = Some(*from),
            JobState::Waiting {
                until,
                reason,
                cause,
            } => {
                json.until = Some(*until);
                json.reason = Some(reason.as_str().to_owned());
                json.code = cause.as_ref().map(|it| it.code.as_str().to_owned());
            }
            JobState::Running { .. } | JobState::Unknown(_) => {}
            JobState::Ended { outcome, at } => {
                (json.is_over, json.is_cancelling) = (true, false);
                json.ended_at = Some(*at);
                json.end(outcome);
            }
        }
        let bytes = serde_json::to_vec(&json).map_err(ApiError::internal)?;
        json.tag = hex::encode(&Sha256::digest(&bytes)[..8]);
        Ok(json)
    }

    fn end(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Done { .. } | Outcome::Cancelled { .. } => {}
            Outcome::Incomplete { missing, .. } => {
                "incomplete".clone_into(&mut self.state);
                self.missing = *missing;
            }
            Outcome::Failed(cause) => self.code = Some(cause.code.as_str().to_owned()),
        }
    }

    /// What tells how it stands from how it stood.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether nothing changes any more.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }
}

/// What tells how a job stands from how it stood, to whoever follows it.
///
/// # Errors
/// [`ApiError::Internal`], if that cannot be written down.
pub(crate) fn job_tag(job: &Job) -> Result<String, ApiError> {
    Ok(JobJson::of(job)?.tag)
}

/// The id in a path. What is no id names nothing.
pub(super) fn job_id(text: &str) -> Result<JobId, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound)
}

/// A job of the person's, of a kind that is theirs to see.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none.
pub(super) async fn job_of(app: &App, owner: &Owner, id: JobId) -> Result<JobJson, ApiError> {
    let access = JobAccess::Owner(owner.clone());
    let job = app.ports.jobs.find(id, &access).await?;
    let job = job.filter(|job| job.kind.is_of_people());
    JobJson::of(&job.ok_or(ApiError::NotFound)?)
}

/// Which jobs are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobsQuery {
    /// Only those that stand like this: `queued`, `waiting`, `running`, `done` (with
    /// those that are incomplete), `failed` or `cancelled`.
    state: Option<String>,
    /// Only those that work with this account.
    account: Option<Uuid>,
    /// `next` of the answer before.
    cursor: Option<Uuid>,
    /// How many at most; 1 to 100, 20 unless it is said.
    limit: Option<u32>,
}

/// A part of the person's jobs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobsJson {
    /// The jobs, newest first.
    jobs: Vec<JobJson>,
    /// Where it goes on: the `cursor` of the next request; null: this was all.
    next: Option<Uuid>,
}

/// What is being done for the person, was, or is to be; the newest first. What was
/// over long ago is forgotten.
#[utoipa::path(
    get,
    path = "/jobs",
    tag = "jobs",
    security(("token" = []), ("init_data" = [])),
    params(JobsQuery),
    responses(
        (status = 200, body = JobsJson),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    query: Result<Query<JobsQuery>, QueryRejection>,
) -> Result<Json<JobsJson>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let status = |name: String| JobStatus::from_name(&name).ok_or(ApiError::Malformed);
    let filter = JobFilter {
        kinds: JobKind::OF_PEOPLE.into(),
        statuses: query.state.map(status).transpose()?.into_iter().collect(),
        account: query.account.map(AccountId::from),
        ..JobFilter::all(JobAccess::Owner(owner))
    };
    let page = Page {
        after: query.cursor.map(JobId::from),
        limit: query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT),
    };
    let found = app.ports.jobs.list(&filter, page).await?;
    for broken in &found.broken {
        tracing::warn!(
            job.id = broken.id,
            what = broken.what,
            "a job cannot be read"
        );
    }
    let jobs: Result<Vec<_>, _> = found.rows.iter().map(JobJson::of).collect();
    Ok(Json(JobsJson {
        jobs: jobs?,
        next: found.next.map(JobId::as_uuid),
    }))
}

/// How long to wait for what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitQuery {
    /// For how many seconds to wait for news, 50 at most.
    wait: Option<u64>,
    /// The `tag` that is known: what is new is another one.
    known: Option<String>,
}

/// A job; with `wait`, as soon as it stands otherwise than `known`, or is over.
#[utoipa::path(
    get,
    path = "/jobs/{id}",
    tag = "jobs",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The job."), WaitQuery),
    responses(
        (status = 200, body = JobJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn find(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    query: Result<Query<WaitQuery>, QueryRejection>,
) -> Result<Json<JobJson>, ApiError> {
    let id = job_id(&id)?;
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let wait = Duration::from_secs(query.wait.unwrap_or(0)).min(MAX_WAIT);
    let mut job = job_of(&app, &owner, id).await?;
    if wait.is_zero() {
        return Ok(Json(job));
    }
    let known = query.known.unwrap_or_else(|| job.tag.clone());
    let open = app.streams.open(&owner)?;
    let time_up = tokio::time::sleep(wait);
    tokio::pin!(time_up);
    while job.tag == known && !job.is_over {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = &mut time_up => break,
            () = app.shutdown.cancelled() => break,
            () = open.replaced.cancelled() => break,
        }
        job = job_of(&app, &owner, id).await?;
    }
    Ok(Json(job))
}

/// Cancels a job: at once if it does not run, else within a second or so, after the
/// step that it is at. What it did stays done. One that is over stays as it is.
#[utoipa::path(
    delete,
    path = "/jobs/{id}",
    tag = "jobs",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The job.")),
    responses(
        (status = 200, description = "As it is now.", body = JobJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<Json<JobJson>, ApiError> {
    let id = job_id(&id)?;
    // It is theirs, and of a kind that is theirs to cancel.
    job_of(&app, &owner, id).await?;
    let access = JobAccess::Owner(owner.clone());
    let now = app.ports.clock.now();
    match app.ports.jobs.cancel(id, &access, BY_OWNER, now).await? {
        Cancelling::Cancelled | Cancelling::Over => {}
        Cancelling::Asked => {
            // Whoever is at it looks by itself, too.
            if let Err(error) = app.ports.signals.publish(Topic::Jobs).await {
                tracing::debug!(error = %Reason::of(&error), "a wake-up was lost");
            }
        }
        Cancelling::NotFound => return Err(ApiError::NotFound),
    }
    Ok(Json(job_of(&app, &owner, id).await?))
}
