//! What became of the wish to act on many rows.

use axum::response::Response;
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
    let kind = action.job_kind();
    Ok(who.to_page(format_args!("/jobs?kind={}&said={said}", kind.as_str())))
}
