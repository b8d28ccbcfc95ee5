//! Linked accounts.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sesame_domain::account::{Account, Health};
use sesame_domain::ids::AccountId;
use sesame_domain::ports::ServiceError;
use sesame_domain::time::Timestamp;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::device::DeviceJson;
use crate::app::App;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// A linked account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountJson {
    /// Its id; stays the same when it is linked again.
    id: Uuid,
    /// First and last name; if they show nothing, `@` and the public name, or the id.
    name: String,
    /// Public name, without the `@`.
    username: Option<String>,
    /// How it is doing.
    health: HealthJson,
    /// How its session shows up in Settings > Devices.
    device: DeviceJson,
    /// When it was linked (last).
    #[schema(value_type = String, format = DateTime)]
    linked_at: Timestamp,
    /// When its session last answered.
    #[schema(value_type = String, format = DateTime)]
    checked_at: Timestamp,
    /// When it was last put to use, or its owner asked how it does.
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
}

/// How a linked account is doing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthJson {
    /// `alive`, `frozen` or `dead`.
    state: &'static str,
    /// Why it is dead: `revoked`, `banned`, `deleted`, `duplicated`,
    /// `expired` or `unreadable`.
    cause: Option<&'static str>,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

impl From<&Account> for AccountJson {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.as_uuid(),
            name: account.display_name().into(),
            username: account.profile.username.clone(),
            health: account.health.into(),
            device: DeviceJson::from(&account.device),
            linked_at: account.linked_at,
            checked_at: account.checked_at,
            used_at: account.used_at,
        }
    }
}

impl From<Health> for HealthJson {
    fn from(health: Health) -> Self {
        let (state, cause, since) = match health {
            Health::Alive => ("alive", None, None),
            Health::Frozen { since } => ("frozen", None, Some(since)),
            Health::Dead { cause, since } => ("dead", Some(cause.as_str()), Some(since)),
        };
        Self {
            state,
            cause,
            since,
        }
    }
}

/// The id in a path. What is no id names nothing.
pub(crate) fn account_id(text: &str) -> Result<AccountId, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound)
}

/// The person's accounts: none, or one. A person has at most one; it is a list
/// so that none needs no answer of its own.
#[utoipa::path(
    get,
    path = "/accounts",
    tag = "accounts",
    security(("token" = []), ("init_data" = [])),
    responses(
        (status = 200, body = Vec<AccountJson>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    Identity(owner): Identity,
) -> Result<Json<Vec<AccountJson>>, ApiError> {
    let account = app.ports.accounts.linked(&owner).await?;
    Ok(Json(account.iter().map(AccountJson::from).collect()))
}

/// Why an account is looked at.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckQuery {
    /// Whether it is merely shown to its owner, who did not ask: this is no use of it,
    /// and one that was looked at within the last minute is answered as it was found.
    #[serde(default)]
    shown: bool,
}

/// Asks Telegram now whether the account's session is alive. One that was looked at
/// within the last 5 seconds is answered as it was found.
#[utoipa::path(
    post,
    path = "/accounts/{id}/check",
    tag = "accounts",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The account."), CheckQuery),
    responses(
        (status = 200, description = "As it is now.", body = AccountJson),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Telegram did not say.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn check(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
    query: Result<Query<CheckQuery>, QueryRejection>,
) -> Result<Json<AccountJson>, ApiError> {
    let id = account_id(&id)?;
    let Query(CheckQuery { shown }) = query.map_err(|_| ApiError::Malformed)?;
    let account = app.ports.accounts.linked(&owner).await?;
    let account = account.filter(|account| account.id == id);
    let account = account.ok_or(ApiError::NotFound)?;
    let (accounts, now) = (&app.ports.accounts, app.ports.clock.now());
    let looked = if shown {
        if account.is_known_lately(now) {
            return Ok(Json(AccountJson::from(&account)));
        }
        accounts.look(&owner, id).await
    } else {
        if account.is_known_now(now) {
            return Ok(Json(AccountJson::from(&account)));
        }
        accounts.check(&owner, id).await
    };
    match looked {
        Ok(account) => Ok(Json(AccountJson::from(&account))),
        Err(ServiceError::Busy) => Err(ApiError::NotChecked),
        Err(error) => Err(error.into()),
    }
}

/// Unlinks an account: it is gone at once, and its session is logged out at
/// Telegram. The chat says so.
#[utoipa::path(
    delete,
    path = "/accounts/{id}",
    tag = "accounts",
    security(("token" = []), ("init_data" = [])),
    params(("id" = Uuid, Path, description = "The account.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn unlink(
    State(app): State<App>,
    Identity(owner): Identity,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = account_id(&id)?;
    app.ports.accounts.unlink_in_app(&owner, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
