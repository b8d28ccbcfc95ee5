//! Login codes.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::TelegramError;
use super::state::TelegramState;
use crate::world::{CodeWay, SentCode};

/// A login code that was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct Code {
    /// The code.
    code: String,
    /// How it was sent.
    way: CodeWay,
    /// The number that called, if the code was sent by a call that is hung up.
    caller: Option<String>,
    /// When it was sent, in seconds since 1970.
    sent_at: i64,
    /// When it becomes void, in seconds since 1970.
    expires_at: i64,
    /// Whether it can still be used.
    valid: bool,
}

/// The login codes sent to a person, newest first.
#[utoipa::path(
    get, path = "/people/{id}/codes", tag = "devices",
    params(("id" = i64, Path, description = "The person")),
    responses((status = 200, body = Vec<Code>), (status = 404, body = TelegramError)),
)]
pub(super) async fn of_person(
    State(state): State<TelegramState>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<Code>>, TelegramError> {
    let phone = state.person(id)?.phone;
    Ok(list(&state, &phone))
}

/// The login codes sent to a number, also one that no one has.
#[utoipa::path(
    get, path = "/phones/{phone}/codes", tag = "devices",
    params(("phone" = String, Path, description = "The number, digits only")),
    responses((status = 200, body = Vec<Code>)),
)]
pub(super) async fn of_phone(
    State(state): State<TelegramState>,
    Path(phone): Path<String>,
) -> Json<Vec<Code>> {
    list(&state, &phone)
}

fn list(state: &TelegramState, phone: &str) -> Json<Vec<Code>> {
    let now = state.now();
    let describe = |sent: SentCode| Code {
        valid: sent.is_valid(now),
        code: sent.code,
        way: sent.way,
        caller: sent.caller,
        sent_at: sent.sent_at,
        expires_at: sent.expires_at,
    };
    let sent = state.world.codes().of(phone).into_iter();
    let sent = sent.filter(|sent| sent.way != CodeWay::SetUpEmail);
    Json(sent.map(describe).collect())
}
