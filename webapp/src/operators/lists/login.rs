//! One attempt to link an account: how it stands, and what happened.

use axum::extract::Path;
use axum::response::Response;
use sesame_domain::ids::LoginId;
use sesame_domain::login::State;
use sesame_domain::ports::listing::LoginRow;
use sesame_domain::time::Timestamp;

use super::cell::Cell;
use super::detail::{DetailPage, entries};
use super::logins::{failure, state_cell};
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::layout::Place;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;
use crate::problem::ApiError;

/// `GET /admin/logins/{id}`.
pub(crate) async fn page(who: SignedIn, Path(id): Path<String>) -> Result<Response, PageError> {
    let id: LoginId = id.parse().map_err(|_| ApiError::NotFound)?;
    let found = who.lists().logins.login(id, &who.tenants()).await?;
    let row = found.ok_or(ApiError::NotFound)?;
    let events = entries(&who, id.as_uuid()).await?;
    let now = who.app.ports.clock.now();
    let state = state_cell(row.login.state.status());
    let title = format!("Login of {}", row.login.owner.person);
    let mut page = DetailPage::new(who, Place::Logins, id.as_uuid(), title, state);
    page.facts = DetailPage::known(facts(&row, now));
    page.tables = vec![events];
    Ok(html(&page)?)
}

fn facts(row: &LoginRow, now: Timestamp) -> Vec<(&'static str, Cell)> {
    let login = &row.login;
    let when = |at| Cell::When(Moment::of(at, now));
    let ended = match &login.state {
        State::Ended { at, .. } => when(*at),
        _ => Cell::Empty,
    };
    let retry = login.retry.as_ref();
    vec![
        ("Login", Cell::Code(login.id.to_string())),
        ("Telegram id", Cell::Code(login.owner.person.to_string())),
        ("Tenant", Cell::Words(login.owner.tenant.to_string())),
        ("Why", Cell::code(failure(&login.state))),
        ("Began", when(login.created_at)),
        ("Ended", ended),
        (
            "Telegram is asked again",
            retry.map_or(Cell::Empty, |it| Cell::Until(Moment::of(it.retry_at, now))),
        ),
        (
            "To be cleaned up",
            login
                .cleanup_at
                .map_or(Cell::Empty, |at| Cell::Until(Moment::of(at, now))),
        ),
        (
            "Node",
            Cell::code(row.node.as_ref().map(ToString::to_string)),
        ),
    ]
}
