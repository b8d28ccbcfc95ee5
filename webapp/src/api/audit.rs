//! `GET /audit`: what was done with the person's account.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sesame_domain::audit::{Actor, AuditEntry};
use sesame_domain::time::Timestamp;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::activity::concerns_people;
use crate::app::App;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// How many entries are answered unless it is said.
const DEFAULT_LIMIT: u32 = 50;
/// How many entries can be asked for.
const MAX_LIMIT: u32 = 200;

/// Which part of the audit is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// Only entries before this moment: `next` of the page before.
    #[param(value_type = Option<String>, format = DateTime)]
    before: Option<Timestamp>,
    /// About how many entries; 1 to 200, 50 unless it is said. Entries of one
    /// moment always come together.
    limit: Option<u32>,
}

/// A part of the audit, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditJson {
    /// What was done.
    entries: Vec<EntryJson>,
    /// Where the next page begins: its `before`; absent on the last.
    #[schema(value_type = Option<String>, format = DateTime)]
    next: Option<Timestamp>,
}

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryJson {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What, for example `session_opened`. `seal_broken` is an alarm.
    action: String,
    /// Who.
    actor: ActorJson,
    /// Why, in a word or two.
    reason: String,
    /// From where.
    origin: String,
    /// `done`, `refused` or `failed`.
    outcome: String,
    /// The session, account or login it is about.
    subject: Uuid,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActorJson {
    /// `owner`, `system` or `operator`.
    kind: String,
    /// The part of the system, or the name the operator goes by.
    name: Option<String>,
}

impl From<Actor> for ActorJson {
    fn from(actor: Actor) -> Self {
        Self {
            kind: actor.kind().to_owned(),
            name: actor.name().map(str::to_owned),
        }
    }
}

impl From<AuditEntry> for EntryJson {
    fn from(entry: AuditEntry) -> Self {
        Self {
            at: entry.at,
            action: entry.action.as_str().to_owned(),
            actor: entry.actor.into(),
            reason: entry.reason.to_string(),
            origin: entry.origin,
            outcome: entry.outcome.as_str().to_owned(),
            subject: entry.subject,
        }
    }
}

/// What was done with the person's account: who, when, why, from where, and
/// how it went. Newest first, page by page.
#[utoipa::path(
    get,
    path = "/audit",
    tag = "me",
    security(("token" = []), ("init_data" = [])),
    params(PageQuery),
    responses(
        (status = 200, body = AuditJson),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<AuditJson>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let entries = app.ports.audit.page(&owner, query.before, limit).await?;
    let more = entries.len() >= limit as usize;
    Ok(Json(AuditJson {
        next: entries.last().filter(|_| more).map(|entry| entry.at),
        entries: entries
            .into_iter()
            .filter(|entry| concerns_people(&entry.action))
            .map(EntryJson::from)
            .collect(),
    }))
}
