//! What the doctor says, each with what to do, and what only the browser sees.

use std::fmt::Write as _;

use askama::Template;
use axum::http::Extensions;
use axum::response::Response;
use sesame_domain::operator::{Permission, Scope};

use super::browser;
use super::error::PageError;
use super::form::Acting;
use super::layout::{Layout, Place};
use super::moment::Moment;
use super::ports::{Diagnosed, Finding, Severity};
use super::signed_in::SignedIn;
use crate::edge::ClientAddress;
use crate::miniapp::html;

#[derive(Template)]
#[template(path = "admin/diagnostics.html")]
struct DiagnosticsPage {
    layout: Layout,
    may_act: bool,
    looked: Option<Moment>,
    wrong: Vec<Finding>,
    good: Vec<Finding>,
    bad: usize,
    warnings: usize,
    now: Moment,
    public_origin: String,
    network: String,
    support: String,
}

/// `GET /admin/diagnostics`.
pub(super) async fn page(who: SignedIn, extensions: Extensions) -> Result<Response, PageError> {
    who.require(Permission::Look, &Scope::All).await?;
    let app = &who.app;
    let now = app.ports.clock.now();
    let latest = app.ports.operators.diagnosis.latest();
    let findings = latest.iter().flat_map(|it| it.findings.iter().cloned());
    let (good, mut wrong): (Vec<_>, Vec<_>) =
        findings.partition(|it| it.severity == Severity::Good);
    wrong.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let address = extensions.get::<ClientAddress>();
    let page = DiagnosticsPage {
        may_act: who.may(Permission::Act, &Scope::All),
        looked: latest.as_ref().map(|it| Moment::of(it.at, now)),
        bad: latest.as_ref().map_or(0, |it| it.count(Severity::Bad)),
        warnings: latest.as_ref().map_or(0, |it| it.count(Severity::Warning)),
        support: support(latest.as_deref(), &Moment::of(now, now)),
        wrong,
        good,
        now: Moment::of(now, now),
        public_origin: app.settings.public_url.origin().ascii_serialization(),
        network: browser::network(address.and_then(|it| it.0)),
        layout: who.layout(Place::Diagnostics),
    };
    Ok(html(&page)?)
}

/// `POST /admin/diagnostics`: has everything looked at again.
pub(super) async fn look_again(acting: Acting) -> Result<Response, PageError> {
    let who = acting.who;
    who.require(Permission::Act, &Scope::All).await?;
    who.app.ports.operators.diagnosis.look_again();
    Ok(who.to_page("/diagnostics"))
}

/// What is wrong, without names, ids, secrets and addresses: codes alone.
fn support(diagnosed: Option<&Diagnosed>, now: &Moment) -> String {
    let mut text = format!("sesame {}, {}\n", env!("CARGO_PKG_VERSION"), now.exact());
    let Some(diagnosed) = diagnosed else {
        text.push_str("nothing was looked at yet\n");
        return text;
    };
    for finding in &diagnosed.findings {
        let severity = match finding.severity {
            Severity::Good => "good",
            Severity::Warning => "warning",
            Severity::Bad => "bad",
        };
        // Writing into a string does not fail.
        let _ = writeln!(text, "{}: {severity} {}", finding.check, finding.reason);
    }
    text
}
