//! Limits and floods: who waits until when, because of what.

use axum::response::Response;
use sesame_domain::ids::PersonId;
use sesame_domain::ports::listing::{Wait, WaitFilter, WaitKind};

use super::cell::{Cell, Shape};
use super::list::{Field, ListPage, Wanted};
use crate::operators::error::PageError;
use crate::operators::layout::Place;
use crate::operators::live::{LISTS, answer};
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;

/// `GET /admin/limits`.
pub(crate) async fn page(who: SignedIn, wanted: Wanted) -> Result<Response, PageError> {
    let lists = who.lists();
    let person = wanted.get::<i64>("q").map(PersonId);
    let kind = wanted.text("kind").and_then(WaitKind::from_name);
    let kinds = WaitKind::ALL.map(WaitKind::as_str).to_vec();
    let fields = vec![
        Field::typed("q", "Telegram id", &wanted, person.as_ref()),
        Field::chosen("kind", "What waits", &wanted, kind.as_ref(), kinds),
        Field::typed("reason", "Why", &wanted, wanted.text("reason").as_ref()),
    ];
    let filter = WaitFilter {
        kinds: kind.into_iter().collect(),
        person,
        reason: wanted.text("reason").map(str::to_owned),
    };
    let now = who.app.ports.clock.now();
    let query = wanted.query(&who, filter);
    let listed = lists.waits.waits(&query, now).await?;
    let row = |it: Wait| {
        let owner = it.owner;
        vec![
            Cell::Words(it.kind.as_str().replace('_', " ")),
            Cell::State(Shape::Warn, it.reason),
            Cell::Until(Moment::of(it.until, now)),
            Cell::When(Moment::of(it.since, now)),
            Cell::code(owner.as_ref().map(|it| it.person.to_string())),
            Cell::words(owner.map(|it| it.tenant.to_string())),
            Cell::words(it.job),
            Cell::id(it.id),
        ]
    };
    let columns = vec![
        "What",
        "Why",
        "Until",
        "Since",
        "Telegram id",
        "Tenant",
        "Job",
        "Id",
    ];
    let layout = who.layout(Place::Limits);
    let page = ListPage {
        lede: "Who waits until when; which ends first.".to_owned(),
        empty: "No one waits.",
        live: Some(LISTS),
        ..ListPage::of(layout, &wanted, fields, columns, listed, row)
    };
    answer(&page)
}
