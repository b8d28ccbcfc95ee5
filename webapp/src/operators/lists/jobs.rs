//! Jobs: what stands still, why, and until when.

use axum::response::Response;
use futures::try_join;
use sesame_domain::bulk::BulkAction;
use sesame_domain::ids::{NodeId, PersonId};
use sesame_domain::job::{Job, JobKind, JobState, JobStatus, Outcome, WaitReason};
use sesame_domain::listing::IdSearch;
use sesame_domain::ports::listing::JobFilter;
use sesame_domain::progress::Progress;
use sesame_domain::time::Timestamp;

use super::cell::{Cell, Shape};
use super::detail::{Saying, words_of};
use super::list::{Field, ListPage, Tab, Wanted};
use super::many_choices::choices;
use super::so_far::so_far;
use crate::operators::error::PageError;
use crate::operators::grouped::told;
use crate::operators::layout::Place;
use crate::operators::live::{LISTS, answer};
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;

/// What may have come of the wish to act on many.
const SAID: [Saying; 2] = [
    (
        "begun",
        Shape::Good,
        "It is begun: its job shows how far it has come.",
    ),
    (
        "changed",
        Shape::Warn,
        "Nothing was done: by now the filter lets something else through. Look again.",
    ),
];

/// The columns of jobs.
pub(super) const COLUMNS: [&str; 8] = [
    "Job", "State", "Says", "When", "Attempts", "Node", "For", "Id",
];

/// What is asked for in the address: the fields of the form, and what they mean.
pub(super) fn asked(wanted: &Wanted) -> (Vec<Field>, JobFilter) {
    let id: Option<IdSearch> = wanted.get("q");
    let person = wanted.get::<i64>("person").map(PersonId);
    let fields = vec![
        Field::typed("q", "Job id or its end", wanted, id.as_ref()),
        Field::typed("kind", "Kind", wanted, wanted.text("kind").as_ref()),
        Field::typed("person", "Telegram id", wanted, person.as_ref()),
        Field::typed("node", "Node", wanted, wanted.text("node").as_ref()),
        Field::typed("code", "Error", wanted, wanted.text("code").as_ref()),
    ];
    let kind = wanted.text("kind").map(|it| JobKind::from(it.to_owned()));
    let status = wanted.text("status").and_then(JobStatus::from_name);
    let filter = JobFilter {
        status,
        id,
        kinds: kind.into_iter().collect(),
        person,
        node: wanted.text("node").map(|it| NodeId::from(it.to_owned())),
        code: wanted.text("code").map(str::to_owned),
        ..JobFilter::default()
    };
    (fields, filter)
}

/// `GET /admin/jobs`.
pub(crate) async fn page(who: SignedIn, wanted: Wanted) -> Result<Response, PageError> {
    let lists = who.lists();
    let (fields, filter) = asked(&wanted);
    let status = filter.status;
    let (tenants, query) = (who.tenants(), wanted.query(&who, filter.clone()));
    let counts = lists.jobs.job_counts(&filter, &tenants);
    let (counts, listed) = try_join!(counts, lists.jobs.jobs(&query))?;
    let now = who.app.ports.clock.now();
    let columns = COLUMNS.into();
    let list = format!("{}/admin/jobs", who.app.base);
    let many = choices(&who, &[BulkAction::RetryJobs, BulkAction::CancelJobs]);
    let layout = who.layout(Place::Jobs);
    let mut page = ListPage {
        lede: "Work in the background.".to_owned(),
        many,
        empty: "Nothing is to be done.",
        live: Some(LISTS),
        ..ListPage::of(layout, &wanted, fields, columns, listed, |job| {
            cells(&list, job, now)
        })
    };
    page.said = words_of(wanted.said(), &SAID);
    page.tabs_are = "How they stand";
    let tabs = counts.into_iter().map(|(it, total)| Tab {
        title: capitalised(it.as_str()),
        href: wanted.with(&page.action, "status", Some(it.as_str().to_owned())),
        count: Some(told(total)),
        is_current: status == Some(it),
    });
    let all = Tab {
        title: "All".to_owned(),
        href: wanted.with(&page.action, "status", None),
        count: None,
        is_current: status.is_none(),
    };
    page.tabs = std::iter::once(all).chain(tabs).collect();
    let kept = status.map(|it| ("status", it.as_str().to_owned()));
    page.kept = kept.into_iter().collect();
    answer(&page)
}

/// A name as a title: "Check accounts".
pub(super) fn titled(name: &str) -> String {
    capitalised(&name.replace('_', " "))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// How a job stands, in words.
pub(super) struct SaysOf {
    pub(super) shape: Shape,
    pub(super) says: Option<String>,
    /// Since or until when.
    pub(super) when: Cell,
}

/// How a job stands, in words.
pub(super) fn says_of(state: &JobState, now: Timestamp) -> SaysOf {
    let (shape, says, when) = match state {
        JobState::Queued { from } => (Shape::Busy, None, Cell::When(Moment::of(*from, now))),
        JobState::Waiting {
            until,
            reason,
            cause,
        } => {
            let detail = cause.as_ref().map(|it| it.detail.clone());
            let says = detail.unwrap_or_else(|| waits_for(reason).to_owned());
            let until = Cell::Until(Moment::of(*until, now));
            (Shape::Warn, Some(says), until)
        }
        JobState::Running { since } => (Shape::Busy, None, Cell::When(Moment::of(*since, now))),
        JobState::Ended { outcome, at } => {
            let (shape, says) = match outcome {
                Outcome::Done { report } => (Shape::Good, report.clone()),
                Outcome::Incomplete { report, missing } => {
                    (Shape::Warn, format!("{report}; {missing} missing"))
                }
                Outcome::Failed(cause) => {
                    let says = format!("{}: {}", cause.code.as_str(), cause.detail);
                    (Shape::Bad, says)
                }
                Outcome::Cancelled { by } => (Shape::Off, format!("by {by}")),
            };
            (shape, Some(says), Cell::When(Moment::of(*at, now)))
        }
        JobState::Unknown(_) => (Shape::Off, None, Cell::Empty),
    };
    SaysOf { shape, says, when }
}

/// What there is to say of it; while it is not over, with how far it has come.
fn with_progress(
    says: Option<String>,
    state: &JobState,
    progress: Option<&Progress>,
) -> Option<String> {
    let is_over = matches!(state, JobState::Ended { .. });
    let progress = progress.filter(|_| !is_over).map(so_far);
    match (says, progress) {
        (Some(says), Some(progress)) => Some(format!("{says}; {progress}")),
        (says, progress) => says.or(progress),
    }
}

/// For what a job waits, in words.
fn waits_for(reason: &WaitReason) -> &str {
    match reason {
        WaitReason::Flood => "Telegram wants a pause",
        WaitReason::Telegram => "Telegram does not answer",
        WaitReason::TakeoutDelay => "Telegram asks the person whether to allow an export",
        WaitReason::SessionElsewhere => "another node uses the session of its account",
        WaitReason::Unavailable => "something that it needs is not there",
        WaitReason::Retry => "it is tried again",
        WaitReason::Other(name) => name,
    }
}

/// A job, in these columns.
pub(super) fn cells(list: &str, job: Job, now: Timestamp) -> Vec<Cell> {
    let SaysOf { shape, says, when } = says_of(&job.state, now);
    let owner = job
        .owner
        .map(|it| format!("{} of {}", it.person, it.tenant));
    vec![
        Cell::Link {
            href: format!("{list}/{}", job.id),
            words: titled(job.kind.as_str()),
        },
        Cell::State(shape, job.state.name().to_owned()),
        Cell::words(with_progress(says, &job.state, job.progress.as_ref())),
        when,
        Cell::Figure(job.attempts.to_string()),
        Cell::code(job.node.map(|it| it.to_string())),
        Cell::words(owner),
        Cell::id(job.id.as_uuid()),
    ]
}
