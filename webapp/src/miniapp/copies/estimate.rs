//! About how much a copy would have of what is chosen at the moment.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use sesame_domain::export::ExportEstimate;
use sesame_words::{AppWords, Language};

use crate::api::estimated;
use crate::app::App;
use crate::body::Body;
use crate::html::html;
use crate::identity::Identity;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "miniapp/estimate.html")]
struct Estimate {
    words: AppWords,
    estimate: ExportEstimate,
    left: u64,
}

/// About how much it would have, by the same words as a copy is asked for with.
pub(crate) async fn estimate(
    State(app): State<App>,
    Identity(owner): Identity,
    language: Language,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let (estimate, left) = estimated(&app, &owner, &id, &body).await?;
    let words = language.app();
    html(&Estimate {
        words,
        estimate,
        left,
    })
}
