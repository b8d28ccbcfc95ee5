//! What is done again and again, nodes, and kinds of jobs that no node begins.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::Response;
use chrono::TimeDelta;
use sesame_domain::ids::{JobId, TenantId};
use sesame_domain::job::JobKind;
use sesame_domain::operator::Permission;
use sesame_domain::order::Order;
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::listing::NodeRow;
use sesame_domain::ports::{PausedKind, RunningNow};
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::time::Timestamp;

use super::cell::{Cell, Shape};
use super::detail::{SaidQuery, Saying, Table};
use super::jobs::titled;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::layout::{Layout, Place};
use crate::operators::live::{LivePage, answer};
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;
use crate::problem::ApiError;

/// Nodes say every five seconds that they are there.
const SILENT_AFTER: TimeDelta = TimeDelta::seconds(20);

/// What may have come of the last thing that was done.
pub(super) const SAID: [Saying; 5] = [
    ("asked", Shape::Good, "It is done now, by a job of its own."),
    (
        "hurried",
        Shape::Good,
        "Its job waited, and goes on at once.",
    ),
    (
        "under_way",
        Shape::Warn,
        "A job is at it already: nothing was done.",
    ),
    (
        "paused",
        Shape::Good,
        "No node begins jobs of this kind any more. Those that run go on.",
    ),
    (
        "resumed",
        Shape::Good,
        "Nodes begin jobs of this kind again.",
    ),
];

/// Something that can be done to a kind.
struct KindChoice {
    name: &'static str,
    title: &'static str,
    explains: &'static str,
    kinds: Vec<String>,
}

#[derive(Template)]
#[template(path = "admin/schedules.html", blocks = ["tables"])]
struct SchedulesPage {
    layout: Layout,
    said: Option<(Shape, &'static str)>,
    tables: Vec<Table>,
    choices: Vec<KindChoice>,
    may_act: bool,
}

impl LivePage for SchedulesPage {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn parts(&self) -> askama::Result<String> {
        self.as_tables().render()
    }
}

/// `GET /admin/schedules`.
pub(crate) async fn page(who: SignedIn, said: SaidQuery) -> Result<Response, PageError> {
    let ports = &who.app.ports.operators;
    let tenants = who.tenants();
    let records = ports.schedules.records().await?;
    // What is the instance's is seen by whoever looks after all of it.
    let own = who.operator.tenants();
    let seen = |kind: &JobKind| {
        let is_theirs = |tenant: TenantId| own.contains(&tenant);
        who.operator.has_all() || kind.tenant().is_some_and(is_theirs)
    };
    let records: Vec<_> = records
        .into_iter()
        .filter(|row| row.as_ref().map_or(true, |it| seen(&it.kind)))
        .collect();
    let paused = ports.job_actions.paused(&tenants).await?;
    let nodes = who.lists().nodes.nodes(&tenants).await?;
    let now = who.app.ports.clock.now();
    let scheduled = records.iter().flatten().map(|it| &it.kind);
    let scheduled = scheduled.filter(|kind| !kind.is_done_by_command());
    let scheduled = scheduled.map(|kind| kind.as_str().to_owned());
    let scheduled: Vec<String> = scheduled.collect();
    let held: Vec<String> = paused
        .iter()
        .flatten()
        .map(|it| it.kind.as_str().to_owned())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let page = SchedulesPage {
        said: said.among(&SAID),
        choices: choices(scheduled, held),
        may_act: who.may(Permission::Act, &who.scope()),
        tables: vec![
            schedules(&records, &who.app.base.to_string(), now),
            nodes_table(&nodes, now),
            paused_table(&paused, now),
        ],
        layout: who.layout(Place::Schedules),
    };
    answer(&page)
}

fn choices(scheduled: Vec<String>, held: Vec<String>) -> Vec<KindChoice> {
    let all = [
        KindChoice {
            name: "run",
            title: "Run now",
            explains: "It is done at once, and its next time counts from now.",
            kinds: scheduled.clone(),
        },
        KindChoice {
            name: "pause",
            title: "Pause",
            explains: "No node begins jobs of this kind until someone resumes them. Those that run go on.",
            kinds: scheduled,
        },
        KindChoice {
            name: "resume",
            title: "Resume",
            explains: "Nodes begin what has waited meanwhile at once.",
            kinds: held,
        },
    ];
    all.into_iter().filter(|it| !it.kinds.is_empty()).collect()
}

/// `POST /admin/schedules/run`.
pub(crate) async fn run(acting: Acting) -> Result<Response, PageError> {
    let (kind, order) = ordered(&acting).await?;
    let who = &acting.who;
    let ports = &who.app.ports;
    let id = JobId::generate(ports.entropy.as_ref(), order.at);
    let actions = &ports.operators.job_actions;
    let node = &ports.operators.node;
    let tenants = who.tenants();
    let done = actions.run_now(&kind, id, node, &tenants, &order).await?;
    let said = match done {
        RunningNow::Asked(_) => "asked",
        RunningNow::Hurried(_) => "hurried",
        RunningNow::UnderWay(_) => "under_way",
        RunningNow::NotFound => return Err(ApiError::NotFound.into()),
    };
    who.wake_runners().await;
    let place = asked_at(acting.field("back").unwrap_or_default());
    Ok(who.to_page(format_args!("{}?said={said}", place.path())))
}

/// The page that has it done: those that have such a form are named in it.
fn asked_at(name: &str) -> Place {
    let places = [Place::Audit, Place::Backups];
    let named = places.into_iter().find(|it| it.path() == name);
    named.unwrap_or(Place::Schedules)
}

/// `POST /admin/schedules/pause`.
pub(crate) async fn pause(acting: Acting) -> Result<Response, PageError> {
    let (kind, order) = ordered(&acting).await?;
    let who = &acting.who;
    let actions = &who.app.ports.operators.job_actions;
    actions.pause(&kind, &who.tenants(), &order).await?;
    Ok(back(who, "paused").await)
}

/// `POST /admin/schedules/resume`.
pub(crate) async fn resume(acting: Acting) -> Result<Response, PageError> {
    let (kind, order) = ordered(&acting).await?;
    let who = &acting.who;
    let actions = &who.app.ports.operators.job_actions;
    actions.resume(&kind, &who.tenants(), &order).await?;
    Ok(back(who, "resumed").await)
}

/// The kind that is named, and what they order, if they may.
async fn ordered(acting: &Acting) -> Result<(JobKind, Order), PageError> {
    let scope = acting.who.scope();
    acting.who.require(Permission::Act, &scope).await?;
    let kind = acting.field("kind").filter(|it| !it.is_empty());
    let kind = kind.ok_or(PageError::Unclear)?;
    Ok((JobKind::from(kind.to_owned()), acting.order(&scope)?))
}

/// Back to the page; the runners look at once.
async fn back(who: &SignedIn, said: &str) -> Response {
    who.wake_runners().await;
    who.to_page(format_args!("/schedules?said={said}"))
}

/// What is done again and again, and how it went last.
pub(super) fn schedules(
    records: &[Result<ScheduleRecord, BrokenRow>],
    base: &str,
    now: Timestamp,
) -> Table {
    let when = |at: Option<Timestamp>| at.map_or(Cell::Empty, |at| Cell::When(Moment::of(at, now)));
    let row = |it: &ScheduleRecord| {
        let state = match it.failures {
            0 => Cell::State(Shape::Good, "works".to_owned()),
            1 => Cell::State(Shape::Bad, "failed".to_owned()),
            times => Cell::State(Shape::Bad, format!("failed {times} times")),
        };
        vec![
            Cell::Link {
                href: format!("{base}/admin/jobs?kind={}", it.kind.as_str()),
                words: titled(it.kind.as_str()),
            },
            state,
            Cell::Words(it.report.clone()),
            Cell::When(Moment::of(it.began_at, now)),
            when(it.done_at),
            when(it.failed_at),
        ]
    };
    Table {
        title: "Again and again",
        note: String::new(),
        columns: vec!["What", "State", "Says", "Began", "Done", "Failed"],
        rows: records.iter().map(|it| row_or_broken(it, 6, row)).collect(),
        empty: "Nothing was begun yet.",
    }
}

fn nodes_table(nodes: &[Result<NodeRow, BrokenRow>], now: Timestamp) -> Table {
    let row = |it: &NodeRow| {
        let node = &it.node;
        let (shape, word) = match node.stopped_at {
            Some(_) => (Shape::Off, "stopped"),
            None if now - node.seen_at > SILENT_AFTER => (Shape::Warn, "silent"),
            None => (Shape::Good, "there"),
        };
        vec![
            Cell::Code(node.id.to_string()),
            Cell::State(shape, word.to_owned()),
            Cell::When(Moment::of(node.seen_at, now)),
            Cell::When(Moment::of(node.started_at, now)),
            Cell::Words(node.version.clone()),
            Cell::Figure(it.logins.to_string()),
            Cell::Figure(it.sessions.to_string()),
            Cell::Figure(it.jobs.to_string()),
        ]
    };
    Table {
        title: "Nodes",
        note: "Whether one is alive, only its lease says".to_owned(),
        columns: vec![
            "Node", "State", "Heard of", "Started", "Version", "Logins", "Sessions", "Jobs",
        ],
        rows: nodes.iter().map(|it| row_or_broken(it, 8, row)).collect(),
        empty: "No node has said that it is there.",
    }
}

fn paused_table(paused: &[Result<PausedKind, BrokenRow>], now: Timestamp) -> Table {
    let row = |it: &PausedKind| {
        let tenant = it.tenant.as_ref().map(ToString::to_string);
        vec![
            Cell::Code(it.kind.as_str().to_owned()),
            Cell::Words(tenant.unwrap_or_else(|| "all".to_owned())),
            Cell::Words(it.by.clone()),
            Cell::Words(it.reason.clone()),
            Cell::When(Moment::of(it.since, now)),
        ]
    };
    Table {
        title: "Paused",
        note: "No node begins jobs of these kinds".to_owned(),
        columns: vec!["Kind", "Tenant", "By", "Why", "Since"],
        rows: paused.iter().map(|it| row_or_broken(it, 5, row)).collect(),
        empty: "Nothing is paused.",
    }
}

/// A row, or that it cannot be read.
fn row_or_broken<T>(
    row: &Result<T, BrokenRow>,
    width: usize,
    cells: impl Fn(&T) -> Vec<Cell>,
) -> Vec<Cell> {
    match row {
        Ok(row) => cells(row),
        Err(broken) => Cell::broken_row(broken.clone(), width),
    }
}
