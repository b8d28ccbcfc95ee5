//! Brings updates to the webhooks, to each one by one and in order.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt as _};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::api;
use super::bot::Bot;
use super::register::Bots;
use super::updates::Update;
use super::webhook::{DeliveryError, Webhook};

/// How long a bot may take to accept an update.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Delivers the updates of all bots, also of those that are made meanwhile,
/// until it is told to stop.
pub async fn deliver(bots: Arc<Bots>, client: reqwest::Client, stop: CancellationToken) {
    let mut count = bots.count();
    let mut served = 0;
    let mut deliveries = FuturesUnordered::new();
    loop {
        count.mark_unchanged();
        for bot in bots.list().into_iter().skip(served) {
            deliveries.push(deliver_to(bot, client.clone(), stop.clone()));
            served += 1;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            Some(()) = deliveries.next() => {}
            _ = count.changed() => {}
        }
    }
}

/// Delivers the updates of one bot.
async fn deliver_to(bot: Arc<Bot>, client: reqwest::Client, stop: CancellationToken) {
    let mut changes = bot.queue_changes();
    let mut wait = bot.rules().webhook_retry;
    loop {
        changes.mark_unchanged();
        let Some((webhook, update)) = bot.next_delivery() else {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = changes.changed() => continue,
            }
        };
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = post(&client, &webhook, &update) => outcome,
        };
        match outcome {
            Ok(reply) => {
                wait = bot.rules().webhook_retry;
                bot.delivered(update.id);
                if let Some(reply) = reply {
                    api::call_from_webhook(&bot, reply).await;
                }
            }
            Err(message) => {
                bot.delivery_failed(&webhook, message);
                // New updates do not shorten the wait; a new webhook does.
                if !pause(&bot, &webhook, wait, &stop).await {
                    return;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

/// Waits before the next attempt; false means to stop.
async fn pause(bot: &Bot, failed: &Webhook, wait: Duration, stop: &CancellationToken) -> bool {
    let mut changes = bot.queue_changes();
    let deadline = tokio::time::Instant::now() + wait;
    loop {
        tokio::select! {
            () = stop.cancelled() => return false,
            () = tokio::time::sleep_until(deadline) => return true,
            _ = changes.changed() => {
                if !bot.has_webhook(failed) {
                    return true;
                }
            }
        }
    }
}

/// Posts one update; a JSON object in the answer is a call of a method.
async fn post(
    client: &reqwest::Client,
    webhook: &Webhook,
    update: &Update,
) -> Result<Option<Value>, String> {
    let mut request = client
        .post(&webhook.url)
        .timeout(PATIENCE)
        .json(&update.to_json());
    if let Some(secret) = &webhook.secret_token {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let response = request.send().await.map_err(|error| describe(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("Wrong response from the webhook: {status}"));
    }
    let reply: Option<Value> = response.json().await.ok();
    Ok(reply.filter(|value| value.get("method").is_some_and(Value::is_string)))
}

fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "Read timeout expired".to_owned()
    } else if error.is_connect() {
        "Connection refused".to_owned()
    } else {
        "Connection closed".to_owned()
    }
}

impl Bot {
    fn next_delivery(&self) -> Option<(Webhook, Update)> {
        self.read(|state| Some((state.webhook.clone()?, state.updates.front()?.clone())))
    }

    fn has_webhook(&self, other: &Webhook) -> bool {
        self.read(|state| {
            state.webhook.as_ref().is_some_and(|webhook| {
                webhook.url == other.url && webhook.secret_token == other.secret_token
            })
        })
    }

    fn delivered(&self, update: i64) {
        self.change(|state| state.updates.confirm(update + 1));
    }

    fn delivery_failed(&self, failed: &Webhook, message: String) {
        let date = self.time().timestamp();
        self.change(|state| {
            if let Some(webhook) = &mut state.webhook
                && webhook.url == failed.url
            {
                webhook.last_error = Some(DeliveryError { date, message });
            }
        });
    }
}
