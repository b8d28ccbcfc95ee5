//! The overview: what fails first, each with what to do; then the figures.

use askama::Template;
use axum::response::Response;

use super::error::PageError;
use super::figures::Figures;
use super::layout::{Layout, Place};
use super::live::{LivePage, answer};
use super::moment::Moment;
use super::ports::{Finding, Severity};
use super::promises::Promises;
use super::signed_in::SignedIn;

#[derive(Template)]
#[template(path = "admin/overview.html", blocks = ["summary", "looked", "figures"])]
struct OverviewPage {
    layout: Layout,
    /// What fails, the worst first.
    alarms: Vec<Finding>,
    bad: usize,
    warnings: usize,
    looked: Option<Moment>,
    now: Moment,
    figures: Figures,
    promises: Promises,
}

impl LivePage for OverviewPage {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn parts(&self) -> askama::Result<String> {
        let (summary, looked) = (self.as_summary(), self.as_looked());
        Ok(summary.render()? + &looked.render()? + &self.as_figures().render()?)
    }
}

/// `GET /admin`.
pub(super) async fn page(who: SignedIn) -> Result<Response, PageError> {
    let app = &who.app;
    let now = app.ports.clock.now();
    // What concerns the instance concerns whoever looks after all of it.
    let latest = app.ports.operators.diagnosis.latest();
    let latest = latest.filter(|_| who.operator.has_all());
    let mut alarms: Vec<Finding> = latest
        .iter()
        .flat_map(|it| it.findings.iter())
        .filter(|it| it.severity != Severity::Good)
        .cloned()
        .collect();
    alarms.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let (figures, promises) = futures::try_join!(Figures::of(&who), Promises::of(&who))?;
    let page = OverviewPage {
        figures,
        promises,
        bad: latest.as_ref().map_or(0, |it| it.count(Severity::Bad)),
        warnings: latest.as_ref().map_or(0, |it| it.count(Severity::Warning)),
        alarms,
        looked: latest.map(|it| Moment::of(it.at, now)),
        now: Moment::of(now, now),
        layout: who.layout(Place::Overview),
    };
    answer(&page)
}
