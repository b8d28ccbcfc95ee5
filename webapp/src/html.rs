//! Rendered templates.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::problem::ApiError;

/// A rendered template.
pub(crate) fn html(page: &impl askama::Template) -> Result<Response, ApiError> {
    let text = page.render().map_err(ApiError::internal)?;
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response())
}
