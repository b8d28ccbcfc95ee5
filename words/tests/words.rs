//! Messages as they are said.

#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta};
use sesame_words::{Html, Language};

#[test]
fn names_that_look_like_markup_stay_names() {
    let bot = Language::ENGLISH.bot();
    for words in [
        bot.welcome("<b>&"),
        bot.ask_unlink("<b>&"),
        bot.kept("<b>&"),
        bot.notice_linked("<b>&"),
        // Of words that are no markup, all is escaped that is said as such.
        Html::from(bot.unlink_account_button("<b>&")),
    ] {
        assert!(words.as_str().contains("&lt;b&gt;&amp;"), "{words}");
    }
    assert_eq!(bot.unlink_account_button("<b>&").as_str(), "Unlink <b>&");
}

#[test]
fn names_and_numbers_are_put_in_without_marks_around_them() {
    let words = Language::ENGLISH.bot().welcome("Ann");
    assert!(words.as_str().starts_with("<b>Hello, Ann.</b>\nSesame"));
    assert!(words.as_str().ends_with("at any time."));
}

#[test]
fn arguments_are_not_read_as_messages() {
    let words = Language::ENGLISH.bot().kept("{ $name } { hint }");
    assert!(words.as_str().contains("<b>{ $name } { hint }</b>"));
}

#[test]
fn what_a_message_chooses_by_may_be_from_another_time() {
    let bot = Language::ENGLISH.bot();
    let hour = TimeDelta::hours(1);
    let banned = bot.account_stopped(hour, "banned");
    assert!(banned.as_str().contains("1 h ago: Telegram banned"));
    let unknown = bot.account_stopped(hour, "of_another_time");
    assert!(unknown.as_str().contains("1 h ago. Link"));
}

#[test]
fn days_are_said_in_words() {
    let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let bot = Language::ENGLISH.bot();
    let until = bot.receipt_record_until(at);
    assert_eq!(until.as_str(), "Record kept until: 15 January 2027");
    let when = bot.receipt_when(at);
    assert_eq!(when.as_str(), "When: 15 January 2027, 08:00 UTC");
}
