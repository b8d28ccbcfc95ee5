//! `POST /session`: `initData` for a short token, once.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sesame_domain::ports::{OneTimeKind, Spent};
use sesame_domain::time::Timestamp;
use utoipa::ToSchema;

use crate::app::App;
use crate::identity::{InitDataHeader, Scope, TOKEN_LIFE, Token};
use crate::init_data::InitDataError;
use crate::problem::{ApiError, Problem, Unauthorized};

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
/// anywhere afterwards, except here: if the answer was lost, it can be exchanged
/// once more within a minute, as long as no one used the token before; that one
/// is void then.
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
    let owner = app.owner(data.person);
    let now = app.ports.clock.now();
    let expires_at = now + TOKEN_LIFE;
    let grant = app.grant(expires_at.max(data.forget_at));
    let one_time = &app.ports.one_time;
    let spent = one_time.spend(OneTimeKind::InitData, data.digest, &owner, grant);
    match spent.await? {
        Spent::Granted => {}
        Spent::Again => {
            app.after_erasure(&data).await?;
            return Err(Unauthorized::InitData(InitDataError::Replayed).into());
        }
    }
    // Only now: an erasure in between has made this token void.
    app.after_erasure(&data).await?;
    app.ports
        .people
        .seen(&owner, data.language.as_deref(), now)
        .await?;
    let token = Token {
        owner,
        scope: Scope::App,
        origin: data.digest,
        grant: grant.id,
        language: data.language,
    };
    let token = app
        .tokens
        .issue(&token, expires_at)
        .map_err(ApiError::internal)?;
    Ok(Json(SessionJson { token, expires_at }))
}
