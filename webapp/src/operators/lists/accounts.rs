//! Linked accounts: which sessions work, who used them, under which key.

use axum::response::Response;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::bulk::BulkAction;
use sesame_domain::ports::listing::{AccountFilter, AccountRow, AccountSearch, HealthFilter};

use super::cell::{Cell, Shape};
use super::detail::{Saying, words_of};
use super::list::{Field, ListPage, Wanted};
use super::many_choices::choices;
use crate::html::html;
use crate::operators::error::PageError;
use crate::operators::layout::Place;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;

/// What may have come of the last thing that was done.
const SAID: [Saying; 1] = [(
    "unlinked",
    Shape::Good,
    "The account is unlinked, and its owner is told.",
)];

/// How an account does, in the address.
fn health_named(name: &str) -> Option<HealthFilter> {
    match name {
        "alive" => Some(HealthFilter::Alive),
        "frozen" => Some(HealthFilter::Frozen),
        "dead" => Some(HealthFilter::Dead),
        cause => DeathCause::from_name(cause).map(HealthFilter::DeadOf),
    }
}

/// What is asked for in the address: the fields of the form, and what they mean.
pub(super) fn asked(wanted: &Wanted) -> (Vec<Field>, AccountFilter) {
    let search: Option<AccountSearch> = wanted.get("q");
    let health = wanted.text("health").and_then(health_named);
    let mut healths = vec!["alive", "frozen", "dead"];
    healths.extend(DeathCause::ALL.map(DeathCause::as_str));
    let fields = vec![
        Field::typed(
            "q",
            "Telegram id, @name, account id or its end",
            wanted,
            search.as_ref(),
        ),
        Field::chosen("health", "Health", wanted, health.as_ref(), healths),
        Field::typed("key", "Key", wanted, wanted.text("key").as_ref()),
    ];
    let filter = AccountFilter {
        search,
        health,
        key: wanted.text("key").map(str::to_owned),
        ..AccountFilter::default()
    };
    (fields, filter)
}

/// `GET /admin/accounts`.
pub(crate) async fn page(who: SignedIn, wanted: Wanted) -> Result<Response, PageError> {
    let lists = who.lists();
    let (fields, filter) = asked(&wanted);
    let listed = lists.accounts.accounts(&wanted.query(&who, filter)).await?;
    let now = who.app.ports.clock.now();
    let list = format!("{}/admin/accounts", who.app.base);
    let row = |it: AccountRow| {
        let account = it.account;
        vec![
            Cell::Link {
                href: format!("{list}/{}", account.id),
                words: account.display_name().as_str().to_owned(),
            },
            Cell::Code(account.owner.person.to_string()),
            health_cell(account.health),
            Cell::When(Moment::of(account.used_at, now)),
            Cell::When(Moment::of(account.checked_at, now)),
            Cell::code(it.key),
            Cell::Words(account.owner.tenant.to_string()),
            Cell::When(Moment::of(account.linked_at, now)),
            Cell::code(it.node.map(|it| it.to_string())),
            Cell::id(account.id.as_uuid()),
        ]
    };
    let columns = vec![
        "Account",
        "Telegram id",
        "Health",
        "Last use",
        "Answered",
        "Key",
        "Tenant",
        "Linked",
        "Node",
        "Id",
    ];
    let many = choices(&who, &[BulkAction::Validate, BulkAction::Revoke]);
    let layout = who.layout(Place::Accounts);
    let mut page = ListPage {
        lede: "Linked accounts, last used first.".to_owned(),
        many,
        empty: "No account is linked yet. People link theirs in the Mini App.",
        ..ListPage::of(layout, &wanted, fields, columns, listed, row)
    };
    page.said = words_of(wanted.said(), &SAID);
    Ok(html(&page)?)
}

pub(super) fn health_cell(health: Health) -> Cell {
    match health {
        Health::Alive => Cell::State(Shape::Good, "Working".to_owned()),
        Health::Frozen { .. } => Cell::State(Shape::Cold, "Frozen".to_owned()),
        // A session that its owner revoked is over, not red.
        Health::Dead { cause, .. } => Cell::State(Shape::Off, cause.as_str().to_owned()),
    }
}
