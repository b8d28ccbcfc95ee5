//! The Bot API, and the clock by its answers.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use reqwest::header::DATE;
use reqwest::{Client, Response};
use secrecy::ExposeSecret;
use sesame_domain::time::{Clock, SystemClock};
use url::Url;

use super::finding::Finding;
use super::webhook;
use crate::config::{Bot, Settings};
use crate::node::wiring;

const BOT_API: &str = "bot api";
const CLOCK: &str = "clock";
/// The Bot API of Telegram itself.
/// <https://core.telegram.org/bots/api#making-requests>
const TELEGRAM: &str = "https://api.telegram.org";
/// How long it may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Telegram takes messages whose time is off by no more than 30 s (ahead) or
/// 300 s (behind); the tighter one, with room to spare.
/// <https://core.telegram.org/mtproto/description#message-identifier-msg-id>
const CLOCK_OFF_BY: TimeDelta = TimeDelta::seconds(15);

/// The Bot API, the way of updates, and the clock by its answers.
pub(super) async fn look(settings: &Settings) -> Vec<Finding> {
    let asked = SystemClock.now();
    match ask(&settings.bot, "getMe").await {
        Ok(answer) => {
            let clock = clock(&answer, asked);
            let known = answer.status().is_success();
            let mut findings = vec![verdict(&answer)];
            if known {
                findings.push(way_of_updates(settings).await);
            }
            findings.extend(clock);
            findings
        }
        Err(error) => vec![Finding::bad(
            BOT_API,
            // Its address holds the token.
            format!("does not answer: {}", error.without_url()),
            "is this machine online, and BOT_API_URL right?",
        )],
    }
}

async fn way_of_updates(settings: &Settings) -> Finding {
    let unknown = |why: String| {
        let says = format!("Telegram does not say how updates come in: {why}");
        Finding::warning("webhook", says, "try again later")
    };
    let answer = match ask(&settings.bot, "getWebhookInfo").await {
        Ok(answer) => answer,
        Err(error) => return unknown(error.without_url().to_string()),
    };
    let status = answer.status();
    match answer.json::<Answer>().await {
        Ok(Answer { result: Some(info) }) => {
            webhook::verdict(&info, wiring::webhook_address(settings).as_ref())
        }
        Ok(Answer { result: None }) | Err(_) => unknown(format!("it answers with {status}")),
    }
}

#[derive(serde::Deserialize)]
struct Answer {
    result: Option<webhook::Info>,
}

async fn ask(bot: &Bot, method: &str) -> Result<Response, reqwest::Error> {
    let base = bot.bot_api_url.as_ref().map_or(TELEGRAM, Url::as_str);
    let base = base.trim_end_matches('/');
    let token = bot.bot_token.expose_secret();
    Client::builder()
        .timeout(ANSWER_WITHIN)
        .build()?
        .get(format!("{base}/bot{token}/{method}"))
        .send()
        .await
}

fn verdict(answer: &Response) -> Finding {
    match answer.status().as_u16() {
        200 => Finding::good(BOT_API, "answers, and knows the bot"),
        401 | 404 => Finding::bad(
            BOT_API,
            "does not accept BOT_TOKEN",
            "ask @BotFather for the token: it may have been revoked",
        ),
        status => Finding::warning(BOT_API, format!("answers with {status}"), "try again later"),
    }
}

/// The clock against the moment that an answer names; whole seconds only.
fn clock(answer: &Response, asked: DateTime<chrono::Utc>) -> Option<Finding> {
    let named = answer.headers().get(DATE)?.to_str().ok()?;
    let named = DateTime::parse_from_rfc2822(named).ok()?.to_utc();
    let now = SystemClock.now();
    let off = if asked > named + TimeDelta::seconds(1) {
        asked - named
    } else if named > now {
        now - named
    } else {
        TimeDelta::zero()
    };
    Some(off_by(off))
}

fn off_by(off: TimeDelta) -> Finding {
    let seconds = off.num_seconds().abs();
    let way = if off < TimeDelta::zero() {
        "behind"
    } else {
        "ahead"
    };
    if off.abs() < CLOCK_OFF_BY {
        Finding::good(CLOCK, "right to within seconds")
    } else {
        Finding::bad(
            CLOCK,
            format!("is {seconds} s {way} of Telegram's: codes and logins fail"),
            "run an NTP client (systemd-timesyncd, chrony)",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_told() {
        assert_eq!(off_by(TimeDelta::seconds(3)).verdict, Verdict::Good);
        let behind = off_by(TimeDelta::seconds(-40));
        assert_eq!(behind.verdict, Verdict::Bad);
        assert!(behind.says.contains("40 s behind"), "{}", behind.says);
        let ahead = off_by(TimeDelta::seconds(31));
        assert!(ahead.says.contains("31 s ahead"), "{}", ahead.says);
    }
}
