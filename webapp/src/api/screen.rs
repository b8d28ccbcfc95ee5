//! Showing a login's code on another screen.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{OneTimeKind, Redeemed};
use sesame_domain::time::Timestamp;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::logins::login_id;
use crate::app::App;
use crate::body::Body;
use crate::identity::{Identity, Scope, TOKEN_LIFE, Token};
use crate::problem::{ApiError, Problem};

/// How long the link waits to be opened.
const LINK_LIFE: TimeDelta = TimeDelta::minutes(5);

/// A link that works once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkJson {
    /// Where the other screen goes.
    url: String,
    /// Until when it must be opened.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// What the other screen got with the link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedeemBody {
    /// The last part of the link's path.
    token: String,
}

/// The right to look at one login's code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScreenJson {
    /// Send it as `Authorization: Bearer …`.
    token: String,
    /// The login.
    login: Uuid,
    /// When the token is too old.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Makes a link that shows the login's code on another screen. It works once,
/// within five minutes, and shows no more than the code.
#[utoipa::path(
    post,
    path = "/logins/{id}/screen",
    tag = "screen",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    responses(
        (status = 201, body = LinkJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The login is over.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<LinkJson>), ApiError> {
    Ok((StatusCode::CREATED, Json(link(&app, &owner, &id).await?)))
}

/// Makes such a link and has the bot send it into the person's chat, which is open on
/// their other screen, too.
#[utoipa::path(
    post,
    path = "/logins/{id}/screen/chat",
    tag = "screen",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    responses(
        (status = 204, description = "It is in the chat."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The login is over, or the bot may not write to the person.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Telegram does not take it now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn send(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let link = link(&app, &owner, &id).await?;
    app.ports.chat.send_screen_link(&owner, &link.url).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new link to a login's code.
async fn link(app: &App, owner: &Owner, id: &str) -> Result<LinkJson, ApiError> {
    let login = app.ports.logins.find(owner, login_id(id)?).await?;
    if login.is_over() {
        return Err(ApiError::WrongState);
    }
    let mut secret = [0; 24];
    app.ports.entropy.fill(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let expires_at = (app.ports.clock.now() + LINK_LIFE).min(login.expires_at);
    app.ports
        .one_time
        .issue(
            OneTimeKind::Screen,
            digest(&token),
            owner,
            login.id,
            expires_at,
        )
        .await?;
    let origin = app.settings.public_url.origin().ascii_serialization();
    let url = format!("{origin}{}/screen/{token}", app.base);
    Ok(LinkJson { url, expires_at })
}

/// Uses such a link up. If the answer was lost, it works once more within a
/// minute, as long as no one used the token before; that one is void then.
#[utoipa::path(
    post,
    path = "/screen",
    tag = "screen",
    request_body = RedeemBody,
    responses(
        (status = 200, body = ScreenJson),
        (status = 410, description = "Used, too old, or never given out.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn redeem(
    State(app): State<App>,
    body: Body,
) -> Result<Json<ScreenJson>, ApiError> {
    let RedeemBody { token } = body.json()?;
    let origin = digest(&token);
    let grant = app.grant(app.ports.clock.now() + TOKEN_LIFE);
    let one_time = &app.ports.one_time;
    let tenant = &app.settings.tenant;
    let redeemed = one_time.redeem(tenant, OneTimeKind::Screen, origin, grant);
    let (owner, login) = match redeemed.await? {
        Redeemed::Good { owner, login } => (owner, login),
        Redeemed::Used => return Err(ApiError::ScreenUsed),
        Redeemed::Unknown => return Err(ApiError::ScreenUnknown),
    };
    let login_ends = app.ports.logins.find(&owner, login).await?.expires_at;
    let expires_at = login_ends.min(grant.at + TOKEN_LIFE);
    let person = app.ports.people.find(&owner).await?;
    let token = Token {
        language: person.and_then(|person| person.language),
        owner,
        scope: Scope::Screen(login),
        origin,
        grant: grant.id,
    };
    let token = app
        .tokens
        .issue(&token, expires_at)
        .map_err(ApiError::internal)?;
    Ok(Json(ScreenJson {
        token,
        login: login.as_uuid(),
        expires_at,
    }))
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
