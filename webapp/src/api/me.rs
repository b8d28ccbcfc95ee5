//! `DELETE /me`: everything about the person is erased.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sesame_domain::audit::Actor;
use sesame_domain::ids::Owner;
use sesame_domain::ports::Receipt;
use sesame_domain::time::Timestamp;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::body::Body;
use crate::identity::Identity;
use crate::problem::{ApiError, Problem};

/// What must be said for it, to the letter: no one says it by mistake.
pub(crate) const CONFIRMATION: &str = "erase everything about me";

/// Says that it is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EraseBody {
    /// `erase everything about me`, to the letter.
    #[schema(pattern = "^erase everything about me$")]
    confirm: String,
}

/// What was erased, and what is left until when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceiptJson {
    /// Its number, which is in the audit too.
    id: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How many accounts were unlinked.
    accounts: u64,
    /// How many attempts to link were erased or ended.
    logins: u64,
    /// Until when the audit keeps the Telegram id; absent: for as long as the
    /// audit is kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    audit_until: Option<Timestamp>,
    /// Until when backups may hold sealed copies, which no longer come back.
    #[schema(value_type = Option<String>, format = DateTime)]
    backups_until: Option<Timestamp>,
}

impl From<Receipt> for ReceiptJson {
    fn from(receipt: Receipt) -> Self {
        Self {
            id: receipt.id,
            at: receipt.at,
            accounts: receipt.accounts,
            logins: receipt.logins,
            audit_until: receipt.audit_until,
            backups_until: receipt.backups_until,
        }
    }
}

/// Erases everything about the person, if they say so to the letter.
pub(crate) async fn erase_everything(
    app: &App,
    owner: &Owner,
    body: &EraseBody,
) -> Result<Receipt, ApiError> {
    if body.confirm != CONFIRMATION {
        return Err(ApiError::EraseUnconfirmed);
    }
    Ok(app.ports.accounts.erase(owner, Actor::Owner).await?)
}

/// Erases everything about the person: the account is unlinked and its session
/// logged out at Telegram, a login under way is cancelled, and what is
/// remembered is gone. Tokens that were given out before are refused from then
/// on. Cannot be undone; the answer is the receipt.
#[utoipa::path(
    delete,
    path = "/me",
    tag = "me",
    security(("token" = []), ("init_data" = [])),
    request_body = EraseBody,
    responses(
        (status = 200, body = ReceiptJson),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It was not confirmed.", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn erase(
    State(app): State<App>,
    Identity(owner): Identity,
    body: Body,
) -> Result<Json<ReceiptJson>, ApiError> {
    let receipt = erase_everything(&app, &owner, &body.json()?).await?;
    Ok(Json(receipt.into()))
}
