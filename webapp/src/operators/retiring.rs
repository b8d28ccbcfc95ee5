//! Retiring versions of the key, once the chat said so.

use axum::response::Response;
use sesame_domain::operator::{Confirmation, Scope};

use super::error::PageError;
use super::signed_in::SignedIn;

/// Retires what was confirmed. What came to stand in the way since does.
pub(super) async fn retire(who: &SignedIn, taken: &Confirmation) -> Result<Response, PageError> {
    let order = who.order(&taken.reason, &Scope::All)?;
    let keys = &who.app.ports.operators.keys;
    let said = match keys.retire(&taken.action.parameters, &order).await? {
        Ok(_) => "retired",
        Err(_) => "not_retired",
    };
    Ok(who.to_page(format_args!("/keys?said={said}")))
}
