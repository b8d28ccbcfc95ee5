//! Tenants, and how each does.

use askama::Template;
use axum::response::Response;
use chrono::TimeDelta;

use super::cell::Cell;
use super::detail::Table;
use crate::miniapp::html;
use crate::operators::error::PageError;
use crate::operators::layout::{Layout, Place};
use crate::operators::signed_in::SignedIn;

#[derive(Template)]
#[template(path = "admin/tenants.html")]
struct TenantsPage {
    layout: Layout,
    table: Table,
}

/// `GET /admin/tenants`.
pub(crate) async fn page(who: SignedIn) -> Result<Response, PageError> {
    let since = who.app.ports.clock.now() - TimeDelta::hours(24);
    let figures = who.lists().figures;
    let tenants = figures.by_tenant(&who.tenants(), since).await?;
    let rows = tenants.into_iter().map(|it| {
        vec![
            Cell::Words(it.tenant.to_string()),
            Cell::Figure(it.accounts.to_string()),
            Cell::Figure(it.started.to_string()),
            Cell::Figure(it.scanned.to_string()),
            Cell::Figure(it.linked.to_string()),
        ]
    });
    let page = TenantsPage {
        table: Table {
            title: "How each does",
            note: "Logins of the last 24 hours".to_owned(),
            columns: vec!["Tenant", "Accounts", "Started", "Scanned", "Linked"],
            rows: rows.collect(),
            empty: "No tenant has anything yet.",
        },
        layout: who.layout(Place::Tenants),
    };
    Ok(html(&page)?)
}
