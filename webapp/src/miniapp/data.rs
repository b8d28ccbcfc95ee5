//! The views of what is kept about the person, and of erasing it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{SecondsFormat, TimeDelta};
use sesame_domain::ports::Receipt;
use sesame_domain::retention::RetentionPeriods;
use sesame_domain::time::Timestamp;

use super::html::html;
use crate::api::{self, CONFIRMATION, EraseBody};
use crate::app::App;
use crate::base_path::BasePath;
use crate::body::Body;
use crate::identity::Identity;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "miniapp/data.html")]
struct Data {
    base: BasePath,
    retention: RetentionPeriods,
}

/// What is kept, and how long.
pub(super) async fn view(
    State(app): State<App>,
    Identity(_): Identity,
) -> Result<Response, ApiError> {
    html(&Data {
        base: app.base.clone(),
        retention: app.settings.retention,
    })
}

#[derive(Template)]
#[template(path = "miniapp/erase.html")]
struct Erase {
    base: BasePath,
    retention: RetentionPeriods,
    is_linked: bool,
    confirmation: &'static str,
}

/// What erasing means, before it is done.
pub(super) async fn ask(
    State(app): State<App>,
    Identity(owner): Identity,
) -> Result<Response, ApiError> {
    html(&Erase {
        base: app.base.clone(),
        retention: app.settings.retention,
        is_linked: app.ports.accounts.linked(&owner).await?.is_some(),
        confirmation: CONFIRMATION,
    })
}

#[derive(Template)]
#[template(path = "miniapp/receipt.html")]
struct ReceiptView {
    receipt: Receipt,
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
    body: Body,
) -> Result<Response, ApiError> {
    let body: EraseBody = body.json()?;
    html(&ReceiptView {
        receipt: api::erase_everything(&app, &owner, &body).await?,
        tenant: owner.tenant.to_string(),
        place: app.settings.public_url.to_string(),
    })
}

/// A moment in words that need no translation into another time.
fn utc(at: &Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A length of time in words: whole days, or hours where it is less.
pub(super) fn span(length: &TimeDelta) -> String {
    let (days, hours) = (length.num_days(), length.num_hours());
    match (days, hours) {
        (0, 1) => "1 hour".to_owned(),
        (0, hours) => format!("{hours} hours"),
        (1, _) => "1 day".to_owned(),
        (days, _) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(TimeDelta::minutes(90), "1 hour")]
    #[case(TimeDelta::hours(12), "12 hours")]
    #[case(TimeDelta::hours(25), "1 day")]
    #[case(TimeDelta::days(90), "90 days")]
    fn lengths_are_said_in_whole_days(#[case] length: TimeDelta, #[case] words: &str) {
        assert_eq!(span(&length), words);
    }
}
