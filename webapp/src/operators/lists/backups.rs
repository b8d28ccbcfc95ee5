//! Backups: when one was made, and how that went.

use askama::Template;
use axum::response::Response;
use sesame_domain::job::JobKind;
use sesame_domain::listing::Query;
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::ports::listing::JobFilter;

use super::cell::Cell;
use super::detail::Table;
use super::jobs::{COLUMNS, cells};
use super::schedules::schedules;
use crate::miniapp::html;
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
    may_act: bool,
}

/// `GET /admin/backups`: for whoever looks after all tenants.
pub(crate) async fn page(who: SignedIn) -> Result<Response, PageError> {
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
        may_act: !records.is_empty() && who.may(Permission::Act, &Scope::All),
        layout: who.layout(Place::Backups),
    };
    Ok(html(&page)?)
}
