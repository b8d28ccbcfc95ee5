//! Whether updates reach Sesame, as Telegram sees it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use sesame_bot::UPDATE_KINDS;
use sesame_domain::time::{Clock, SystemClock};
use url::Url;

use super::finding::Finding;

const WEBHOOK: &str = "webhook";
/// How old a failure may be that still tells how things are now, if updates
/// wait: Telegram tries again within minutes.
const RECENT: TimeDelta = TimeDelta::hours(1);

/// The answer to `getWebhookInfo`.
/// <https://core.telegram.org/bots/api#webhookinfo>
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Info {
    #[serde(default)]
    url: String,
    #[serde(default)]
    pending_update_count: u64,
    last_error_date: Option<i64>,
    last_error_message: Option<String>,
    allowed_updates: Option<Vec<String>>,
}

/// What is wrong, or not, with how updates come in: to this address, or, if
/// absent, by polling.
pub(super) fn verdict(info: &Info, ours: Option<&Url>) -> Finding {
    judge(info, ours, SystemClock.now())
}

fn judge(info: &Info, ours: Option<&Url>, now: DateTime<Utc>) -> Finding {
    let Some(ours) = ours else {
        return by_polling(info);
    };
    if info.url.is_empty() {
        return Finding::bad(
            WEBHOOK,
            format!("none is set: the bot hears nothing ({})", waiting(info)),
            "`sesame serve` sets it when it starts, and again when another program deletes it: \
             does it run?",
        );
    }
    if Url::parse(&info.url).ok().as_ref() != Some(ours) {
        return Finding::bad(
            WEBHOOK,
            format!(
                "leads to {}, not to PUBLIC_URL: the bot hears nothing",
                host(info)
            ),
            "end the other program that uses BOT_TOKEN, or give it a bot of its own; then restart \
             `sesame serve`",
        );
    }
    if let Some(failing) = failing(info, now) {
        return failing;
    }
    let missing = missing(info);
    if !missing.is_empty() {
        return Finding::warning(
            WEBHOOK,
            format!("brings no {}", missing.join(", ")),
            "`sesame serve` sets it again within a minute: does it run?",
        );
    }
    let last =
        last_failure(info).map_or_else(String::new, |last| format!("; last failure: {last}"));
    Finding::good(
        WEBHOOK,
        format!("leads here, with a secret ({}{last})", waiting(info)),
    )
}

fn by_polling(info: &Info) -> Finding {
    if info.url.is_empty() {
        return Finding::good(WEBHOOK, format!("none: Sesame polls ({})", waiting(info)));
    }
    Finding::bad(
        WEBHOOK,
        format!(
            "one is set to {}: as long as it is, polling brings nothing",
            host(info)
        ),
        "end the other program that uses BOT_TOKEN; `sesame serve` deletes the webhook (or set \
         WEBHOOK_SECRET for one of its own)",
    )
}

fn failing(info: &Info, now: DateTime<Utc>) -> Option<Finding> {
    let failed_at = DateTime::from_timestamp(info.last_error_date?, 0)?;
    if info.pending_update_count == 0 || now - failed_at > RECENT {
        return None;
    }
    let says = format!(
        "Telegram cannot deliver: {} ({})",
        last_failure(info)?,
        waiting(info)
    );
    let words = info.last_error_message.as_deref().unwrap_or_default();
    Some(Finding::bad(
        WEBHOOK,
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

fn last_failure(info: &Info) -> Option<String> {
    let at = DateTime::from_timestamp(info.last_error_date?, 0)?;
    let words = info.last_error_message.as_deref();
    let words = words.unwrap_or("no reason is given");
    Some(format!("{words}, {}", at.format("%Y-%m-%d %H:%M:%S UTC")))
}

fn missing(info: &Info) -> Vec<&'static str> {
    match info.allowed_updates.as_deref() {
        None | Some([]) => Vec::new(),
        Some(kinds) => UPDATE_KINDS
            .into_iter()
            .filter(|kind| !kinds.iter().any(|it| it == kind))
            .collect(),
    }
}

fn waiting(info: &Info) -> String {
    match info.pending_update_count {
        0 => "no updates wait".to_owned(),
        1 => "1 update waits".to_owned(),
        count => format!("{count} updates wait"),
    }
}

/// The host and no more: the rest of another program's address may be secret.
fn host(info: &Info) -> String {
    let url = Url::parse(&info.url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or("an address that cannot be read").to_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::finding::Verdict;
    use super::*;

    const NOON: i64 = 1_800_000_000;
    const OURS: &str = "https://e.org/telegram/main";

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(NOON, 0).unwrap()
    }

    fn info(url: &str, pending: u64, failed: Option<(i64, &str)>) -> Info {
        Info {
            url: url.to_owned(),
            pending_update_count: pending,
            last_error_date: failed.map(|(seconds, _)| NOON + seconds),
            last_error_message: failed.map(|(_, words)| words.to_owned()),
            allowed_updates: None,
        }
    }

    #[rstest]
    #[case(info(OURS, 0, None), Verdict::Good, "leads here")]
    #[case(info(OURS, 1, Some((-90_000, "Timeout"))), Verdict::Good, "Timeout, 2027-01-14")]
    #[case(
        info("", 3, None),
        Verdict::Bad,
        "none is set: the bot hears nothing (3 updates wait)"
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
        #[case] info: Info,
        #[case] verdict: Verdict,
        #[case] says: &str,
    ) {
        let finding = judge(&info, Some(&OURS.parse().unwrap()), now());
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.says.contains(says), "{finding:?}");
        assert!(!finding.says.contains("secret)") || verdict == Verdict::Good);
    }

    #[test]
    fn a_secret_that_differs_is_named() {
        let words = "Wrong response from the webhook: 401 Unauthorized";
        let info = info(OURS, 2, Some((-60, words)));
        let finding = judge(&info, Some(&OURS.parse().unwrap()), now());
        assert!(finding.advice.unwrap().contains("WEBHOOK_SECRET"));
    }

    #[test]
    fn kinds_of_updates_that_are_missing_are_named() {
        let mut info = info(OURS, 0, None);
        info.allowed_updates = Some(vec!["message".to_owned(), "my_chat_member".to_owned()]);
        let finding = judge(&info, Some(&OURS.parse().unwrap()), now());
        assert_eq!(finding.verdict, Verdict::Warning);
        assert!(
            finding.says.contains("edited_message, callback_query"),
            "{finding:?}"
        );
    }

    #[test]
    fn who_polls_needs_that_there_is_no_webhook() {
        assert_eq!(
            judge(&info("", 0, None), None, now()).verdict,
            Verdict::Good
        );
        let finding = judge(&info("https://other.example/x", 0, None), None, now());
        assert_eq!(finding.verdict, Verdict::Bad);
        assert!(finding.says.contains("other.example"), "{finding:?}");
    }
}
