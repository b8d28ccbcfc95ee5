//! The clock, by the answers of the Bot API.

use chrono::TimeDelta;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{BotAnswer, Ports};

pub(super) const CHECK: Check = Check::new("clock", Group::Telegram, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Off = "off",
}

const ABOUT: &str = "clock";
/// Telegram takes messages whose time is off by no more than 30 s (ahead) or
/// 300 s (behind); the tighter one, with room to spare.
/// <https://core.telegram.org/mtproto/description#message-identifier-msg-id>
const OFF_BY: TimeDelta = TimeDelta::seconds(15);

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(bot) = &ports.bot else {
        return Vec::new();
    };
    let answer = bot.api.me().await.ok();
    let off = answer.and_then(|answer| off(&answer));
    off.map(off_by).into_iter().collect()
}

/// The clock against the moment that an answer names; whole seconds only.
fn off(answer: &BotAnswer) -> Option<TimeDelta> {
    let named = answer.named?;
    Some(if answer.asked > named + TimeDelta::seconds(1) {
        answer.asked - named
    } else if named > answer.answered {
        answer.answered - named
    } else {
        TimeDelta::zero()
    })
}

fn off_by(off: TimeDelta) -> Finding {
    let seconds = off.num_seconds().abs();
    let way = if off < TimeDelta::zero() {
        "behind"
    } else {
        "ahead"
    };
    if off.abs() < OFF_BY {
        Finding::good(ABOUT, "right to within seconds")
    } else {
        Finding::bad(
            ABOUT,
            Why::Off,
            format!("is {seconds} s {way} of Telegram's: codes and logins fail"),
            "run an NTP client (systemd-timesyncd, chrony)",
        )
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn a_clock_that_is_off_is_told() {
        assert_eq!(off_by(TimeDelta::seconds(3)).verdict, Verdict::Good);
        let behind = off_by(TimeDelta::seconds(-40));
        assert_eq!(behind.verdict, Verdict::Bad);
        assert!(behind.says.contains("40 s behind"), "{}", behind.says);
        let ahead = off_by(TimeDelta::seconds(31));
        assert!(ahead.says.contains("31 s ahead"), "{}", ahead.says);
    }

    #[test]
    fn an_answer_that_took_long_says_nothing_against_the_clock() {
        let asked = DateTime::UNIX_EPOCH;
        let answer = |named| BotAnswer {
            status: 200,
            named: Some(asked + TimeDelta::seconds(named)),
            asked,
            answered: asked + TimeDelta::seconds(9),
        };
        assert_eq!(off(&answer(5)), Some(TimeDelta::zero()));
        assert_eq!(off(&answer(-60)), Some(TimeDelta::seconds(60)));
        assert_eq!(off(&answer(69)), Some(TimeDelta::seconds(-60)));
    }
}
