//! `POST /session`: `initData` for a short token, once.

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Serialize;
use sesame_domain::ports::{OneTimeKind, Spent};
use sesame_domain::time::Timestamp;
use utoipa::ToSchema;

use crate::app::App;
use crate::identity::{InitDataHeader, Scope};
use crate::init_data::InitDataError;
use crate::problem::{ApiError, Problem, Unauthorized};

/// How long a token is good.
const TOKEN_LIFE: TimeDelta = TimeDelta::hours(1);

/// A short token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionJson {
    /// Send it as `Authorization: Bearer …`.
    token: String,
    /// When it is too old.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Exchanges `initData` for a short token. The same `initData` is not accepted
/// anywhere afterwards.
#[utoipa::path(
    post,
    path = "/session",
    tag = "session",
    security(("init_data" = [])),
    responses(
        (status = 200, body = SessionJson),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn exchange(
    State(app): State<App>,
    InitDataHeader(data): InitDataHeader,
) -> Result<Json<SessionJson>, ApiError> {
    let spent = app
        .ports
        .one_time
        .spend(OneTimeKind::InitData, data.digest, data.forget_at)
        .await?;
    match spent {
        Spent::First => {}
        Spent::Again => return Err(Unauthorized::InitData(InitDataError::Replayed).into()),
    }
    let owner = app.owner(data.person);
    let now = app.ports.clock.now();
    // Who is not remembered has no use for a token ([`App::still_known`]).
    app.ports
        .people
        .seen(&owner, data.language.as_deref(), now)
        .await?;
    let expires_at = now + TOKEN_LIFE;
    let token = app
        .tokens
        .issue(&owner, Scope::App, now, expires_at)
        .map_err(ApiError::internal)?;
    Ok(Json(SessionJson { token, expires_at }))
}
