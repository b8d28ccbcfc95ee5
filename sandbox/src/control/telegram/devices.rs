//! Settings > Devices: scanning a code, the devices that are logged in, ending
//! logins.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::body::Body;
use super::state::TelegramState;
use crate::world::{Authorization, AuthorizationState};

/// A scanned code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Scan {
    /// The link in the code.
    #[schema(example = "tg://login?token=AQLx…")]
    link: String,
}

/// How far a login has come.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LoginState {
    /// Accepted; the device has not fetched the news yet.
    Accepted,
    /// The device still owes the cloud password.
    PasswordPending,
    /// Logged in.
    Complete,
    /// Logged out.
    Ended,
}

/// A device that is logged in, or about to be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Device {
    /// What names the device. As text: it does not fit into a JavaScript number.
    hash: String,
    /// The device's name.
    device_model: String,
    /// The app's title.
    app_name: String,
    /// The app's version.
    app_version: String,
    /// The operating system.
    system_version: String,
    /// The data centre that it is connected to.
    dc: i32,
    /// When the login began, in seconds since 1970.
    created_at: i64,
    /// When it was last used, in seconds since 1970.
    active_at: i64,
    /// How far the login has come.
    state: LoginState,
    /// The id of the authorisation key that the login sits on, as text.
    key: String,
}

/// A device, and whose it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OwnedDevice {
    /// The person.
    person: i64,
    #[serde(flatten)]
    device: Device,
}

impl From<&Authorization> for Device {
    fn from(authorization: &Authorization) -> Self {
        let device = &authorization.device;
        Self {
            hash: authorization.hash.to_string(),
            device_model: device.model.clone(),
            app_name: authorization.app_name.clone(),
            app_version: device.app_version.clone(),
            system_version: device.system_version.clone(),
            dc: authorization.dc(),
            created_at: authorization.created_at,
            active_at: authorization.active_at(),
            state: match authorization.state() {
                AuthorizationState::Accepted => LoginState::Accepted,
                AuthorizationState::PasswordPending => LoginState::PasswordPending,
                AuthorizationState::Complete => LoginState::Complete,
                AuthorizationState::Ended => LoginState::Ended,
            },
            key: authorization.key().to_string(),
        }
    }
}

/// Scans a login code with the person's phone.
#[utoipa::path(
    post, path = "/people/{id}/scan", tag = "devices", request_body = Scan,
    params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = Device),
        (status = 400, body = TelegramError, description = "AUTH_TOKEN_EXPIRED, \
            AUTH_TOKEN_ALREADY_ACCEPTED, AUTH_TOKEN_INVALIDX, AUTH_TOKEN_EXCEPTION"),
        (status = 401, body = TelegramError, description = "USER_DEACTIVATED_BAN"),
        (status = 404, body = TelegramError),
    ),
)]
pub(super) async fn scan(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
    Body(scan): Body<Scan>,
) -> Result<Json<Device>, TelegramError> {
    let accepted = state.world.scan(id, &scan.link)?;
    Ok(Json(Device::from(&*accepted)))
}

/// The devices that a person is logged in on, newest first.
#[utoipa::path(
    get, path = "/people/{id}/authorizations", tag = "devices",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 200, body = Vec<Device>), (status = 404, body = TelegramError)),
)]
pub(super) async fn list(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<Device>>, TelegramError> {
    let id = state.person(id)?.id;
    let authorizations = state.world.authorizations().of(id);
    let devices = authorizations.iter().map(|one| Device::from(&**one));
    Ok(Json(devices.collect()))
}

/// All logins of everyone, also those that were accepted and that their
/// devices have not fetched yet; by person, oldest first.
#[utoipa::path(get, path = "/authorizations", tag = "devices", responses((status = 200, body = Vec<OwnedDevice>)))]
pub(super) async fn all(State(state): State<TelegramState>) -> Json<Vec<OwnedDevice>> {
    let authorizations = state.world.authorizations().list();
    let owned = authorizations.iter().map(|one| OwnedDevice {
        person: one.person,
        device: Device::from(&**one),
    });
    Json(owned.collect())
}

/// Ends a login.
#[utoipa::path(
    delete, path = "/people/{id}/authorizations/{hash}", tag = "devices",
    params(
        ("id" = i64, Path, description = "The person"),
        ("hash" = i64, Path, description = "The device"),
    ),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn end(
    State(state): State<TelegramState>,
    Path((id, hash)): Path<(i64, i64)>,
) -> Result<StatusCode, TelegramError> {
    if state.world.authorizations().end(id, hash) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(TelegramError::not_found("HASH_INVALID"))
    }
}

/// Ends all of a person's logins.
#[utoipa::path(
    delete, path = "/people/{id}/authorizations", tag = "devices",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 204), (status = 404, body = TelegramError)),
)]
pub(super) async fn end_all(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<StatusCode, TelegramError> {
    let id = state.person(id)?.id;
    state.world.authorizations().end_others(id, None);
    Ok(StatusCode::NO_CONTENT)
}
