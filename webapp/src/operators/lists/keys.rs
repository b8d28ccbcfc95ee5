//! The versions of the key that sessions are sealed under: how they are, making a
//! new one, and retiring old ones.

use askama::Template;
use axum::response::Response;
use sesame_domain::audit::Action;
use sesame_domain::ids::Owner;
use sesame_domain::keys::KeyState;
use sesame_domain::operator::{DangerKind, DangerousAction, Permission, Scope};
use uuid::Uuid;

use super::cell::Shape;
use super::detail::{SaidQuery, Saying};
use crate::html::html;
use crate::operators::confirmations;
use crate::operators::error::PageError;
use crate::operators::form::Acting;
use crate::operators::layout::{Layout, Place};
use crate::operators::moment::Moment;
use crate::operators::ports::{KeyRefusal, KeysShown, ShownKey};
use crate::operators::signed_in::SignedIn;

/// What may have come of the last thing that was done.
const SAID: [Saying; 4] = [
    (
        "rotated",
        Shape::Good,
        "A new version is active. Nodes wrap older data keys anew by themselves; bring the copy of the key file up to date with `sesame keys copy FILE`.",
    ),
    (
        "not_rotated",
        Shape::Bad,
        "No new version was made: the provider of the keys does not make one. `sesame keys rotate` says why.",
    ),
    (
        "retired",
        Shape::Good,
        "It is retired, and so is what was before it: they open nothing any more. Their keys are kept; `sesame keys reinstate` brings them back.",
    ),
    (
        "not_retired",
        Shape::Warn,
        "Nothing was retired: below stands what is in the way.",
    ),
];

/// A version, as the page shows it.
struct Version {
    id: String,
    provider: String,
    class: &'static str,
    icon: &'static str,
    state: String,
    made: Moment,
    wraps: u64,
    encryptions: u64,
}

#[derive(Template)]
#[template(path = "admin/keys.html")]
struct KeysPage {
    layout: Layout,
    versions: Vec<Version>,
    warnings: Vec<String>,
    wrapped: u64,
    to_rewrap: u64,
    /// How much is under the active version, in hundredths.
    part: u64,
    /// What could be retired, and what stands in the way.
    retirable: Vec<Candidate>,
    said: Option<(Shape, &'static str)>,
    may_rotate: bool,
    may_retire: bool,
}

/// A version that could be retired.
struct Candidate {
    id: String,
    obstacle: Option<String>,
}

/// `GET /admin/keys`: for whoever looks after all tenants.
pub(crate) async fn page(who: SignedIn, said: SaidQuery) -> Result<Response, PageError> {
    who.require(Permission::Look, &Scope::All).await?;
    let keys = who.app.ports.operators.keys.status().await?;
    let now = who.app.ports.clock.now();
    let KeysShown {
        versions,
        wrapped,
        to_rewrap,
        warnings,
        retirable,
    } = keys;
    let retirable = retirable.into_iter().map(|(id, obstacle)| Candidate {
        id,
        obstacle: obstacle.map(|KeyRefusal(words)| words),
    });
    let page = KeysPage {
        // The newest is what one looks for.
        versions: versions
            .into_iter()
            .rev()
            .map(|it| version(it, now))
            .collect(),
        warnings,
        part: (wrapped * 100)
            .checked_div(wrapped + to_rewrap)
            .unwrap_or(100),
        wrapped,
        to_rewrap,
        retirable: retirable.collect(),
        said: said.among(&SAID),
        may_rotate: who.may(Permission::Act, &Scope::All),
        may_retire: who.may(Permission::Decide, &Scope::All),
        layout: who.layout(Place::Keys),
    };
    Ok(html(&page)?)
}

/// `POST /admin/keys/rotate`: a new version seals from now on.
pub(crate) async fn rotate(acting: Acting) -> Result<Response, PageError> {
    let who = &acting.who;
    who.require(Permission::Act, &Scope::All).await?;
    let order = acting.order(&Scope::All)?;
    // What custody notes has no room for their words.
    let entry = order.entry(Owner::instance(), Uuid::nil(), Action::KeyRotationOrdered);
    who.app.ports.audit.append(entry).await?;
    let said = match who.app.ports.operators.keys.rotate(&order).await? {
        Ok(_) => "rotated",
        Err(_) => "not_rotated",
    };
    Ok(who.to_page(format_args!("/keys?said={said}")))
}

/// `POST /admin/keys/retire`: asks in the chat, unless something stands in the
/// way now.
pub(crate) async fn ask_retire(acting: Acting) -> Result<Response, PageError> {
    acting.who.require(Permission::Decide, &Scope::All).await?;
    let reason = acting.reason()?;
    let key = acting.field("key").unwrap_or_default();
    let status = acting.who.app.ports.operators.keys.status().await?;
    let mut retirable = status.retirable.into_iter();
    let found = retirable.find(|(id, _)| id == key);
    let (id, obstacle) = found.ok_or(PageError::Unclear)?;
    if obstacle.is_some() {
        return Ok(acting.who.to_page("/keys?said=not_retired"));
    }
    let action = DangerousAction {
        kind: DangerKind::RetireKeys,
        summary: format!("Retire the key {id} and all before it"),
        parameters: id,
    };
    confirmations::ask(acting.who, action, reason).await
}

fn version(key: ShownKey, now: sesame_domain::time::Timestamp) -> Version {
    let state = key.state.as_str();
    let (class, icon, state) = match (key.state, key.is_held) {
        (KeyState::Retired, _) => ("off", "dash", state.to_owned()),
        (_, false) => ("bad", "bad", format!("{state}, not on this node")),
        (KeyState::Active, true) => ("good", "check", state.to_owned()),
        (KeyState::Accepted, true) => ("busy", "busy", state.to_owned()),
    };
    Version {
        id: key.id,
        provider: key.provider,
        class,
        icon,
        state,
        made: Moment::of(key.created_at, now),
        wraps: key.wraps,
        encryptions: key.encryptions,
    }
}
