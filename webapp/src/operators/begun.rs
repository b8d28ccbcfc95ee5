//! What became of the wish to act on many rows.

use axum::response::{IntoResponse, Redirect, Response};
use sesame_domain::bulk::BulkAction;
use sesame_domain::ports::BulkBegun;

use super::signed_in::SignedIn;
use crate::problem::ApiError;

/// The list of jobs, where its own is.
pub(super) fn told(
    who: &SignedIn,
    action: BulkAction,
    begun: &BulkBegun,
) -> Result<Response, ApiError> {
    let said = match begun {
        BulkBegun::Begun | BulkBegun::Already => "begun",
        BulkBegun::Changed(_) => "changed",
        BulkBegun::NotFound => return Err(ApiError::NotFound),
    };
    let (base, kind) = (&who.app.base, action.job_kind());
    let jobs = format!("{base}/admin/jobs?kind={}&said={said}", kind.as_str());
    Ok(Redirect::to(&jobs).into_response())
}
