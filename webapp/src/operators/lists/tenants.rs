//! Tenants: how each does, and a form that adds one.

use askama::Template;
use axum::response::Response;
use chrono::TimeDelta;
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::ports::listing::TenantFigures;
use sesame_domain::tenant::TenantSettings;

use super::cell::{Cell, Shape};
use super::detail::{SaidQuery, Saying, Table};
use super::tenant_form::{self, TenantForm};
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::layout::{Layout, Place};
use crate::operators::signed_in::SignedIn;
use crate::operators::tenant_ports::{NewTenant, ShownTenant, TenantStanding};

/// What may have come of the last thing that was done.
const SAID: [Saying; 2] = [
    (
        "added",
        Shape::Good,
        "It is kept, and every node starts it now. Its bot answers within some seconds.",
    ),
    (
        "removing",
        Shape::Warn,
        "Its bot is silent now. Everything that it has is erased, and its sessions are logged out; then it is gone from this list.",
    ),
];

#[derive(Template)]
#[template(path = "admin/tenants.html")]
struct TenantsPage {
    layout: Layout,
    said: Option<(Shape, &'static str)>,
    table: Table,
    /// To add one, for those who may.
    form: Option<TenantForm>,
}

/// `GET /admin/tenants`.
pub(crate) async fn page(who: SignedIn, said: SaidQuery) -> Result<Response, PageError> {
    let said = said.among(&SAID);
    let form = may_add(&who).then(|| {
        let offered = who.app.ports.operators.tenants.offered();
        TenantForm::of(offered, &TenantSettings::new())
    });
    shown(who, said, form).await
}

/// `POST /admin/tenants`: adds one.
pub(crate) async fn add(acting: Acting) -> Result<Response, PageError> {
    acting.who.require(Permission::Decide, &Scope::All).await?;
    let tenants = acting.who.app.ports.operators.tenants.clone();
    let offered = tenants.offered();
    let settings = tenant_form::settings(&acting, &offered);
    let mut form = TenantForm::sent(&acting, offered);
    let added = match tenant_form::name(&acting) {
        Ok(id) => {
            let order = acting.order(&Scope::All)?;
            let new = NewTenant {
                id,
                token: tenant_form::token(&acting),
                settings,
            };
            tenants.add(new, &order).await
        }
        Err(flaw) => {
            form.name_flaw = Some(flaw);
            return shown(acting.who, None, Some(form)).await;
        }
    };
    match added {
        Ok(()) => Ok(acting.who.to_page("/tenants?said=added")),
        Err(refusal) => {
            form.refuse(refusal)?;
            shown(acting.who, None, Some(form)).await
        }
    }
}

fn may_add(who: &SignedIn) -> bool {
    who.may(Permission::Decide, &Scope::All)
}

async fn shown(
    who: SignedIn,
    said: Option<(Shape, &'static str)>,
    form: Option<TenantForm>,
) -> Result<Response, PageError> {
    let since = who.app.ports.clock.now() - TimeDelta::hours(24);
    let figures = who.lists().figures;
    let figures = figures.by_tenant(&who.tenants(), since).await?;
    let tenants = seen(&who).await?;
    let base = who.app.base.to_string();
    let rows = tenants.iter().map(|it| row(it, &figures, &base));
    let page = TenantsPage {
        table: Table {
            title: "How each does",
            note: "On this node; logins of the last 24 hours".to_owned(),
            columns: vec![
                "Tenant", "State", "Bot", "Accounts", "Started", "Scanned", "Linked",
            ],
            rows: rows.collect(),
            empty: "No tenant is yours to look at.",
        },
        said,
        form,
        layout: who.layout(Place::Tenants),
    };
    Ok(html(&page)?)
}

/// The tenants that they may see.
pub(super) async fn seen(who: &SignedIn) -> Result<Vec<ShownTenant>, PageError> {
    let mut tenants = who.app.ports.operators.tenants.all().await?;
    tenants.retain(|it| who.may(Permission::Look, &Scope::Tenant(it.id.clone())));
    Ok(tenants)
}

fn row(it: &ShownTenant, figures: &[TenantFigures], base: &str) -> Vec<Cell> {
    let figures = figures.iter().find(|figures| figures.tenant == it.id);
    let count = |of: fn(&TenantFigures) -> u64| Cell::Figure(figures.map_or(0, of).to_string());
    let bot = it.bot.as_ref().map(|bot| format!("@{}", bot.username));
    vec![
        Cell::Link {
            href: format!("{base}/admin/tenants/{}", it.id),
            words: it.id.to_string(),
        },
        state(&it.standing),
        Cell::Words(bot.unwrap_or_else(|| "of the environment".to_owned())),
        count(|it| it.accounts),
        count(|it| it.started),
        count(|it| it.scanned),
        count(|it| it.linked),
    ]
}

/// How one does, in a word.
pub(super) fn state(standing: &TenantStanding) -> Cell {
    let (shape, word) = match standing {
        TenantStanding::Works => (Shape::Good, "works"),
        TenantStanding::Starting => (Shape::Busy, "starting"),
        TenantStanding::Failed(_) => (Shape::Bad, "fails"),
        TenantStanding::Paused => (Shape::Off, "paused"),
        TenantStanding::Leaving => (Shape::Warn, "being removed"),
    };
    Cell::State(shape, word.to_owned())
}
