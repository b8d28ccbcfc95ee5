//! What the pages of an export say.

#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;
use rstest::rstest;
use sesame_domain::export::{ExportWords as _, Phrase, PhraseId};
use sesame_words::Language;

fn say(phrase: Phrase<'_>) -> String {
    Language::ENGLISH.export().say(&phrase)
}

#[test]
fn every_phrase_has_its_words_whatever_is_put_into_it() {
    for id in PhraseId::ALL {
        for count in [0, 1, 2, u64::MAX] {
            let said = say(Phrase::new(*id).name("Ann").what("<x>").count(count));
            assert!(
                !said.is_empty() && !said.contains(['{', '$']),
                "{id:?}: {said}"
            );
            assert_ne!(said, id.as_str());
        }
    }
}

#[test]
fn what_happened_names_who_did_it() {
    // What happened by itself, or to someone.
    let by_no_one = [
        PhraseId::DidGiftCodePrize,
        PhraseId::DidGiveawayResults,
        PhraseId::DidStarsPrize,
        PhraseId::DidSuggestedPostRefund,
    ];
    for id in PhraseId::ALL
        .iter()
        .filter(|id| id.as_str().starts_with("did-"))
    {
        let said = say(Phrase::new(*id).name("Ann").what("x").count(2));
        assert_eq!(said.contains("Ann"), !by_no_one.contains(id), "{said}");
    }
}

#[rstest]
#[case(PhraseId::Views, 1, "1 view")]
#[case(PhraseId::Views, 1200, "1200 views")]
#[case(PhraseId::Votes, 0, "0 votes")]
#[case(PhraseId::Votes, 1, "1 vote")]
#[case(PhraseId::Giveaway, 0, "Giveaway")]
#[case(PhraseId::Giveaway, 1, "Giveaway of 1 prize")]
#[case(PhraseId::GiveawayResults, 3, "The giveaway is over: 3 winners")]
#[case(PhraseId::PaidMedia, 1, "Paid for with 1 Star")]
#[case(PhraseId::DidSendStarGift, 0, "Ann sent a gift")]
#[case(PhraseId::DidSendStarGift, 25, "Ann sent a gift for 25 Stars")]
#[case(PhraseId::DidBoostApply, 1, "Ann boosted the chat")]
#[case(PhraseId::DidBoostApply, 3, "Ann boosted the chat 3 times")]
#[case(PhraseId::DidPaidMessagesPriceChange, 0, "Ann made messages free")]
#[case(
    PhraseId::DidSetMessagesTtl,
    86_400,
    "Ann set messages to delete themselves after 1 day"
)]
fn numbers_are_said_in_their_plural(#[case] id: PhraseId, #[case] count: u64, #[case] said: &str) {
    assert_eq!(say(Phrase::new(id).name("Ann").count(count)), said);
}

#[rstest]
#[case(PhraseId::DidPhoneCall, "missed", "Ann called: missed")]
#[case(PhraseId::DidPhoneCall, "hangup", "Ann called: not answered")]
#[case(PhraseId::DidPhoneCall, "of a later layer", "Ann called: not answered")]
#[case(PhraseId::DidTopicChange, "closed", "Ann closed the topic")]
#[case(
    PhraseId::DidNoForwardsToggle,
    "on",
    "Ann no longer allows copies of messages"
)]
#[case(PhraseId::ChatKind, "public_channel", "Public channel")]
#[case(PhraseId::ChatKind, "of a later version", "Chat")]
fn words_are_chosen_by_what_happened(#[case] id: PhraseId, #[case] what: &str, #[case] said: &str) {
    assert_eq!(say(Phrase::new(id).name("Ann").what(what)), said);
}

#[test]
fn names_stand_as_they_are() {
    let said = say(Phrase::new(PhraseId::Forwarded).name("<b>{ $name }</b>"));
    assert_eq!(said, "Forwarded from <b>{ $name }</b>");
}

#[test]
fn days_and_moments_are_those_of_the_clocks_that_they_are_read_from() {
    let words = Language::ENGLISH.export();
    let day = NaiveDate::from_ymd_opt(2027, 1, 5).unwrap();
    assert_eq!(words.day(day), "5 January 2027");
    assert_eq!(words.day_of_year(2, 29), "29 February");
    let at = day.and_hms_opt(9, 5, 59).unwrap();
    assert_eq!(words.moment(at), "5 January 2027, 09:05");
    assert_eq!(words.tag(), "en");
}
