//! Reading bodies.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::answer::TelegramError;

/// A JSON body; refused in this interface's own words if it cannot be read.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = TelegramError;

    async fn from_request(request: Request, state: &S) -> Result<Self, TelegramError> {
        let read = Json::<T>::from_request(request, state).await;
        let Json(body) = read.map_err(|rejection: JsonRejection| {
            TelegramError::new(rejection.status(), rejection.body_text())
        })?;
        Ok(Self(body))
    }
}
