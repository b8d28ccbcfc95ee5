//! One HTTP request of a bot and its answer.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest as _, Request};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::stream;
use serde_json::{Value, json};

use super::super::bot::Bot;
use super::super::error::ApiError;
use super::super::register::Bots;
use super::answer::Answer;
use super::dispatch::dispatch;
use super::params::Params;

/// The largest body: 50 MB for a file, and its form around it.
///
/// Source: core.telegram.org/bots/api#sending-files.
pub const MAX_BODY_BYTES: usize = 51 * 1024 * 1024;

/// Answers a request to `/bot…` or `/file/bot…`; anything else is unknown.
pub async fn serve(bots: Arc<Bots>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return match download(&bots, rest) {
            Ok(response) => response,
            Err(error) => refusal(&error),
        };
    }
    let Some(rest) = path.strip_prefix("/bot") else {
        return refusal(&ApiError::NotFound);
    };
    match call(&bots, rest, request).await {
        Ok(answer) => success(&answer),
        Err(error) => refusal(&error),
    }
}

async fn call(bots: &Bots, rest: &str, request: Request) -> Result<Answer, ApiError> {
    let (token, method) = rest.split_once('/').ok_or(ApiError::NotFound)?;
    let (bot, token) = driven_by(bots, token)?;
    let query = request.uri().query().map(str::to_owned);
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = Bytes::from_request(request, &())
        .await
        .map_err(|_| ApiError::TooLarge)?;
    let params = Params::read(query.as_deref(), &content_type, &body)?;
    tokio::select! {
        biased;
        answer = dispatch(&bot, method, params) => answer,
        () = bot.token_revoked(&token) => Err(ApiError::Unauthorized),
    }
}

/// The bot of a token, and the token as it is. One of the right shape may be
/// wrong; anything else is no address.
fn driven_by<'a>(bots: &Bots, token: &'a str) -> Result<(Arc<Bot>, Cow<'a, str>), ApiError> {
    let token = percent_encoding::percent_decode_str(token).decode_utf8_lossy();
    if let Some(bot) = bots.by_token(&token) {
        return Ok((bot, token));
    }
    let shaped = token
        .split_once(':')
        .is_some_and(|(id, secret)| id.parse::<u64>().is_ok() && !secret.is_empty());
    Err(if shaped {
        ApiError::Unauthorized
    } else {
        ApiError::NotFound
    })
}

fn download(bots: &Bots, rest: &str) -> Result<Response, ApiError> {
    let (token, path) = rest.split_once('/').ok_or(ApiError::NotFound)?;
    let (bot, _) = driven_by(bots, token)?;
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let file = bot.files().at_path(&path).ok_or(ApiError::NotFound)?;
    let kind = (header::CONTENT_TYPE, "application/octet-stream");
    Ok(([kind], file.bytes.clone()).into_response())
}

fn success(answer: &Answer) -> Response {
    let mut body = json!({"ok": true, "result": answer.result});
    if let (Some(note), Some(fields)) = (answer.note, body.as_object_mut()) {
        fields.insert("description".to_owned(), note.into());
    }
    respond(StatusCode::OK, &body, None)
}

fn refusal(error: &ApiError) -> Response {
    if error.breaks_off() {
        return broken_off();
    }
    let status = StatusCode::from_u16(error.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    respond(status, &error.body(), error.retry_after())
}

/// An answer that ends before its first byte.
fn broken_off() -> Response {
    let broken = stream::once(std::future::ready(Err::<Bytes, _>(io::Error::other(
        "ordered",
    ))));
    Body::from_stream(broken).into_response()
}

fn respond(status: StatusCode, body: &Value, retry_after: Option<u64>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (status, kind, Body::from(body.to_string())).into_response();
    if let Some(seconds) = retry_after {
        let name = HeaderName::from_static("retry-after");
        response.headers_mut().insert(name, seconds.into());
    }
    response
}
