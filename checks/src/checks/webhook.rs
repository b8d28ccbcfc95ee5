//! Whether updates reach Sesame, as Telegram sees it.

use chrono::TimeDelta;
use sesame_domain::plural::{agreeing, counted};
use sesame_domain::time::Timestamp;
use url::Url;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{Bot, Ports, WebhookInfo};

pub(super) const CHECK: Check = Check::new("webhook", Group::Telegram, |ports| {
    Box::pin(look(ports))
});

reasons! {
    NotTold = "not_told",
    None = "none",
    Elsewhere = "elsewhere",
    KindsMissing = "kinds_missing",
    InTheWay = "in_the_way",
    NotDelivered = "not_delivered",
}

const ABOUT: &str = "webhook";
/// How old a failure may be that still tells how things are now, if updates
/// wait: Telegram tries again within minutes.
const RECENT: TimeDelta = TimeDelta::hours(1);

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(bot) = &ports.bot else {
        return Vec::new();
    };
    // Whoever is not known is told nothing; the check of the Bot API says so.
    let known = |status| (200..300).contains(&status);
    if !bot.api.me().await.is_ok_and(|answer| known(answer.status)) {
        return Vec::new();
    }
    let finding = match bot.api.webhook().await {
        Ok(info) => judge(&info, bot, ports.clock.now()),
        Err(why) => Finding::warning(
            ABOUT,
            Why::NotTold,
            format!("Telegram does not say how updates come in: {why}"),
            "try again later",
        ),
    };
    vec![finding]
}

fn judge(info: &WebhookInfo, bot: &Bot, now: Timestamp) -> Finding {
    let Some(ours) = &bot.webhook else {
        return by_polling(info);
    };
    if info.url.is_empty() {
        return Finding::bad(
            ABOUT,
            Why::None,
            format!("none is set: the bot gets no updates ({})", waiting(info)),
            "`sesame serve` sets it when it starts, and again when another program deletes it: \
             does it run?",
        );
    }
    if Url::parse(&info.url).ok().as_ref() != Some(ours) {
        return Finding::bad(
            ABOUT,
            Why::Elsewhere,
            format!(
                "leads to {}, not to PUBLIC_URL: the bot gets no updates",
                host(info)
            ),
            "end the other program that uses BOT_TOKEN, or give it a bot of its own; then restart \
             `sesame serve`",
        );
    }
    if let Some(failing) = failing(info, now) {
        return failing;
    }
    let missing = missing(info, bot.update_kinds);
    if !missing.is_empty() {
        return Finding::warning(
            ABOUT,
            Why::KindsMissing,
            format!("brings no {}", missing.join(", ")),
            "`sesame serve` sets it again within a minute: does it run?",
        );
    }
    let last =
        last_failure(info).map_or_else(String::new, |last| format!("; last failure: {last}"));
    Finding::good(
        ABOUT,
        format!("leads here, with a secret ({}{last})", waiting(info)),
    )
}

fn by_polling(info: &WebhookInfo) -> Finding {
    if info.url.is_empty() {
        return Finding::good(ABOUT, format!("none: Sesame polls ({})", waiting(info)));
    }
    Finding::bad(
        ABOUT,
        Why::InTheWay,
        format!(
            "one is set to {}: as long as it is, polling brings nothing",
            host(info)
        ),
        "end the other program that uses BOT_TOKEN; `sesame serve` deletes the webhook (or set \
         WEBHOOK_SECRET for one of its own)",
    )
}

fn failing(info: &WebhookInfo, now: Timestamp) -> Option<Finding> {
    let failed_at = info.failed_at?;
    if info.waiting == 0 || now - failed_at > RECENT {
        return None;
    }
    let says = format!(
        "Telegram cannot deliver: {} ({})",
        last_failure(info)?,
        waiting(info)
    );
    let words = info.failure.as_deref().unwrap_or_default();
    Some(Finding::bad(
        ABOUT,
        Why::NotDelivered,
        says,
        if words.contains("401") {
            "it has another secret than WEBHOOK_SECRET: all nodes need the same; restart \
             `sesame serve`, which tells Telegram"
        } else {
            "PUBLIC_URL must lead to Sesame from outside, over https with a certificate that \
             Telegram accepts; look at the proxy's log"
        },
    ))
}

fn last_failure(info: &WebhookInfo) -> Option<String> {
    let at = info.failed_at?;
    let words = info.failure.as_deref();
    let words = words.unwrap_or("no reason is given");
    Some(format!("{words}, {}", at.format("%Y-%m-%d %H:%M:%S UTC")))
}

fn missing(info: &WebhookInfo, needed: &[&'static str]) -> Vec<&'static str> {
    match info.kinds.as_deref() {
        None | Some([]) => Vec::new(),
        Some(kinds) => needed
            .iter()
            .copied()
            .filter(|kind| !kinds.iter().any(|it| it == kind))
            .collect(),
    }
}

fn waiting(info: &WebhookInfo) -> String {
    match info.waiting {
        0 => "no updates wait".to_owned(),
        count => format!("{} {}", counted(count, "update"), agreeing(count, "waits", "wait")),
    }
}

/// The host and no more: the rest of another program's address may be secret.
fn host(info: &WebhookInfo) -> String {
    let url = Url::parse(&info.url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or("an address that cannot be read").to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;
    use chrono::DateTime;
    use rstest::rstest;

    use super::*;
    use crate::finding::Verdict;
    use crate::ports::{BotAnswer, BotApi};

    const NOON: i64 = 1_800_000_000;
    const OURS: &str = "https://e.org/telegram/main";

    struct Silent;

    #[async_trait]
    impl BotApi for Silent {
        async fn me(&self) -> Result<BotAnswer, String> {
            Err("no one is asked".to_owned())
        }

        async fn webhook(&self) -> Result<WebhookInfo, String> {
            Err("no one is asked".to_owned())
        }
    }

    fn bot(webhook: Option<&str>) -> Bot {
        Bot {
            api: Arc::new(Silent),
            webhook: webhook.map(|url| url.parse().unwrap()),
            update_kinds: &["message", "edited_message", "callback_query", "my_chat_member"],
        }
    }

    fn now() -> Timestamp {
        DateTime::from_timestamp(NOON, 0).unwrap()
    }

    fn info(url: &str, waiting: u64, failed: Option<(i64, &str)>) -> WebhookInfo {
        WebhookInfo {
            url: url.to_owned(),
            waiting,
            failed_at: failed.map(|(seconds, _)| now() + TimeDelta::seconds(seconds)),
            failure: failed.map(|(_, words)| words.to_owned()),
            kinds: None,
        }
    }

    #[rstest]
    #[case(info(OURS, 0, None), Verdict::Good, "leads here")]
    #[case(info(OURS, 1, Some((-90_000, "Timeout"))), Verdict::Good, "Timeout, 2027-01-14")]
    #[case(
        info("", 3, None),
        Verdict::Bad,
        "none is set: the bot gets no updates (3 updates wait)"
    )]
    #[case(
        info("https://other.example/x:secret", 0, None),
        Verdict::Bad,
        "leads to other.example,"
    )]
    #[case(
        info(OURS, 2, Some((-60, "Connection refused"))),
        Verdict::Bad,
        "Connection refused, 2027-01-15 07:59:00 UTC (2 updates wait)"
    )]
    fn a_webhook_is_judged_by_what_telegram_says(
        #[case] info: WebhookInfo,
        #[case] verdict: Verdict,
        #[case] says: &str,
    ) {
        let finding = judge(&info, &bot(Some(OURS)), now());
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.says.contains(says), "{finding:?}");
        assert!(!finding.says.contains("secret)") || verdict == Verdict::Good);
    }

    #[test]
    fn a_secret_that_differs_is_named() {
        let words = "Wrong response from the webhook: 401 Unauthorized";
        let info = info(OURS, 2, Some((-60, words)));
        let finding = judge(&info, &bot(Some(OURS)), now());
        assert!(finding.advice.unwrap().contains("WEBHOOK_SECRET"));
    }

    #[test]
    fn kinds_of_updates_that_are_missing_are_named() {
        let mut info = info(OURS, 0, None);
        info.kinds = Some(vec!["message".to_owned(), "my_chat_member".to_owned()]);
        let finding = judge(&info, &bot(Some(OURS)), now());
        assert_eq!(finding.verdict, Verdict::Warning);
        assert!(
            finding.says.contains("edited_message, callback_query"),
            "{finding:?}"
        );
    }

    #[test]
    fn who_polls_needs_that_there_is_no_webhook() {
        assert_eq!(
            judge(&info("", 0, None), &bot(None), now()).verdict,
            Verdict::Good
        );
        let finding = judge(&info("https://other.example/x", 0, None), &bot(None), now());
        assert_eq!(finding.verdict, Verdict::Bad);
        assert!(finding.says.contains("other.example"), "{finding:?}");
    }
}
