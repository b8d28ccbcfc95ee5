//! Backups: when one was made, and how that went.

use askama::Template;
use axum::response::Response;
use sesame_domain::job::JobKind;
use sesame_domain::listing::Query;
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::page::BrokenRow;
use sesame_domain::ports::listing::JobFilter;
use sesame_domain::schedule::ScheduleRecord;

use super::cell::{Cell, Shape};
use super::detail::{SaidQuery, Table};
use super::jobs::{COLUMNS, cells};
use super::run_now::RunNow;
use super::schedules::{SAID, schedules};
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::layout::{Layout, Place};
use crate::operators::ports::{Finding, Severity};
use crate::operators::signed_in::SignedIn;

/// How many jobs are shown.
const JOBS: u32 = 20;

/// What is done about backups.
const KINDS: [JobKind; 3] = [JobKind::BACKUP, JobKind::REHEARSE, JobKind::PRUNE_BACKUPS];

#[derive(Template)]
#[template(path = "admin/backups.html")]
struct BackupsPage {
    layout: Layout,
    /// What the doctor says of them.
    findings: Vec<Finding>,
    tables: Vec<Table>,
    said: Option<(Shape, &'static str)>,
    /// What can be done now.
    choices: Vec<RunNow>,
}

/// What can be done now, of what is done again and again here.
fn choices(records: &[Result<ScheduleRecord, BrokenRow>]) -> Vec<RunNow> {
    let all = [
        (
            JobKind::BACKUP,
            RunNow {
                kind: "backup",
                title: "Back up now",
                explains: "What is sealed is written to BACKUP_TO, beside the backups that are there.",
            },
        ),
        (
            JobKind::REHEARSE,
            RunNow {
                kind: "rehearse",
                title: "Rehearse now",
                explains: "The newest backup is restored into a scratch database, and some of its sessions are opened: then it is known that it can be.",
            },
        ),
    ];
    let is_done = |kind: &JobKind| records.iter().flatten().any(|it| it.kind == *kind);
    let all = all.into_iter().filter(|(kind, _)| is_done(kind));
    all.map(|(_, choice)| choice).collect()
}

/// `GET /admin/backups`: for whoever looks after all tenants.
pub(crate) async fn page(who: SignedIn, said: SaidQuery) -> Result<Response, PageError> {
    who.require(Permission::Look, &Scope::All).await?;
    let (ports, now) = (&who.app.ports.operators, who.app.ports.clock.now());
    let base = who.app.base.to_string();
    let records = ports.schedules.records().await?;
    let records: Vec<_> = records
        .into_iter()
        .filter(|row| row.as_ref().is_ok_and(|it| KINDS.contains(&it.kind)))
        .collect();
    let mut query = Query::first(who.tenants(), JOBS);
    query.filter = JobFilter {
        kinds: KINDS.into(),
        ..JobFilter::default()
    };
    let jobs = who.lists().jobs.jobs(&query).await?;
    let list = format!("{base}/admin/jobs");
    let rows = jobs.rows.into_iter().map(|row| match row {
        Ok(job) => cells(&list, job, now),
        Err(broken) => Cell::broken_row(broken, COLUMNS.len()),
    });
    let latest = ports.diagnosis.latest();
    let findings = latest.iter().flat_map(|it| it.findings.iter());
    let of_backups = |it: &&Finding| it.check.contains("backup") || it.check.contains("rehears");
    let page = BackupsPage {
        findings: findings.filter(of_backups).cloned().collect(),
        tables: vec![
            schedules(&records, &base, now),
            Table {
                title: "The last jobs",
                note: String::new(),
                columns: COLUMNS.into(),
                rows: rows.collect(),
                empty: "None was made. BACKUP_TO says where to.",
            },
        ],
        said: said.among(&SAID),
        choices: if who.may(Permission::Act, &Scope::All) {
            choices(&records)
        } else {
            Vec::new()
        },
        layout: who.layout(Place::Backups),
    };
    Ok(html(&page)?)
}
