//! What the doctor says, each with what to do, and what only the browser sees.

use std::fmt::Write as _;
use std::net::IpAddr;

use askama::Template;
use axum::http::Extensions;
use axum::response::Response;
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::ports::Growing;
use url::{Host, Url};

use super::error::PageError;
use super::form::Acting;
use super::growth::{self, in_units};
use super::layout::{Layout, Place};
use super::lists::cell::Cell;
use super::lists::detail::Table;
use super::moment::Moment;
use super::ports::{Diagnosed, Finding, Severity};
use super::signed_in::SignedIn;
use crate::edge::ClientAddress;
use crate::html::html;

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
    /// From where the server sees the browser ask; `None`: that is not known.
    address: Option<IpAddr>,
    /// What is odd about it.
    odd_address: Option<&'static str>,
    growing: Table,
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
    let address = extensions.get::<ClientAddress>().and_then(|it| it.0);
    let growing = growth::look(&who).await?;
    let public = &app.settings.public_url;
    let page = DiagnosticsPage {
        may_act: who.may(Permission::Act, &Scope::All),
        looked: latest.as_ref().map(|it| Moment::of(it.at, now)),
        bad: latest.as_ref().map_or(0, |it| it.count(Severity::Bad)),
        warnings: latest.as_ref().map_or(0, |it| it.count(Severity::Warning)),
        support: support(latest.as_deref(), &growing, &Moment::of(now, now)),
        growing: growth::table(&who, &growing, now).await?,
        wrong,
        good,
        now: Moment::of(now, now),
        public_origin: public.origin().ascii_serialization(),
        odd_address: odd_address(address, public),
        address,
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

/// What is odd about the address of a browser: the sites that people open are
/// elsewhere than they are.
fn odd_address(address: Option<IpAddr>, public: &Url) -> Option<&'static str> {
    let is_here = |ip: IpAddr| match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    let of_site = match public.host() {
        Some(Host::Ipv4(ip)) => is_here(ip.into()),
        Some(Host::Ipv6(ip)) => is_here(ip.into()),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match address {
        None => Some("a proxy asks and does not say for whom"),
        Some(ip) if is_here(ip) && !of_site => Some("of a network of its own: is it a proxy’s?"),
        Some(_) => None,
    }
}

/// What is wrong and how much there is, without names, ids, secrets and addresses:
/// codes and figures alone.
fn support(diagnosed: Option<&Diagnosed>, growing: &[Growing], now: &Moment) -> String {
    let mut text = format!("sesame {}, {}\n", env!("CARGO_PKG_VERSION"), now.exact());
    if diagnosed.is_none() {
        text.push_str("nothing was looked at yet\n");
    }
    for finding in diagnosed.iter().flat_map(|it| &it.findings) {
        let severity = match finding.severity {
            Severity::Good => "good",
            Severity::Warning => "warning",
            Severity::Bad => "bad",
        };
        // Writing into a string does not fail.
        let _ = writeln!(text, "{}: {severity} {}", finding.check, finding.reason);
    }
    for it in growing {
        let size = it.bytes.map_or_else(|| "-".to_owned(), in_units);
        let rows = it
            .rows
            .map_or_else(String::new, |it| format!(", {it} rows"));
        let _ = writeln!(text, "{}: {size}{rows}", it.name);
    }
    text
}
