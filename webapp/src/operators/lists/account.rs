//! One account: how it does, what happened to it, and the way to unlink it.

use axum::extract::Path;
use axum::response::Response;
use sesame_domain::account::{Account, Health};
use sesame_domain::ids::AccountId;
use sesame_domain::job::{Job, JobKind, JobState};
use sesame_domain::listing::{Query, Tenants};
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::ports::listing::{AccountRow, JobFilter};
use sesame_domain::time::Timestamp;

use super::accounts::health_cell;
use super::cell::{Cell, Shape};
use super::detail::{Choice, DetailPage, SaidQuery, Saying, Table, entries};
use super::jobs::{SaysOf, says_of};
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::layout::Place;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;
use crate::problem::ApiError;

/// How many checks by order are shown.
const CHECKS: u32 = 5;

/// What may have come of the last thing that was done.
const SAID: [Saying; 2] = [
    (
        "asked",
        Shape::Good,
        "A node looks at it now: what came of it stands below.",
    ),
    (
        "under_way",
        Shape::Warn,
        "A node is to look at it already: nothing more was done.",
    ),
];

/// `GET /admin/accounts/{id}`.
pub(crate) async fn page(
    who: SignedIn,
    Path(id): Path<String>,
    said: SaidQuery,
) -> Result<Response, PageError> {
    let row = found(&who, &id).await?;
    let account = &row.account;
    let events = entries(&who, account.id.as_uuid()).await?;
    let now = who.app.ports.clock.now();
    let checks = checks(&who, account, now).await?;
    let choices = choices(&who, account);
    let mut page = DetailPage::new(
        who,
        Place::Accounts,
        account.id.as_uuid(),
        account.display_name().as_str().to_owned(),
        health_cell(account.health),
    );
    page.facts = DetailPage::known(facts(&row, now));
    page.said = said.among(&SAID);
    page.looks_again = checks.is_under_way;
    page.tables = checks.table.into_iter().chain([events]).collect();
    page.choices = choices;
    Ok(html(&page)?)
}

/// What the operator may do.
fn choices(who: &SignedIn, account: &Account) -> Vec<Choice> {
    let mut choices = Vec::new();
    let is_dead = matches!(account.health, Health::Dead { .. });
    if !is_dead && who.may(Permission::Act, &scope(account)) {
        choices.push(Choice {
            name: "check",
            title: "Check now",
            explains: "A node asks Telegram whether the session is alive, as its owner can \
                       in the app. If that changed, the bot tells them.",
            is_risky: false,
        });
    }
    if who.may(Permission::Decide, &scope(account)) {
        choices.push(Choice {
            name: "unlink",
            title: "Unlink",
            explains: "The session is logged out at Telegram and made unreadable for good. \
                       Their owner is told by the bot, and can link again.",
            is_risky: true,
        });
    }
    choices
}

/// What came of looking at it by order.
struct Checks {
    /// `None`: no one ordered it lately.
    table: Option<Table>,
    is_under_way: bool,
}

async fn checks(who: &SignedIn, account: &Account, now: Timestamp) -> Result<Checks, PageError> {
    let tenant = account.owner.tenant.clone();
    let mut query = Query::first(Tenants::These(vec![tenant]), CHECKS);
    query.filter = JobFilter {
        kinds: vec![JobKind::CHECK_NOW],
        person: Some(account.owner.person),
        ..JobFilter::default()
    };
    let jobs = who.lists().jobs.jobs(&query).await?;
    let mut jobs = jobs.rows.iter().flatten().peekable();
    let Some(newest) = jobs.peek() else {
        return Ok(Checks {
            table: None,
            is_under_way: false,
        });
    };
    let is_under_way = !matches!(newest.state, JobState::Ended { .. });
    let list = format!("{}/admin/jobs", who.app.base);
    let row = |job: &Job| {
        let SaysOf { shape, says, when } = says_of(&job.state, now);
        let link = Cell::Link {
            href: format!("{list}/{}", job.id),
            words: job.state.name().to_owned(),
        };
        vec![when, Cell::State(shape, says.unwrap_or_default()), link]
    };
    let rows = jobs.map(row).collect();
    let table = Table {
        title: "Checked by order",
        note: "The newest first".to_owned(),
        columns: vec!["When", "What came of it", "Job"],
        rows,
        empty: "",
    };
    Ok(Checks {
        table: Some(table),
        is_under_way,
    })
}

/// `POST /admin/accounts/{id}/check`: has a node look at it now.
pub(crate) async fn check(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let who = &acting.who;
    let account = found(who, &id).await?.account;
    let scope = scope(&account);
    who.require(Permission::Act, &scope).await?;
    let order = acting.order(&scope)?;
    let asked = who.app.ports.operators.checks.ask(&account, &order).await?;
    who.wake_runners().await;
    let said = if asked.is_new { "asked" } else { "under_way" };
    Ok(who.to_page(format_args!("/accounts/{}?said={said}", account.id)))
}

/// `POST /admin/accounts/{id}/unlink`.
pub(crate) async fn unlink(Path(id): Path<String>, acting: Acting) -> Result<Response, PageError> {
    let who = &acting.who;
    let account = found(who, &id).await?.account;
    let scope = scope(&account);
    who.require(Permission::Decide, &scope).await?;
    let order = acting.order(&scope)?;
    let revocation = &who.app.ports.operators.revocation;
    // One that is not linked any more is what they wanted, too.
    revocation
        .revoke(&account.owner, account.id, &order)
        .await?;
    Ok(who.to_page("/accounts?said=unlinked"))
}

/// The account of the address, if they may see it.
async fn found(who: &SignedIn, id: &str) -> Result<AccountRow, PageError> {
    let id: AccountId = id.parse().map_err(|_| ApiError::NotFound)?;
    let found = who.lists().accounts.account(id, &who.tenants()).await?;
    Ok(found.ok_or(ApiError::NotFound)?)
}

fn scope(account: &Account) -> Scope {
    Scope::Tenant(account.owner.tenant.clone())
}

fn facts(row: &AccountRow, now: Timestamp) -> Vec<(&'static str, Cell)> {
    let account = &row.account;
    let when = |at| Cell::When(Moment::of(at, now));
    let since = match account.health {
        Health::Alive => Cell::Empty,
        Health::Frozen { since } | Health::Dead { since, .. } => when(since),
    };
    vec![
        ("Account", Cell::Code(account.id.to_string())),
        ("Telegram id", Cell::Code(account.owner.person.to_string())),
        ("Tenant", Cell::Words(account.owner.tenant.to_string())),
        ("Like this since", since),
        ("Linked", when(account.linked_at)),
        ("Last use", when(account.used_at)),
        ("Answered", when(account.checked_at)),
        ("Session", Cell::Code(account.session.to_string())),
        ("Device", Cell::Words(account.device.model.clone())),
        (
            "Key",
            match &row.key {
                Some(key) => Cell::Code(key.clone()),
                None => Cell::State(Shape::Off, "destroyed".to_owned()),
            },
        ),
        (
            "Open on",
            Cell::code(row.node.as_ref().map(ToString::to_string)),
        ),
    ]
}
