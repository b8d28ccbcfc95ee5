//! Erasing everything about oneself, button by button.

use chrono::TimeDelta;
use sesame_domain::audit::Actor;
use sesame_sandbox::bots::Message;

use crate::stage::{Stage, labels, words};

async fn question(stage: &Stage) -> Message {
    let question = stage.ask("/erase").await;
    assert!(words(&question).contains("What stays:"), "{question:?}");
    assert_eq!(labels(&question), ["Erase everything", "Keep"]);
    question
}

#[tokio::test]
async fn erase_is_done_once_confirmed_and_the_question_becomes_the_receipt() {
    let (stage, _bot) = Stage::new().await;
    stage.link();
    let question = question(&stage).await;
    assert!(stage.accounts.erased.lock().unwrap().is_empty());
    let receipt = stage.press(&question, "Erase everything").await;
    for line in [
        "Everything about you is erased.",
        "Receipt: 00000000-0000-0000-0000-000000000007",
        "When: 15 January 2027, 08:00 UTC",
        "Accounts unlinked: 1",
        "Attempts to link erased: 0",
        "Record kept until: 19 February 2028",
        "being logged out at Telegram",
    ] {
        assert!(words(&receipt).contains(line), "{line}: {receipt:?}");
    }
    assert!(!words(&receipt).contains("backups"), "there are none");
    assert!(labels(&receipt).is_empty());
    let erased = stage.accounts.erased.lock().unwrap().clone();
    assert_eq!(erased, [(stage.owner(), Actor::Owner)]);
    assert!(stage.accounts.linked.lock().unwrap().is_empty());
    assert_eq!(stage.said().len(), 1, "edited in place, not said again");
}

#[tokio::test]
async fn keep_erases_nothing() {
    let (stage, _bot) = Stage::new().await;
    stage.link();
    let question = question(&stage).await;
    let kept = stage.press(&question, "Keep").await;
    assert!(words(&kept).contains("Nothing was erased"), "{kept:?}");
    assert!(labels(&kept).is_empty());
    assert!(stage.accounts.erased.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_question_from_long_ago_erases_nothing() {
    let (stage, _bot) = Stage::new().await;
    stage.link();
    let question = question(&stage).await;
    stage.clock.advance(TimeDelta::minutes(11));
    let late = stage.press(&question, "Erase everything").await;
    assert!(words(&late).contains("out of date"), "{late:?}");
    assert!(labels(&late).is_empty());
    assert!(stage.accounts.erased.lock().unwrap().is_empty());
}

#[tokio::test]
async fn when_erasing_fails_the_question_stays() {
    let (stage, _bot) = Stage::new().await;
    stage.link();
    let question = question(&stage).await;
    *stage.accounts.broken.lock().unwrap() = true;
    stage.tap(&stage.person, question.message_id, "Erase everything");
    let sorry = stage.answer_after(question.message_id).await;
    assert!(words(&sorry).contains("our fault"), "{sorry:?}");
    *stage.accounts.broken.lock().unwrap() = false;
    let receipt = stage.press(&question, "Erase everything").await;
    assert!(words(&receipt).contains("is erased"), "{receipt:?}");
}
