//! Beginning, reading and cancelling a login.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sesame_domain::ids::{LoginId, Owner};
use sesame_domain::login::{Login, Method};
use sesame_domain::ports::{Answer, Begin, Begun};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::json::LoginJson;
use crate::app::App;
use crate::body::{Body, Form};
use crate::edge::about_login;
use crate::identity::{Identity, Viewer};
use crate::login_view::LoginView;
use crate::problem::{ApiError, Problem};
use crate::qr;

/// The longest wait of a long poll.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(25);

/// How a login shall begin.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BeginJson {
    /// End a login that already runs and begin a new one.
    anew: bool,
    /// Link the account again although it is linked and alive.
    relink: bool,
    /// By which way the person signs in. A login that runs by another way ends;
    /// without it, the one that runs is answered, or one by QR code begun.
    method: Option<MethodJson>,
}

/// A way to sign in.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MethodJson {
    /// By QR code.
    Qr,
    /// By phone number and code.
    Phone,
}

impl From<MethodJson> for Method {
    fn from(method: MethodJson) -> Self {
        match method {
            MethodJson::Qr => Self::Qr,
            MethodJson::Phone => Self::Phone,
        }
    }
}

/// What the caller of a long poll knows already.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitQuery {
    /// How many seconds to wait for a newer version; at most 25.
    wait: Option<u64>,
    /// The version that is known; without it, the current one.
    version: Option<i64>,
}

/// The id in a path. What is no id names nothing.
pub(crate) fn login_id(text: &str) -> Result<LoginId, ApiError> {
    let id = text.parse().map_err(|_| ApiError::NotFound)?;
    about_login(id);
    Ok(id)
}

/// Begins a login, or returns the one that already runs.
#[utoipa::path(
    post,
    path = "/logins",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    request_body(content = Option<BeginJson>, content_type = "application/json"),
    responses(
        (status = 201, description = "Begun.", body = LoginJson),
        (status = 200, description = "One that runs, or an account that is linked already.", body = LoginJson),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "This way to sign in is off.", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    State(app): State<App>,
    Identity(owner): Identity,
    body: Body,
) -> Result<(StatusCode, Json<LoginJson>), ApiError> {
    let wanted = match body.form {
        Form::Unnamed | Form::Json if body.bytes.is_empty() => BeginJson::default(),
        Form::Unnamed | Form::Json | Form::UrlEncoded => body.json()?,
    };
    let begin = Begin {
        anew: wanted.anew,
        relink: wanted.relink,
        method: wanted.method.map(Method::from),
    };
    let (status, login) = match app.ports.logins.begin(&owner, begin).await? {
        Begun::Created(login) => (StatusCode::CREATED, login),
        Begun::Existing(login) => (StatusCode::OK, login),
    };
    about_login(login.id);
    Ok((status, owner_json(&app, login).await?))
}

/// The login that runs.
#[utoipa::path(
    get,
    path = "/logins/current",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    responses(
        (status = 200, body = LoginJson),
        (status = 404, description = "None runs.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn current(
    State(app): State<App>,
    Identity(owner): Identity,
) -> Result<Json<LoginJson>, ApiError> {
    let login = app.ports.logins.running(&owner).await?;
    owner_json(&app, login.ok_or(ApiError::NotFound)?).await
}

/// A login; with `wait`, as soon as it is newer than `version`.
#[utoipa::path(
    get,
    path = "/logins/{id}",
    tag = "logins",
    security(("token" = []), ("init_data" = []), ("screen" = [])),
    params(("id" = Uuid, Path, description = "The login."), WaitQuery),
    responses(
        (status = 200, body = LoginJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn find(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    query: Result<Query<WaitQuery>, QueryRejection>,
) -> Result<Json<LoginJson>, ApiError> {
    let id = login_id(&id)?;
    let owner = viewer.owner_of(id)?;
    let Query(query) = query.map_err(|_| ApiError::Malformed)?;
    let wait = Duration::from_secs(query.wait.unwrap_or(0)).min(MAX_WAIT);
    let login = if wait.is_zero() {
        app.ports.logins.find(owner, id).await?
    } else {
        wait_for_news(&app, owner, id, query.version, wait).await?
    };
    let shown = LoginView::open(&app, login).await?;
    Ok(Json(json_for(&app, &viewer, &shown).await?))
}

/// What this viewer sees of a login.
pub(crate) async fn json_for(
    app: &App,
    viewer: &Viewer,
    shown: &LoginView,
) -> Result<LoginJson, ApiError> {
    if viewer.is_owner() {
        LoginJson::for_owner(app, shown).await
    } else {
        Ok(LoginJson::for_screen(shown))
    }
}

/// The login as soon as it is newer than `seen` or over, or the time is up.
async fn wait_for_news(
    app: &App,
    owner: &Owner,
    id: LoginId,
    seen: Option<i64>,
    wait: Duration,
) -> Result<Login, ApiError> {
    let logins = &app.ports.logins;
    // It is theirs, or there is none.
    logins.find(owner, id).await?;
    let open = app.streams.open(owner)?;
    let mut updates = app.watchers.watch(&**logins, owner, id).await?;
    let time_up = tokio::time::sleep(wait);
    tokio::pin!(time_up);
    let mut seen = seen;
    let mut latest = None;
    loop {
        let update = tokio::select! {
            update = updates.next() => update,
            () = &mut time_up => break,
            () = app.shutdown.cancelled() => break,
            () = open.replaced.cancelled() => break,
        };
        let Some(login) = update.transpose()? else {
            break;
        };
        let known = *seen.get_or_insert(login.version);
        let news = login.version > known || login.is_over();
        latest = Some(login);
        if news {
            break;
        }
    }
    match latest {
        Some(login) => Ok(login),
        None => Ok(logins.find(owner, id).await?),
    }
}

/// The code as a picture, dark on light in every theme.
#[utoipa::path(
    get,
    path = "/logins/{id}/qr.svg",
    tag = "logins",
    security(("token" = []), ("init_data" = []), ("screen" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    responses(
        (status = 200, content_type = "image/svg+xml", body = String),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No code is on show.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn picture(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = login_id(&id)?;
    let login = app.ports.logins.find(viewer.owner_of(id)?, id).await?;
    let shown = LoginView::open(&app, login).await?;
    let code = shown.code.as_ref().ok_or(ApiError::WrongState)?;
    let svg = qr::svg(&code.url).map_err(ApiError::internal)?;
    let tag = hex::encode(&Sha256::digest(svg.as_bytes())[..12]);
    let headers = [
        (CONTENT_TYPE, "image/svg+xml".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (ETAG, format!("\"{tag}\"")),
    ];
    Ok((headers, svg.to_string()).into_response())
}

/// Cancels a login. One that is over stays as it is.
#[utoipa::path(
    delete,
    path = "/logins/{id}",
    tag = "logins",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The login.")),
    responses(
        (status = 200, body = LoginJson),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<Json<LoginJson>, ApiError> {
    let login = app.ports.logins.cancel(&owner, login_id(&id)?).await?;
    owner_json(&app, login).await
}

/// Hands a person's answer to their login. Whether it was right, the login's next
/// versions say.
pub(super) async fn submit(
    app: &App,
    owner: &Owner,
    id: LoginId,
    answer: Answer,
) -> Result<(StatusCode, Json<LoginJson>), ApiError> {
    let login = app.ports.logins.submit(owner, id, answer).await?;
    Ok((StatusCode::ACCEPTED, owner_json(app, login).await?))
}

/// A login as its owner sees it.
pub(crate) async fn owner_json(app: &App, login: Login) -> Result<Json<LoginJson>, ApiError> {
    let shown = LoginView::open(app, login).await?;
    Ok(Json(LoginJson::for_owner(app, &shown).await?))
}
