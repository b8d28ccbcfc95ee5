//! Rules that every catalogue keeps.

use chrono::{DateTime, TimeDelta};
use rstest::rstest;
use sesame_domain::account::DeathCause;
use sesame_domain::disclosure::Disclosure;
use sesame_domain::login::Failure;
use sesame_domain::notice::NoticeKind;
use sesame_domain::retention::Expiry;
use sesame_domain::time::Timestamp;
use sesame_words::{BotWords, Language};

use super::{description, notice, notice_button};

fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn english() -> BotWords {
    Language::ENGLISH.bot()
}

#[test]
fn the_profile_text_fits() {
    // Source: core.telegram.org/bots/api#setmyshortdescription.
    assert!(english().short_description().chars().count() <= 120);
    // The longest that whoever runs the bot may say of it.
    let disclosure = Disclosure {
        purpose: Some("p".repeat(240)),
        operator: Some("o".repeat(64)),
        ..Disclosure::default()
    };
    for language in Language::all() {
        let said = description(language.bot(), &disclosure);
        // Source: core.telegram.org/bots/api#setmydescription.
        assert!(said.chars().count() <= 512, "{said}");
    }
}

#[test]
fn a_freeze_and_its_end_are_told_with_what_can_be_done() {
    let frozen = notice(english(), &NoticeKind::AccountFrozen, noon());
    assert!(frozen.as_str().contains("appeal"), "{frozen:?}");
    let thawed = notice(english(), &NoticeKind::AccountThawed, noon());
    assert!(thawed.as_str().contains("works again"), "{thawed:?}");
    assert_eq!(notice_button(english(), &NoticeKind::AccountFrozen), None);
}

/// What ends a session, the words that name it, the way out, and whether linking
/// again is offered.
#[rstest]
#[case(DeathCause::Revoked, "ended in Settings", "Link it again", true)]
#[case(DeathCause::Banned, "banned", "Telegram's support", false)]
#[case(DeathCause::Deleted, "deleted", "/unlink", false)]
#[case(DeathCause::Duplicated, "two places", "Link it again", true)]
#[case(DeathCause::Expired, "lapse", "Link it again", true)]
#[case(
    DeathCause::Unreadable,
    "can no longer be opened",
    "Link it again",
    true
)]
fn what_ended_a_session_is_told_with_the_way_out(
    #[case] cause: DeathCause,
    #[case] names: &str,
    #[case] way_out: &str,
    #[case] links: bool,
) {
    let kind = NoticeKind::session_died(cause);
    let told = notice(english(), &kind, noon());
    assert!(told.as_str().contains(names), "{told:?}");
    assert!(told.as_str().contains(way_out), "{told:?}");
    assert_eq!(notice_button(english(), &kind).is_some(), links);
    assert_eq!(cause.can_link_again(), links);
}

#[test]
fn an_end_of_a_newer_program_is_told_with_the_usual_way_out() {
    let kind = NoticeKind::SessionDied {
        cause: "moved_away".to_owned(),
    };
    let told = notice(english(), &kind, noon());
    assert!(told.as_str().contains("Link it again"), "{told:?}");
    assert!(notice_button(english(), &kind).is_some());
}

#[rstest]
#[case(Failure::WrongAccount, "another account")]
#[case(Failure::Flood { until: noon() + TimeDelta::minutes(7) }, "in 7 min")]
#[case(Failure::Frozen, "froze")]
#[case(Failure::Banned, "banned")]
#[case(Failure::LoginBudget { until: noon() + TimeDelta::hours(3) }, "in 3 h")]
#[case(Failure::TelegramUnavailable { until: None }, "in a few minutes")]
#[case(Failure::TelegramUnavailable { until: Some(noon() + TimeDelta::minutes(2)) }, "in 2 min")]
#[case(Failure::PasswordAttempts, "password")]
#[case(Failure::PasswordRemoved, "removed meanwhile")]
#[case(Failure::Revoked, "other device")]
#[case(Failure::AppRefused, "whoever runs it")]
#[case(Failure::Internal, "our fault")]
fn each_failure_has_its_own_words(#[case] failure: Failure, #[case] words: &str) {
    let said = notice(english(), &NoticeKind::LoginFailed { failure }, noon());
    assert!(said.as_str().contains(words), "{said}");
}

#[rstest]
#[case(DeathCause::Revoked, "Devices")]
#[case(DeathCause::Banned, "banned")]
#[case(DeathCause::Deleted, "deleted")]
#[case(DeathCause::Duplicated, "two places")]
#[case(DeathCause::Expired, "lapse")]
#[case(DeathCause::Unreadable, "opened")]
fn each_cause_of_death_has_its_own_words(#[case] cause: DeathCause, #[case] words: &str) {
    let said = notice(english(), &NoticeKind::session_died(cause), noon());
    assert!(said.as_str().contains(words), "{said}");
}

#[rstest]
#[case(Expiry::Unused, "not used")]
#[case(Expiry::TooOld, "limited time")]
#[case(Expiry::Dead, "stopped working")]
fn each_reason_not_to_keep_an_account_has_its_own_words(
    #[case] expiry: Expiry,
    #[case] words: &str,
) {
    let kind = NoticeKind::expired(expiry);
    let said = notice(english(), &kind, noon());
    assert!(said.as_str().contains(words), "{said}");
    let button = notice_button(english(), &kind);
    assert_eq!(button.as_deref(), Some("Link again"));
}

#[test]
fn a_reason_from_a_newer_version_still_makes_a_notice() {
    let reason = "of_another_time".to_owned();
    let said = notice(english(), &NoticeKind::Expired { reason }, noon());
    assert!(said.as_str().contains("not kept any longer"), "{said}");
}

#[test]
fn waiting_is_only_offered_where_trying_again_helps() {
    let button = |failure| notice_button(english(), &NoticeKind::LoginFailed { failure });
    assert!(button(Failure::WrongAccount).is_some());
    assert!(button(Failure::Frozen).is_none());
    assert!(button(Failure::Flood { until: noon() }).is_none());
}
