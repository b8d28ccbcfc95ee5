//! Pages that stay live: their script asks for the parts of them that change, by
//! the same address, and exchanges those.
//!
//! Who watches is asked who they are like anyone, but keeps no session going by
//! that: a page left open would never sign out.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::error::PageError;
use super::layout::Layout;
use crate::html::html;
use crate::problem::ApiError;

/// After how many seconds a list is looked at again.
pub(super) const LISTS: u32 = 5;

/// After how many seconds the overview is: it reads more.
pub(super) const OVERVIEW: u32 = 15;

/// A page that stays live.
pub(super) trait LivePage: askama::Template {
    /// What stands around it.
    fn layout(&self) -> &Layout;

    /// The parts that change, one after the other.
    fn parts(&self) -> askama::Result<String>;
}

/// The page; for who watches it, its parts, if they do not have them.
pub(super) fn answer(page: &impl LivePage) -> Result<Response, PageError> {
    let Some(watching) = &page.layout().watching else {
        return Ok(html(page)?);
    };
    let parts = page.parts().map_err(ApiError::internal)?;
    let version = hex::encode(&Sha256::digest(parts.as_bytes())[..8]);
    let version = format!("\"{version}\"");
    if watching.has(&version) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, version)]).into_response());
    }
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (ETAG, version),
    ];
    Ok((headers, parts).into_response())
}
