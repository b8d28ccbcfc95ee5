//! Whether the Bot API answers, and knows the bot.

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("bot_api", Group::Telegram, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Silent = "silent",
    TokenRefused = "token_refused",
    OtherAnswer = "other_answer",
}

const ABOUT: &str = "bot api";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(bot) = &ports.bot else {
        return Vec::new();
    };
    let finding = match bot.api.me().await {
        Ok(answer) => verdict(answer.status),
        Err(why) => Finding::bad(
            ABOUT,
            Why::Silent,
            format!("does not answer: {why}"),
            "is this machine online, and BOT_API_URL right?",
        ),
    };
    vec![finding]
}

fn verdict(status: u16) -> Finding {
    match status {
        200 => Finding::good(ABOUT, "answers, and knows the bot"),
        401 | 404 => Finding::bad(
            ABOUT,
            Why::TokenRefused,
            "does not accept BOT_TOKEN",
            "ask @BotFather for the token: it may have been revoked",
        ),
        status => Finding::warning(
            ABOUT,
            Why::OtherAnswer,
            format!("answers with {status}"),
            "try again later",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn a_token_that_is_not_accepted_is_told_from_an_outage() {
        assert_eq!(verdict(200).verdict, Verdict::Good);
        assert_eq!(verdict(401).reason, "token_refused");
        assert_eq!(verdict(404).reason, "token_refused");
        assert_eq!(verdict(502).verdict, Verdict::Warning);
    }
}
