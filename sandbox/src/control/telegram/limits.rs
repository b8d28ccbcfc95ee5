//! Limits of how often methods may be called.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::{FloodError, FloodLimit, LimitPer, NewFloodLimit};

/// A limit to be set: a token bucket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetLimit {
    /// The method as in the schema; `*`: all of them together.
    #[schema(example = "messages.getHistory")]
    method: String,
    /// Who has a bucket of their own; `account` if absent.
    per: Option<LimitPer>,
    /// How many calls may come at once; at least 1.
    size: u32,
    /// How long it takes until there is room for one more, in milliseconds; at
    /// least 1.
    refill_ms: u64,
    /// The shortest wait that is asked for, in milliseconds; none if absent.
    least_wait_ms: Option<u64>,
    /// What a call over the limit is answered with, before the seconds to wait.
    #[serde(default)]
    error: FloodError,
    /// Only calls of this person.
    person: Option<i64>,
    /// Only calls at this data centre.
    dc: Option<i32>,
    /// Only calls inside an export (`invokeWithTakeout`), or only those outside of
    /// one.
    takeout: Option<bool>,
}

/// A limit that is set.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Limit {
    /// What names it.
    id: i64,
    /// The method; `*`: all of them together.
    method: String,
    /// Who has a bucket of their own.
    per: LimitPer,
    /// How many calls may come at once.
    size: u32,
    /// How long it takes until there is room for one more, in milliseconds.
    refill_ms: u64,
    /// The shortest wait that is asked for, in milliseconds.
    least_wait_ms: u64,
    /// What a call over the limit is answered with.
    error: FloodError,
    /// Only calls of this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<i64>,
    /// Only calls at this data centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    dc: Option<i32>,
    /// Only calls inside an export, or only those outside of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    takeout: Option<bool>,
    /// How many calls it let pass.
    calls: u64,
    /// How many it refused, early ones included.
    floods: u64,
    /// How many came before a wait was over that had been told.
    early: u64,
}

impl From<&FloodLimit> for Limit {
    fn from(limit: &FloodLimit) -> Self {
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            id: limit.id,
            method: limit.limit.method.clone(),
            per: limit.limit.per,
            size: limit.limit.size,
            refill_ms: ms(limit.limit.refill),
            least_wait_ms: ms(limit.limit.least_wait),
            error: limit.limit.error,
            person: limit.limit.person,
            dc: limit.limit.dc,
            takeout: limit.inside_takeout,
            calls: limit.calls(),
            floods: limit.floods(),
            early: limit.early(),
        }
    }
}

/// The limits that are set.
#[utoipa::path(get, path = "/limits", tag = "faults", responses((status = 200, body = Vec<Limit>)))]
pub(super) async fn list(State(state): State<TelegramState>) -> Json<Vec<Limit>> {
    let limits = state.world.limits().list();
    Json(limits.iter().map(|limit| Limit::from(&**limit)).collect())
}

/// Sets a limit. Clients are told nothing of it but how long to wait.
#[utoipa::path(
    post, path = "/limits", tag = "faults", request_body = SetLimit,
    responses((status = 201, body = Limit), (status = 400, body = TelegramError)),
)]
pub(super) async fn set(
    State(state): State<TelegramState>,
    Body(new): Body<SetLimit>,
) -> Result<(StatusCode, Json<Limit>), TelegramError> {
    const DAY_MS: u64 = 24 * 3_600_000;
    let least_wait = new.least_wait_ms.unwrap_or(0);
    if new.size == 0 || !(1..=DAY_MS).contains(&new.refill_ms) || least_wait > DAY_MS {
        let wrong = "a limit needs a size of at least 1, and times of up to a day";
        return Err(TelegramError::bad_request(wrong));
    }
    let limit = NewFloodLimit {
        method: new.method,
        per: new.per.unwrap_or(LimitPer::Account),
        size: new.size,
        refill: Duration::from_millis(new.refill_ms),
        least_wait: Duration::from_millis(least_wait),
        error: new.error,
        person: new.person,
        dc: new.dc,
    };
    let limit = state.world.limits().add_inside(limit, new.takeout);
    Ok((StatusCode::CREATED, Json(Limit::from(&*limit))))
}

/// Lifts all limits.
#[utoipa::path(delete, path = "/limits", tag = "faults", responses((status = 204)))]
pub(super) async fn clear(State(state): State<TelegramState>) -> StatusCode {
    state.world.limits().clear();
    StatusCode::NO_CONTENT
}

/// Lifts a limit.
#[utoipa::path(
    delete, path = "/limits/{id}", tag = "faults",
    params(("id" = i64, Path, description = "The limit")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn lift(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    if state.world.limits().remove(id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(TelegramError::not_found("LIMIT_ID_INVALID"))
    }
}
