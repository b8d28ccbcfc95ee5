//! Methods that bring updates.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::bot::Bot;
use super::super::error::ApiError;
use super::super::polling::Poll;
use super::super::webhook_setting::WebhookOrder;
use super::answer::Answer;
use super::params::Params;

/// The longest poll, in seconds.
const LONGEST_POLL: i64 = 50;

pub(super) async fn get_updates(bot: &Arc<Bot>, params: &Params) -> Result<Answer, ApiError> {
    let limit = params.number("limit").unwrap_or(100).clamp(1, 100);
    let seconds = params.number("timeout").unwrap_or(0).clamp(0, LONGEST_POLL);
    let updates = bot
        .poll(Poll {
            offset: params.number("offset"),
            limit: usize::try_from(limit).unwrap_or(100),
            timeout: Duration::from_secs(seconds.unsigned_abs()),
            allowed_updates: params.typed("allowed_updates")?,
        })
        .await?;
    Ok(Value::Array(updates).into())
}

pub(super) fn set_webhook(bot: &Bot, params: &Params) -> Result<Answer, ApiError> {
    let note = bot.set_webhook(WebhookOrder {
        url: params.text("url").unwrap_or_default(),
        secret_token: params.text("secret_token").filter(|text| !text.is_empty()),
        max_connections: params.number("max_connections"),
        allowed_updates: params.typed("allowed_updates")?,
        drop_pending_updates: params.flag("drop_pending_updates"),
    })?;
    Ok(Answer {
        result: true.into(),
        note: Some(note),
    })
}

pub(super) fn delete_webhook(bot: &Bot, params: &Params) -> Answer {
    let note = bot.delete_webhook(params.flag("drop_pending_updates"));
    Answer {
        result: true.into(),
        note: Some(note),
    }
}

pub(super) fn webhook_info(bot: &Bot) -> Value {
    json!(bot.webhook_info())
}
