//! The views of what is kept about the person, and of erasing it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::TimeDelta;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::ports::Receipt;
use sesame_domain::retention::RetentionPeriods;
use sesame_words::{AppWords, Language};

use super::moments::{self, Moments as _};
use super::retention::Retention as _;
use crate::api::{self, CONFIRMATION, EraseBody};
use crate::app::App;
use crate::base_path::BasePath;
use crate::body::Body;
use crate::html::html;
use crate::identity::Identity;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "miniapp/data.html")]
struct Data {
    base: BasePath,
    words: AppWords,
    retention: RetentionPeriods,
    disclosure: Disclosure,
    /// How long copies of chats are kept, where they are.
    copies_kept: Option<TimeDelta>,
}

/// What is kept, and how long.
pub(super) async fn view(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
) -> Result<Response, ApiError> {
    let copies_kept = match &app.ports.exports {
        Some(exports) => Some(exports.requests.terms(&owner).await?.kept),
        None => None,
    };
    html(&Data {
        copies_kept,
        base: app.base.clone(),
        words: language.app(),
        retention: app.settings.retention,
        disclosure: app.settings.disclosure.clone(),
    })
}

#[derive(Template)]
#[template(path = "miniapp/erase.html")]
struct Erase {
    base: BasePath,
    words: AppWords,
    retention: RetentionPeriods,
    is_linked: bool,
    confirmation: &'static str,
}

/// What erasing means, before it is done.
pub(super) async fn ask(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
) -> Result<Response, ApiError> {
    html(&Erase {
        base: app.base.clone(),
        words: language.app(),
        retention: app.settings.retention,
        is_linked: app.ports.accounts.linked(&owner).await?.is_some(),
        confirmation: CONFIRMATION,
    })
}

#[derive(Template)]
#[template(path = "miniapp/receipt.html")]
struct ReceiptView {
    words: AppWords,
    receipt: Receipt,
    /// Its number.
    number: String,
    /// The tenant, so that whoever is shown the receipt knows where it is from.
    tenant: String,
    /// Where that is.
    place: String,
}

/// Erases everything, as the API does, and shows the receipt: a page cannot ask
/// for it later, since no one is known any more.
pub(super) async fn erase(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    body: Body,
) -> Result<Response, ApiError> {
    let body: EraseBody = body.json()?;
    let receipt = api::erase_everything(&app, &owner, &body).await?;
    html(&ReceiptView {
        words: language.app(),
        number: receipt.id.to_string(),
        receipt,
        tenant: owner.tenant.to_string(),
        place: app.settings.public_url.to_string(),
    })
}
