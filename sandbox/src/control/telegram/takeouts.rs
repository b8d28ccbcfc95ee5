//! Exports of people's data.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::Takeout;

/// How long exports have to wait.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetDelay {
    /// In seconds; 0: not at all.
    #[schema(example = 86400)]
    delay_seconds: u32,
}

/// The exports of someone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TakeoutsView {
    /// How long a new one has to wait, in seconds.
    delay_seconds: i64,
    /// Since when one waits, in seconds since 1970.
    asked_at: Option<i64>,
    /// Those that were begun, oldest first.
    begun: Vec<Takeout>,
}

fn view(state: &TelegramState, person: i64) -> TakeoutsView {
    let takeouts = state.world.takeouts();
    let (delay_seconds, asked_at) = takeouts.delay(person);
    TakeoutsView {
        delay_seconds,
        asked_at,
        begun: takeouts.of(person),
    }
}

/// The exports of someone.
#[utoipa::path(
    get, path = "/people/{id}/takeout", tag = "people",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 200, body = TakeoutsView), (status = 404, body = TelegramError)),
)]
pub(super) async fn show(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<Json<TakeoutsView>, TelegramError> {
    let person = state.person(id)?.id;
    Ok(Json(view(&state, person)))
}

/// Makes new exports of someone wait: `account.initTakeoutSession` is answered 420
/// `TAKEOUT_INIT_DELAY_X` until that time has passed, or the person allows it.
#[utoipa::path(
    put, path = "/people/{id}/takeout", tag = "people", request_body = SetDelay,
    params(("id" = i64, Path, description = "The person")),
    responses((status = 200, body = TakeoutsView), (status = 404, body = TelegramError)),
)]
pub(super) async fn set(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(new): Body<SetDelay>,
) -> Result<Json<TakeoutsView>, TelegramError> {
    let person = state.person(id)?.id;
    let takeouts = state.world.takeouts();
    takeouts.set_delay(person, i64::from(new.delay_seconds));
    Ok(Json(view(&state, person)))
}

/// The person allows the export that waits.
#[utoipa::path(
    post, path = "/people/{id}/takeout/allow", tag = "people",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn allow(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    let person = state.person(id)?.id;
    if state.world.takeouts().allow(person) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(TelegramError::not_found("TAKEOUT_REQUIRED"))
    }
}
