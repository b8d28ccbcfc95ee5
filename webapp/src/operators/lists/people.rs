//! The people who talk to the bots.

use axum::response::Response;
use sesame_domain::ids::PersonId;
use sesame_domain::ports::listing::{PersonFilter, PersonRow};

use super::cell::{Cell, Shape};
use super::list::{Field, ListPage, Wanted};
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::layout::Place;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;

/// `yes` or `no`.
fn yes_or_no(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// `GET /admin/people`.
pub(crate) async fn page(who: SignedIn, wanted: Wanted) -> Result<Response, PageError> {
    let lists = who.lists();
    let person = wanted.get::<i64>("q").map(PersonId);
    let linked = wanted.text("linked").and_then(yes_or_no);
    let blocked = wanted.text("blocked").and_then(yes_or_no);
    let either = || vec!["yes", "no"];
    let fields = vec![
        Field::typed("q", "Telegram id", &wanted, person.as_ref()),
        Field::chosen("linked", "Linked", &wanted, linked.as_ref(), either()),
        Field::chosen(
            "blocked",
            "Blocked the bot",
            &wanted,
            blocked.as_ref(),
            either(),
        ),
        Field::typed(
            "language",
            "Language",
            &wanted,
            wanted.text("language").as_ref(),
        ),
    ];
    let filter = PersonFilter {
        person,
        is_blocked: blocked,
        is_linked: linked,
        language: wanted.text("language").map(str::to_owned),
        ..PersonFilter::default()
    };
    let listed = lists.people.people(&wanted.query(&who, filter)).await?;
    let now = who.app.ports.clock.now();
    let row = |it: PersonRow| {
        let record = it.record;
        let state = match record.blocked_at {
            Some(_) => Cell::State(Shape::Off, "Blocked the bot".to_owned()),
            None => Cell::State(Shape::Good, "Can be written to".to_owned()),
        };
        vec![
            Cell::Code(record.owner.person.to_string()),
            state,
            Cell::Words(record.owner.tenant.to_string()),
            Cell::code(record.language),
            Cell::When(Moment::of(record.last_seen_at, now)),
            Cell::When(Moment::of(record.first_seen_at, now)),
            it.account.map_or(Cell::Empty, |id| Cell::id(id.as_uuid())),
        ]
    };
    let columns = vec![
        "Telegram id",
        "State",
        "Tenant",
        "Language",
        "Seen last",
        "Seen first",
        "Account",
    ];
    let layout = who.layout(Place::People);
    let page = ListPage {
        lede: "Who talks to the bot, last seen first.".to_owned(),
        empty: "No one has written to the bot yet.",
        ..ListPage::of(layout, &wanted, fields, columns, listed, row)
    };
    Ok(html(&page)?)
}
