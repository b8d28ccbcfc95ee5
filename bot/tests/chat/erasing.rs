//! Erasing everything about oneself, button by button.

use chrono::TimeDelta;
use sesame_domain::audit::Actor;
use sesame_sandbox::bots::Message;

use crate::fixture::{Fixture, labels, words};

async fn question(fixture: &Fixture) -> Message {
    let question = fixture.ask("/erase").await;
    assert!(words(&question).contains("What stays:"), "{question:?}");
    assert_eq!(labels(&question), ["Erase everything", "Keep"]);
    question
}

#[tokio::test]
async fn erase_is_done_once_confirmed_and_the_question_becomes_the_receipt() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let question = question(&fixture).await;
    assert!(fixture.accounts.erased.lock().unwrap().is_empty());
    let receipt = fixture.press(&question, "Erase everything").await;
    for line in [
        "Everything about you is erased.",
        "Receipt: 00000000-0000-0000-0000-000000000007",
        "When: 15 January 2027, 08:00 UTC",
        "Your account: unlinked",
        "Attempts to link erased: 0",
        "Record kept until: 19 February 2028",
        "being logged out at Telegram",
    ] {
        assert!(words(&receipt).contains(line), "{line}: {receipt:?}");
    }
    assert!(!words(&receipt).contains("backups"), "there are none");
    assert!(labels(&receipt).is_empty());
    let erased = fixture.accounts.erased.lock().unwrap().clone();
    assert_eq!(erased, [(fixture.owner(), Actor::Owner)]);
    assert!(fixture.accounts.linked.lock().unwrap().is_empty());
    assert_eq!(fixture.said().len(), 1, "edited in place, not said again");
}

#[tokio::test]
async fn keep_erases_nothing() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let question = question(&fixture).await;
    let kept = fixture.press(&question, "Keep").await;
    assert!(words(&kept).contains("Nothing was erased"), "{kept:?}");
    assert!(labels(&kept).is_empty());
    assert!(fixture.accounts.erased.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_question_from_long_ago_erases_nothing() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let question = question(&fixture).await;
    fixture.clock.advance(TimeDelta::minutes(11));
    let late = fixture.press(&question, "Erase everything").await;
    assert!(words(&late).contains("out of date"), "{late:?}");
    assert!(labels(&late).is_empty());
    assert!(fixture.accounts.erased.lock().unwrap().is_empty());
}

#[tokio::test]
async fn when_erasing_fails_the_question_stays() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    let question = question(&fixture).await;
    *fixture.accounts.broken.lock().unwrap() = true;
    fixture.tap(&fixture.person, question.message_id, "Erase everything");
    let sorry = fixture.answer_after(question.message_id).await;
    assert!(words(&sorry).contains("our fault"), "{sorry:?}");
    *fixture.accounts.broken.lock().unwrap() = false;
    let receipt = fixture.press(&question, "Erase everything").await;
    assert!(words(&receipt).contains("is erased"), "{receipt:?}");
}
