//! Attempts to link an account: who is signing in, and who is waiting.

use axum::response::Response;
use sesame_domain::ids::{NodeId, PersonId};
use sesame_domain::listing::IdSearch;
use sesame_domain::login::{Ending, State, Status};
use sesame_domain::ports::listing::{LoginFilter, LoginRow};

use super::cell::{Cell, Shape};
use super::list::{Field, ListPage, Tab, Wanted};
use crate::operators::error::PageError;
use crate::operators::layout::Place;
use crate::operators::live::{LISTS, answer};
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;

/// Every state, as lists are filtered by it.
const STATUSES: [Status; 13] = [
    Status::Starting,
    Status::Pending,
    Status::Scanned,
    Status::Migrating,
    Status::NumberRequired,
    Status::CodeRequired,
    Status::PasswordRequired,
    Status::Verifying,
    Status::Authorized,
    Status::Expired,
    Status::Cancelled,
    Status::Superseded,
    Status::Failed,
];

/// `GET /admin/logins`.
pub(crate) async fn page(who: SignedIn, wanted: Wanted) -> Result<Response, PageError> {
    let lists = who.lists();
    let id: Option<IdSearch> = wanted.get("q");
    let status = wanted
        .text("status")
        .and_then(|name| STATUSES.into_iter().find(|it| it.as_str() == name));
    let person = wanted.get::<i64>("person").map(PersonId);
    let is_over = match wanted.text("over") {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    let fields = vec![
        Field::typed("q", "Login id or its end", &wanted, id.as_ref()),
        Field::chosen(
            "status",
            "State",
            &wanted,
            status.as_ref(),
            STATUSES.map(Status::as_str).to_vec(),
        ),
        Field::typed("person", "Telegram id", &wanted, person.as_ref()),
        Field::typed("node", "Node", &wanted, wanted.text("node").as_ref()),
    ];
    let filter = LoginFilter {
        is_over,
        statuses: status.into_iter().collect(),
        id,
        person,
        node: wanted.text("node").map(|it| NodeId::from(it.to_owned())),
        ..LoginFilter::default()
    };
    let listed = lists.logins.logins(&wanted.query(&who, filter)).await?;
    let now = who.app.ports.clock.now();
    let list = format!("{}/admin/logins", who.app.base);
    let row = |it: LoginRow| {
        let login = it.login;
        let ended = match &login.state {
            State::Ended { at, .. } => Cell::When(Moment::of(*at, now)),
            _ => Cell::Empty,
        };
        vec![
            Cell::Link {
                href: format!("{list}/{}", login.id),
                words: Cell::end_of(login.id.as_uuid()),
            },
            state_cell(login.state.status()),
            Cell::code(failure(&login.state)),
            Cell::Code(login.owner.person.to_string()),
            Cell::Words(login.owner.tenant.to_string()),
            Cell::When(Moment::of(login.created_at, now)),
            ended,
            Cell::code(it.node.map(|it| it.to_string())),
        ]
    };
    let columns = vec![
        "Login",
        "State",
        "Why",
        "Telegram id",
        "Tenant",
        "Began",
        "Ended",
        "Node",
    ];
    let layout = who.layout(Place::Logins);
    let mut page = ListPage {
        lede: "Attempts to link an account, the newest first.".to_owned(),
        empty: "No one has tried to link an account yet.",
        live: Some(LISTS),
        ..ListPage::of(layout, &wanted, fields, columns, listed, row)
    };
    page.tabs_are = "Under way or over";
    page.tabs = [
        ("All", None),
        ("Under way", Some("no")),
        ("Over", Some("yes")),
    ]
    .into_iter()
    .map(|(title, over)| Tab {
        title: title.to_owned(),
        href: wanted.with(&page.action, "over", over.map(str::to_owned)),
        count: None,
        is_current: wanted.text("over") == over,
    })
    .collect();
    let over = wanted.text("over").map(str::to_owned);
    page.kept = over.into_iter().map(|it| ("over", it)).collect();
    answer(&page)
}

pub(super) fn failure(state: &State) -> Option<String> {
    match state {
        State::Ended {
            ending: Ending::Failed(failure),
            ..
        } => Some(failure.code().to_owned()),
        _ => None,
    }
}

pub(super) fn state_cell(status: Status) -> Cell {
    let shape = match status {
        Status::Authorized => Shape::Good,
        Status::Failed => Shape::Warn,
        Status::Expired | Status::Cancelled | Status::Superseded => Shape::Off,
        Status::Starting
        | Status::Pending
        | Status::Scanned
        | Status::Migrating
        | Status::NumberRequired
        | Status::CodeRequired
        | Status::PasswordRequired
        | Status::Verifying => Shape::Busy,
    };
    Cell::State(shape, status.as_str().replace('_', " "))
}
