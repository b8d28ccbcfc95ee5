//! One job: how it stands, its attempts, and what can be done about it.

use axum::extract::Path;
use axum::response::Response;
use sesame_domain::ids::JobId;
use sesame_domain::job::{AttemptOutcome, Cancelling, Job, JobAttempt, JobState, Outcome};
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::order::Order;
use sesame_domain::ports::Retrying;
use sesame_domain::time::Timestamp;

use super::cell::{Cell, Shape};
use super::detail::{Choice, DetailPage, SaidQuery, Saying, Table};
use super::jobs::{SaysOf, says_of, titled};
use super::so_far::so_far;
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::layout::Place;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;
use crate::problem::ApiError;

/// What may have come of the last thing that was done.
const SAID: [Saying; 8] = [
    ("cancelled", Shape::Good, "It is cancelled."),
    (
        "asked",
        Shape::Good,
        "It is asked to end, and ends after the step that it is at.",
    ),
    ("over", Shape::Warn, "It was over before: nothing was done."),
    (
        "queued",
        Shape::Good,
        "It goes on where it stopped, at once.",
    ),
    (
        "twin",
        Shape::Warn,
        "Another job that is not over is about the same: that one goes on, and this one stays as it is.",
    ),
    (
        "under_way",
        Shape::Warn,
        "It runs or is to be done at once anyway: nothing was done.",
    ),
    (
        "done",
        Shape::Warn,
        "It is done: there is nothing to go on with.",
    ),
    (
        "unknown",
        Shape::Warn,
        "Only a newer Sesame knows how it stands: it was left alone.",
    ),
];

/// `GET /admin/jobs/{id}`.
pub(crate) async fn page(
    who: SignedIn,
    Path(id): Path<String>,
    said: SaidQuery,
) -> Result<Response, PageError> {
    let job = found(&who, &id).await?;
    let lists = who.lists();
    let attempts = lists.jobs.job_attempts(job.id, &who.tenants()).await?;
    let now = who.app.ports.clock.now();
    let SaysOf { shape, says, .. } = says_of(&job.state, now);
    let state = Cell::State(shape, job.state.name().to_owned());
    let choices = if who.may(Permission::Act, &scope(&job)) {
        choices(&job)
    } else {
        Vec::new()
    };
    let mut page = DetailPage::new(
        who,
        Place::Jobs,
        job.id.as_uuid(),
        titled(job.kind.as_str()),
        state,
    );
    page.lede = says.unwrap_or_default();
    page.said = said.among(&SAID);
    page.facts = DetailPage::known(facts(&job, now));
    page.tables = vec![Table {
        title: "Attempts",
        note: "The newest first".to_owned(),
        columns: vec!["Began", "Took", "How it ended", "Why", "Node", "Request"],
        rows: attempts.iter().map(|it| attempt(job.id, it, now)).collect(),
        empty: "It was not begun yet.",
    }];
    page.choices = choices;
    Ok(html(&page)?)
}

/// `POST /admin/jobs/{id}/cancel`.
pub(crate) async fn cancel(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let (job, order) = ordered(&acting, &id).await?;
    let who = &acting.who;
    let actions = &who.app.ports.operators.job_actions;
    let said = match actions.cancel(job.id, &who.tenants(), &order).await? {
        Cancelling::Cancelled => "cancelled",
        Cancelling::Asked => "asked",
        Cancelling::Over => "over",
        Cancelling::NotFound => return Err(ApiError::NotFound.into()),
    };
    who.wake_runners().await;
    Ok(who.to_page(format_args!("/jobs/{}?said={said}", job.id)))
}

/// `POST /admin/jobs/{id}/retry`.
pub(crate) async fn retry(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let (job, order) = ordered(&acting, &id).await?;
    let who = &acting.who;
    let actions = &who.app.ports.operators.job_actions;
    let said = match actions.retry(job.id, &who.tenants(), &order).await? {
        Retrying::Queued => "queued",
        Retrying::Twin(_) => "twin",
        Retrying::UnderWay => "under_way",
        Retrying::Done => "done",
        Retrying::Unknown => "unknown",
        Retrying::NotFound => return Err(ApiError::NotFound.into()),
    };
    who.wake_runners().await;
    Ok(who.to_page(format_args!("/jobs/{}?said={said}", job.id)))
}

/// The job of the address, if they may see it.
async fn found(who: &SignedIn, id: &str) -> Result<Job, PageError> {
    let id: JobId = id.parse().map_err(|_| ApiError::NotFound)?;
    let found = who.lists().jobs.job(id, &who.tenants()).await?;
    Ok(found.ok_or(ApiError::NotFound)?)
}

/// The job of the address, and what they order, if they may.
async fn ordered(acting: &Acting, id: &str) -> Result<(Job, Order), PageError> {
    let job = found(&acting.who, id).await?;
    let scope = scope(&job);
    acting.who.require(Permission::Act, &scope).await?;
    let order = acting.order(&scope)?;
    Ok((job, order))
}

/// Of what a job is.
fn scope(job: &Job) -> Scope {
    job.owner
        .as_ref()
        .map_or(Scope::All, |owner| Scope::Tenant(owner.tenant.clone()))
}

fn choices(job: &Job) -> Vec<Choice> {
    let cancel = Choice {
        name: "cancel",
        title: "Cancel",
        explains: "What it has done stays done. One that runs ends after the step that it is at.",
        is_risky: true,
    };
    let retry = |explains| Choice {
        name: "retry",
        title: "Go on",
        explains,
        is_risky: false,
    };
    match &job.state {
        JobState::Queued { .. } | JobState::Running { .. } => vec![cancel],
        JobState::Waiting { .. } => vec![retry("It waits no longer, and goes on at once."), cancel],
        JobState::Ended {
            outcome: Outcome::Failed(_) | Outcome::Cancelled { .. },
            ..
        } => vec![retry("It goes on from its last checkpoint.")],
        JobState::Ended { .. } | JobState::Unknown(_) => Vec::new(),
    }
}

fn facts(job: &Job, now: Timestamp) -> Vec<(&'static str, Cell)> {
    let owner = job.owner.as_ref();
    let account = job.account.map(|it| it.as_uuid().to_string());
    vec![
        ("Job", Cell::Code(job.id.to_string())),
        ("Kind", Cell::Code(job.kind.as_str().to_owned())),
        (
            "For",
            match owner {
                Some(owner) => Cell::Code(owner.person.to_string()),
                None => Cell::Words("the instance".to_owned()),
            },
        ),
        ("Tenant", Cell::words(owner.map(|it| it.tenant.to_string()))),
        ("Account", Cell::code(account)),
        ("Asked for", Cell::When(Moment::of(job.created_at, now))),
        (
            "By request",
            Cell::code(job.caused_by.clone().map(String::from)),
        ),
        ("Progress", Cell::words(job.progress.as_ref().map(so_far))),
        (
            "Begun",
            Cell::Words(match job.attempts {
                1 => "once since it last got on".to_owned(),
                times => format!("{times} times since it last got on"),
            }),
        ),
        (
            "Node",
            Cell::code(job.node.as_ref().map(ToString::to_string)),
        ),
        ("To be cancelled by", Cell::words(job.cancel_by.clone())),
        (
            "Contents",
            Cell::Words("not shown: they may name chats and people".to_owned()),
        ),
    ]
}

fn attempt(job: JobId, it: &JobAttempt, now: Timestamp) -> Vec<Cell> {
    let end = it.end.as_ref();
    let took = end.map_or(now, |it| it.at) - it.began_at;
    let (shape, word) = match end.map(|it| &it.outcome) {
        None => (Shape::Busy, "under way".to_owned()),
        Some(outcome) => {
            let shape = match outcome {
                AttemptOutcome::Done => Shape::Good,
                AttemptOutcome::Failed => Shape::Bad,
                AttemptOutcome::Retried | AttemptOutcome::Abandoned => Shape::Warn,
                AttemptOutcome::Parked
                | AttemptOutcome::PutBack
                | AttemptOutcome::Cancelled
                | AttemptOutcome::Other(_) => Shape::Off,
            };
            (shape, outcome.as_str().replace('_', " "))
        }
    };
    let cause = end.and_then(|it| it.cause.as_ref());
    let why = cause.map(|it| format!("{}: {}", it.code.as_str(), it.detail));
    vec![
        Cell::When(Moment::of(it.began_at, now)),
        Cell::Figure(lasted(took)),
        Cell::State(shape, word),
        Cell::words(why),
        Cell::Code(it.node.to_string()),
        Cell::Code(JobAttempt::request_id(job, it.fence)),
    ]
}

/// How long something took: "1.8 s", "4 min".
fn lasted(span: chrono::TimeDelta) -> String {
    let millis = span.num_milliseconds().max(0);
    match millis {
        0..60_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        _ => format!("{} min", millis / 60_000),
    }
}
