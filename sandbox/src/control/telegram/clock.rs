//! Letting time pass.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;

/// How much time is to pass.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    /// Seconds; at most a year.
    seconds: u32,
}

/// What time it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Time {
    /// Seconds since 1970.
    now: i64,
}

/// Lets time pass at once, for the lives of tokens, codes and logins. Messages
/// keep following the machine's clock.
#[utoipa::path(
    post, path = "/clock", tag = "data centres", request_body = Advance,
    responses((status = 200, body = Time), (status = 400, body = TelegramError)),
)]
pub(super) async fn advance(
    State(state): State<TelegramState>,
    Body(advance): Body<Advance>,
) -> Result<Json<Time>, TelegramError> {
    const YEAR: u32 = 366 * 24 * 3600;
    if advance.seconds > YEAR {
        return Err(TelegramError::bad_request("LIMIT_INVALID"));
    }
    let by = Duration::from_secs(advance.seconds.into());
    state.world.clock().advance(by);
    let now = state.now();
    Ok(Json(Time { now }))
}
