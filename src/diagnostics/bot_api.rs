//! The Bot API.

use std::time::Duration;

use async_trait::async_trait;
use chrono::DateTime;
use reqwest::header::DATE;
use reqwest::{Client, Response};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sesame_checks::{BotAnswer, BotApi, WebhookInfo};
use sesame_domain::time::{Clock, SystemClock, Timestamp};
use tokio::sync::OnceCell;
use url::Url;

use crate::config::Bot;

/// The Bot API of Telegram itself.
/// <https://core.telegram.org/bots/api#making-requests>
const TELEGRAM: &str = "https://api.telegram.org";
/// How long it may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Asks the Bot API, once for all checks who the bot is.
pub(super) struct BotApiClient {
    bot: Bot,
    me: OnceCell<Result<BotAnswer, String>>,
}

impl BotApiClient {
    /// One for this bot.
    pub(super) fn new(bot: Bot) -> Self {
        Self {
            bot,
            me: OnceCell::new(),
        }
    }

    async fn ask(&self, method: &str) -> Result<Response, String> {
        let base = self.bot.bot_api_url.as_ref().map_or(TELEGRAM, Url::as_str);
        let base = base.trim_end_matches('/');
        let token = self.bot.bot_token.expose_secret();
        let client = Client::builder().timeout(ANSWER_WITHIN).build();
        let asked = match client {
            Ok(client) => {
                client
                    .get(format!("{base}/bot{token}/{method}"))
                    .send()
                    .await
            }
            Err(error) => Err(error),
        };
        // Its address holds the token.
        asked.map_err(|error| error.without_url().to_string())
    }

    async fn ask_me(&self) -> Result<BotAnswer, String> {
        let asked = SystemClock.now();
        let answer = self.ask("getMe").await?;
        Ok(BotAnswer {
            status: answer.status().as_u16(),
            named: named(&answer),
            asked,
            answered: SystemClock.now(),
        })
    }
}

fn named(answer: &Response) -> Option<Timestamp> {
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    Some(DateTime::parse_from_rfc2822(date).ok()?.to_utc())
}

#[async_trait]
impl BotApi for BotApiClient {
    async fn me(&self) -> Result<BotAnswer, String> {
        self.me.get_or_init(|| self.ask_me()).await.clone()
    }

    async fn webhook(&self) -> Result<WebhookInfo, String> {
        let answer = self.ask("getWebhookInfo").await?;
        let status = answer.status();
        match answer.json::<Answer>().await {
            Ok(Answer { result: Some(info) }) => Ok(info.into()),
            Ok(Answer { result: None }) | Err(_) => Err(format!("it answers with {status}")),
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    result: Option<Info>,
}

/// The answer to `getWebhookInfo`.
/// <https://core.telegram.org/bots/api#webhookinfo>
#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    url: String,
    #[serde(default)]
    pending_update_count: u64,
    last_error_date: Option<i64>,
    last_error_message: Option<String>,
    allowed_updates: Option<Vec<String>>,
}

impl From<Info> for WebhookInfo {
    fn from(info: Info) -> Self {
        let failed_at = info.last_error_date;
        Self {
            url: info.url,
            waiting: info.pending_update_count,
            failed_at: failed_at.and_then(|at| DateTime::from_timestamp(at, 0)),
            failure: info.last_error_message,
            kinds: info.allowed_updates,
        }
    }
}
