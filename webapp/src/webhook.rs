//! `POST /telegram/{tenant}`: updates that Telegram pushes to the bot.
//!
//! Anyone can knock here. Who does not know the secret is turned away by the
//! headers alone: nothing of the body is read, kept or waited for, and it counts
//! for their address, as all that others ask. Telegram is never asked to wait.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use futures::StreamExt as _;
use metrics::counter;
use sesame_domain::ports::{WebhookReceiver, WebhookRefusal};

use crate::app::App;
use crate::body::in_time;
use crate::edge::Asked;
use crate::problem::{ApiError, Unauthorized};

/// The header with the secret.
///
/// Source: core.telegram.org/bots/api#setwebhook.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

/// An update has a message of 4,096 characters at most, and little else.
const MAX_UPDATE_BYTES: usize = 1 << 20;

/// The route, if updates are pushed at all.
pub(crate) fn routes(app: &App) -> Router<App> {
    match &app.ports.webhook {
        Some(_) => Router::new().route("/telegram/{tenant}", post(receive)),
        None => Router::new(),
    }
}

async fn receive(
    State(app): State<App>,
    tenant: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let webhook = app.ports.webhook.as_ref();
    let ours = tenant.ok().and_then(|Path(tenant)| {
        let webhook = webhook.filter(|webhook| webhook.is_of(&tenant))?;
        Some((webhook, tenant))
    });
    let Some((webhook, tenant)) = ours else {
        Asked::by_stranger(&app, request.extensions()).await?;
        return Err(ApiError::NotFound);
    };
    let received = if webhook.knows(secret(request.headers())) {
        receive_from(webhook, request).await
    } else {
        let counted = Asked::by_stranger(&app, request.extensions()).await;
        counted.and(Err(Unauthorized::WebhookSecret.into()))
    };
    let outcome = received.as_ref().map_or_else(label, |()| "received");
    counter!(
        "sesame_webhook_updates_total", "tenant" => tenant, "outcome" => outcome
    )
    .increment(1);
    received.map(|()| StatusCode::OK)
}

async fn receive_from(
    webhook: &Arc<dyn WebhookReceiver>,
    request: Request,
) -> Result<(), ApiError> {
    let (head, body) = request.into_parts();
    let update = in_time(read(&head.headers, body)).await?;
    webhook.receive(&update).map_err(|refusal| match refusal {
        WebhookRefusal::Malformed => ApiError::Malformed,
        WebhookRefusal::Busy => ApiError::Busy,
    })
}

fn secret(headers: &HeaderMap) -> &[u8] {
    let secret = headers.get(SECRET_HEADER);
    secret.map_or(&[], |secret| secret.as_bytes())
}

/// The body, if it is not too large: by its own word, or by what comes.
async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, ApiError> {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_UPDATE_BYTES as u64) {
        return Err(ApiError::BodyTooLarge);
    }
    let mut update = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        // It broke off.
        let chunk = chunk.map_err(|_| ApiError::Malformed)?;
        if update.len() + chunk.len() > MAX_UPDATE_BYTES {
            return Err(ApiError::BodyTooLarge);
        }
        update.extend_from_slice(&chunk);
    }
    Ok(update)
}

/// What became of an update that was not received, for the metrics.
fn label(error: &ApiError) -> &'static str {
    match error {
        ApiError::Unauthorized(_) | ApiError::TooMany(_) => "wrong_secret",
        ApiError::BodyTooLarge => "too_large",
        ApiError::BodyTooSlow => "too_slow",
        ApiError::Busy => "busy",
        _ => "malformed",
    }
}
