//! Reading bodies, with typed answers to what is wrong with them.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::problem::ApiError;

/// The largest body that is read, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 16 * 1024;

/// How long a body may take. It is small: whoever sends it drop by drop means
/// to keep the connection.
const WITHIN: Duration = Duration::from_secs(10);

/// What is read, if it is there in time.
pub(crate) async fn in_time<T>(
    reading: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    let read = tokio::time::timeout(WITHIN, reading).await;
    read.unwrap_or(Err(ApiError::BodyTooSlow))
}

/// In what form a body was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
    /// None was named.
    Unnamed,
}

/// A body with its form.
pub(crate) struct Body {
    pub(crate) form: Form,
    pub(crate) bytes: Bytes,
}

impl Body {
    /// The JSON in it.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        match self.form {
            Form::Json => serde_json::from_slice(&self.bytes).map_err(|_| ApiError::Malformed),
            Form::UrlEncoded | Form::Unnamed => Err(ApiError::WrongContentType),
        }
    }

    /// A field of the form that it is, if it is there.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.bytes)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let form = form_of(request.headers())?;
        let bytes = in_time(async {
            let read = Bytes::from_request(request, state).await;
            read.map_err(why_unread)
        })
        .await?;
        Ok(Self { form, bytes })
    }
}

fn why_unread(rejection: BytesRejection) -> ApiError {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::BodyTooLarge,
        _ => ApiError::Malformed,
    }
}

fn form_of(headers: &HeaderMap) -> Result<Form, ApiError> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(Form::Unnamed);
    };
    let value = value.to_str().map_err(|_| ApiError::WrongContentType)?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(Form::Json)
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Ok(Form::UrlEncoded)
    } else {
        Err(ApiError::WrongContentType)
    }
}
