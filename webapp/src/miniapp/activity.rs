//! The view of what was done with the person's account.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use sesame_domain::audit::{Actor, AuditEntry, Outcome};
use sesame_domain::ids::Owner;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Language};

use super::moments::{Moments as _, iso};
use crate::activity::{ActivityItem, ActivityKind, Purpose, lines};
use crate::app::App;
use crate::base_path::BasePath;
use crate::html::html;
use crate::identity::Identity;
use crate::linking_end::LinkingEnd;
use crate::problem::ApiError;

/// How many entries a page takes from the audit: about a day of checks.
const PAGE: u32 = 100;

/// Where a page begins.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct From {
    before: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "miniapp/activity.html")]
struct Activity {
    base: BasePath,
    words: AppWords,
    now: String,
    lines: Vec<ActivityItem>,
    /// Whether this is the newest part.
    latest: bool,
    /// Where the older part begins.
    older: Option<String>,
}

/// Entries of one's own account, and where the older ones begin.
pub(super) struct Part {
    pub(super) entries: Vec<AuditEntry>,
    pub(super) older: Option<Timestamp>,
}

/// A part of the audit about a person.
pub(super) async fn part(
    app: &App,
    owner: &Owner,
    before: Option<Timestamp>,
    limit: u32,
) -> Result<Part, ApiError> {
    let entries = app.ports.audit.page(owner, before, limit).await?;
    let is_full = entries.len() >= limit as usize;
    let older = entries.last().filter(|_| is_full).map(|entry| entry.at);
    Ok(Part { entries, older })
}

/// What was done, newest first.
pub(super) async fn view(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    query: Result<Query<From>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(From { before }) = query.map_err(|_| ApiError::Malformed)?;
    let Part { entries, older } = part(&app, &owner, before, PAGE).await?;
    let account = app.ports.accounts.linked(&owner).await?;
    html(&Activity {
        base: app.base.clone(),
        words: language.app(),
        now: iso(app.ports.clock.now()),
        lines: lines(entries, account.as_ref()),
        latest: before.is_none(),
        older: older.map(iso_exactly),
    })
}

/// A moment to the microsecond, as the audit has it: the next page begins there.
fn iso_exactly(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
