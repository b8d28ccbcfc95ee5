//! One tenant: how it does, what it has of its own, and what can be done about it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use sesame_domain::operator::{DangerKind, DangerousAction, Permission, Scope};
use sesame_domain::tenant::audit_subject;

use super::cell::{Cell, Shape};
use super::detail::{Choice, DetailPage, SaidQuery, Saying, Table, entries};
use super::tenant_form::{self, TenantForm};
use super::tenants::{seen, state};
use crate::html::html;
use crate::operators::confirmations;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::layout::{Layout, Place};
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;
use crate::operators::tenant_ports::{ShownTenant, TenantRefusal, TenantStanding};
use crate::problem::ApiError;

/// What may have come of the last thing that was done.
const SAID: [Saying; 5] = [
    (
        "set",
        Shape::Good,
        "It is kept. Every node restarts the tenant with it now; logins under way go on.",
    ),
    (
        "token",
        Shape::Good,
        "The new token is sealed, the former one erased. Every node takes it now.",
    ),
    (
        "paused",
        Shape::Good,
        "Its bot falls silent and its app is shut. Nothing of it is lost.",
    ),
    (
        "resumed",
        Shape::Good,
        "Its bot answers again within some seconds.",
    ),
    (
        "stale",
        Shape::Warn,
        "It was changed by someone else at that moment: nothing was done. Look again.",
    ),
];

#[derive(Template)]
#[template(path = "admin/tenant.html")]
struct TenantPage {
    layout: Layout,
    back: String,
    action: String,
    id: String,
    state: Cell,
    /// Why it fails, if it does.
    why: Option<String>,
    said: Option<(Shape, &'static str)>,
    facts: Vec<(&'static str, Cell)>,
    events: Table,
    version: i64,
    /// What it has of its own, for those who may change it.
    form: Option<TenantForm>,
    choices: Vec<Choice>,
}

/// `GET /admin/tenants/{id}`.
pub(crate) async fn page(
    who: SignedIn,
    Path(id): Path<String>,
    said: SaidQuery,
) -> Result<Response, PageError> {
    let tenant = found(&who, &id).await?;
    let offered = who.app.ports.operators.tenants.offered();
    let form = TenantForm::of(offered, &tenant.settings);
    shown(who, tenant, said.among(&SAID), form).await
}

/// `POST /admin/tenants/{id}/settings`.
pub(crate) async fn set(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let tenant = may(&acting, &id, Permission::Decide).await?;
    let order = acting.order(&scope(&tenant))?;
    let tenants = acting.who.app.ports.operators.tenants.clone();
    let offered = tenants.offered();
    let settings = tenant_form::settings(&acting, &offered);
    let form = TenantForm::sent(&acting, offered);
    let set = tenants.set(&tenant.id, version(&acting)?, settings, &order);
    let done = set.await;
    told(acting, &id, done, form, "set").await
}

/// `POST /admin/tenants/{id}/token`.
pub(crate) async fn set_token(
    Path(id): Path<String>,
    acting: Acting,
) -> Result<Response, PageError> {
    let tenant = may(&acting, &id, Permission::Decide).await?;
    let order = acting.order(&scope(&tenant))?;
    let tenants = acting.who.app.ports.operators.tenants.clone();
    let form = TenantForm::of(tenants.offered(), &tenant.settings);
    let token = tenant_form::token(&acting);
    let set = tenants.set_token(&tenant.id, version(&acting)?, token, &order);
    let done = set.await;
    told(acting, &id, done, form, "token").await
}

/// `POST /admin/tenants/{id}/pause`.
pub(crate) async fn pause(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    set_paused(&id, acting, true).await
}

/// `POST /admin/tenants/{id}/resume`.
pub(crate) async fn resume(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    set_paused(&id, acting, false).await
}

async fn set_paused(id: &str, acting: Acting, paused: bool) -> Result<Response, PageError> {
    let tenant = may(&acting, id, Permission::Act).await?;
    let order = acting.order(&scope(&tenant))?;
    let tenants = acting.who.app.ports.operators.tenants.clone();
    let form = TenantForm::of(tenants.offered(), &tenant.settings);
    let done = tenants.set_paused(&tenant.id, paused, &order).await;
    let said = if paused { "paused" } else { "resumed" };
    told(acting, id, done, form, said).await
}

/// `POST /admin/tenants/{id}/remove`: asks in the chat first.
pub(crate) async fn remove(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    acting.who.require(Permission::Decide, &Scope::All).await?;
    let tenant = found(&acting.who, &id).await?;
    if !tenant.is_row {
        return Err(PageError::Unclear);
    }
    let reason = acting.reason()?;
    let action = DangerousAction {
        kind: DangerKind::RemoveTenant,
        parameters: tenant.id.to_string(),
        summary: format!(
            "Remove the tenant {} with all its accounts and people",
            tenant.id
        ),
    };
    confirmations::ask(acting.who, action, reason).await
}

/// Back to the page, or what is wrong with what was sent.
async fn told(
    acting: Acting,
    id: &str,
    done: Result<(), TenantRefusal>,
    mut form: TenantForm,
    said: &str,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(acting
            .who
            .to_page(format_args!("/tenants/{id}?said={said}"))),
        Err(refusal) => {
            form.refuse(refusal)?;
            let tenant = found(&acting.who, id).await?;
            shown(acting.who, tenant, None, form).await
        }
    }
}

async fn may(acting: &Acting, id: &str, permission: Permission) -> Result<ShownTenant, PageError> {
    let tenant = found(&acting.who, id).await?;
    acting.who.require(permission, &scope(&tenant)).await?;
    Ok(tenant)
}

/// The tenant of the address, if they may see it.
async fn found(who: &SignedIn, id: &str) -> Result<ShownTenant, PageError> {
    let found = seen(who).await?.into_iter().find(|it| it.id.as_str() == id);
    Ok(found.ok_or(ApiError::NotFound)?)
}

fn scope(tenant: &ShownTenant) -> Scope {
    Scope::Tenant(tenant.id.clone())
}

/// The version of the tenant that the page showed.
fn version(acting: &Acting) -> Result<i64, PageError> {
    let version = acting.field("version").and_then(|it| it.parse().ok());
    version.ok_or(PageError::Unclear)
}

async fn shown(
    who: SignedIn,
    tenant: ShownTenant,
    said: Option<(Shape, &'static str)>,
    form: TenantForm,
) -> Result<Response, PageError> {
    let events = entries(&who, audit_subject(&tenant.id)).await?;
    let now = who.app.ports.clock.now();
    let is_leaving = tenant.standing == TenantStanding::Leaving;
    let may_change = tenant.is_row && !is_leaving;
    let may_decide = may_change && who.may(Permission::Decide, &scope(&tenant));
    let choices = choices(&who, &tenant, may_change);
    let layout = who.layout(Place::Tenants);
    let back = format!("{}/admin/tenants", layout.alone.base);
    let page = TenantPage {
        action: format!("{back}/{}", tenant.id),
        back,
        state: state(&tenant.standing),
        why: match &tenant.standing {
            TenantStanding::Failed(why) => Some(why.clone()),
            _ => None,
        },
        said,
        facts: DetailPage::known(vec![
            ("Bot", Cell::Words(bot(&tenant))),
            ("Mini App", Cell::Code(tenant.url.clone())),
            (
                "Added",
                tenant
                    .added_at
                    .map_or(Cell::Empty, |at| Cell::When(Moment::of(at, now))),
            ),
        ]),
        events,
        version: tenant.version,
        form: may_decide.then_some(form),
        choices,
        id: tenant.id.to_string(),
        layout,
    };
    Ok(html(&page)?)
}

fn bot(tenant: &ShownTenant) -> String {
    match &tenant.bot {
        Some(bot) => format!("@{} ({})", bot.username, bot.id),
        None => "the one of BOT_TOKEN".to_owned(),
    }
}

fn choices(who: &SignedIn, tenant: &ShownTenant, may_change: bool) -> Vec<Choice> {
    let is_paused = tenant.standing == TenantStanding::Paused;
    let may_act = may_change && who.may(Permission::Act, &scope(tenant));
    let may_remove = may_change && who.may(Permission::Decide, &Scope::All);
    let pause = Choice {
        name: "pause",
        title: "Pause",
        explains: "Its bot falls silent on all nodes, its app is shut, its sessions rest. \
                   Nothing is lost, and everything goes on once it is resumed.",
        is_risky: false,
    };
    let resume = Choice {
        name: "resume",
        title: "Resume",
        explains: "Its bot answers again, and what waited goes on.",
        is_risky: false,
    };
    let remove = Choice {
        name: "remove",
        title: "Remove",
        explains: "Asked for in the bot's chat first. Every person of it is erased as if they \
                   had asked for it, their sessions are logged out at Telegram, and the token is \
                   destroyed. The audit stays.",
        is_risky: true,
    };
    let mut choices = Vec::new();
    choices.extend((may_act && !is_paused).then_some(pause));
    choices.extend((may_act && is_paused).then_some(resume));
    choices.extend(may_remove.then_some(remove));
    choices
}
