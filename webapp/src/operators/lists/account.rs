//! One account: how it does, what happened to it, and the way to unlink it.

use axum::extract::Path;
use axum::response::Response;
use sesame_domain::account::{Account, Health};
use sesame_domain::ids::AccountId;
use sesame_domain::operator::{Permission, Scope};
use sesame_domain::ports::listing::AccountRow;
use sesame_domain::time::Timestamp;

use super::accounts::health_cell;
use super::cell::{Cell, Shape};
use super::detail::{Choice, DetailPage, entries};
use crate::miniapp::html;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::layout::Place;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;
use crate::problem::ApiError;

/// `GET /admin/accounts/{id}`.
pub(crate) async fn page(who: SignedIn, Path(id): Path<String>) -> Result<Response, PageError> {
    let row = found(&who, &id).await?;
    let account = &row.account;
    let events = entries(&who, account.id.as_uuid()).await?;
    let now = who.app.ports.clock.now();
    let choices = if who.may(Permission::Decide, &scope(account)) {
        vec![Choice {
            name: "unlink",
            title: "Unlink",
            explains: "The session is logged out at Telegram and made unreadable for good. \
                       Their owner is told by the bot, and can link again.",
            is_risky: true,
        }]
    } else {
        Vec::new()
    };
    let mut page = DetailPage::new(
        who,
        Place::Accounts,
        account.id.as_uuid(),
        account.display_name().as_str().to_owned(),
        health_cell(account.health),
    );
    page.facts = DetailPage::known(facts(&row, now));
    page.tables = vec![events];
    page.choices = choices;
    Ok(html(&page)?)
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
