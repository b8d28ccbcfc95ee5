//! Rules that every catalogue keeps.

use chrono::{DateTime, TimeDelta};
use rstest::rstest;
use sesame_domain::account::DeathCause;
use sesame_domain::login::Failure;
use sesame_domain::notice::NoticeKind;
use sesame_domain::retention::Expiry;
use sesame_domain::time::Timestamp;

use super::Texts;

fn noon() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

#[test]
fn names_that_look_like_markup_stay_names() {
    let texts = Texts::English;
    for words in [
        texts.welcome("<b>&"),
        texts.ask_unlink("<b>&"),
        texts.unlinked("<b>&"),
        texts.kept("<b>&"),
        texts.notice(
            &NoticeKind::Linked {
                device: "<b>&".to_owned(),
            },
            noon(),
        ),
    ] {
        assert!(words.contains("&lt;b&gt;&amp;"), "{words}");
    }
}

#[test]
fn the_profile_text_fits() {
    // Source: core.telegram.org/bots/api#setmyshortdescription.
    assert!(Texts::English.short_description().chars().count() <= 120);
}

#[rstest]
#[case(Failure::WrongAccount, "another account")]
#[case(Failure::Flood { until: noon() + TimeDelta::minutes(7) }, "in 7 min")]
#[case(Failure::Frozen, "froze")]
#[case(Failure::Banned, "banned")]
#[case(Failure::LoginBudget { until: noon() + TimeDelta::hours(3) }, "in 3 h")]
#[case(Failure::TelegramUnavailable, "did not answer")]
#[case(Failure::PasswordAttempts, "password")]
#[case(Failure::PasswordRemoved, "removed meanwhile")]
#[case(Failure::Revoked, "other device")]
#[case(Failure::AppRefused, "whoever runs it")]
#[case(Failure::Internal, "our fault")]
fn each_failure_has_its_own_words(#[case] failure: Failure, #[case] words: &str) {
    let notice = Texts::English.notice(&NoticeKind::LoginFailed { failure }, noon());
    assert!(notice.contains(words), "{notice}");
}

#[rstest]
#[case(DeathCause::Revoked, "Devices")]
#[case(DeathCause::Banned, "banned")]
#[case(DeathCause::Deleted, "deleted")]
#[case(DeathCause::Duplicated, "two places")]
#[case(DeathCause::Unreadable, "opened")]
fn each_cause_of_death_has_its_own_words(#[case] cause: DeathCause, #[case] words: &str) {
    let notice = Texts::English.notice(&NoticeKind::session_died(cause), noon());
    assert!(notice.contains(words), "{notice}");
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
    let notice = Texts::English.notice(&kind, noon());
    assert!(notice.contains(words), "{notice}");
    assert_eq!(Texts::English.notice_button(&kind), Some("Link again"));
}

#[test]
fn a_reason_from_a_newer_version_still_makes_a_notice() {
    let reason = "of_another_time".to_owned();
    let notice = Texts::English.notice(&NoticeKind::Expired { reason }, noon());
    assert!(notice.contains("not kept any longer"), "{notice}");
}

#[test]
fn waiting_is_only_offered_where_trying_again_helps() {
    let button = |failure| Texts::English.notice_button(&NoticeKind::LoginFailed { failure });
    assert!(button(Failure::WrongAccount).is_some());
    assert!(button(Failure::Frozen).is_none());
    assert!(button(Failure::Flood { until: noon() }).is_none());
}
