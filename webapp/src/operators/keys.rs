//! The versions of the key that sessions are sealed under.

use askama::Template;
use axum::response::Response;
use sesame_domain::keys::KeyState;
use sesame_domain::operator::{Permission, Scope};

use super::error::PageError;
use super::layout::{Layout, Place};
use super::moment::Moment;
use super::ports::{KeysShown, ShownKey};
use super::signed_in::SignedIn;
use crate::miniapp::html;

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
}

/// `GET /admin/keys`: for whoever looks after all tenants.
pub(super) async fn page(who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::Look, &Scope::All).await?;
    let keys = who.app.ports.operators.keys.status().await?;
    let now = who.app.ports.clock.now();
    let KeysShown {
        versions,
        wrapped,
        to_rewrap,
        warnings,
    } = keys;
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
        layout: who.layout(Place::Keys),
    };
    Ok(html(&page)?)
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
