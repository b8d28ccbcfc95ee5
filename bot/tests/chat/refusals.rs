//! A Bot API that refuses now and then.

use rstest::rstest;
use sesame_sandbox::bots::Message;

use crate::fixture::{Fixture, labels, until, words};

#[rstest]
#[case(429, Some(1))]
#[case(502, None)]
#[case(500, None)]
#[tokio::test]
async fn an_answer_that_is_refused_for_a_moment_is_tried_again(
    #[case] code: u16,
    #[case] retry_after: Option<u64>,
) {
    let (fixture, _bot) = Fixture::new().await;
    fixture.fault("sendMessage", code, retry_after);
    let answer = fixture.ask("/help").await;
    assert!(words(&answer).contains("/accounts"), "{answer:?}");
    assert_eq!(fixture.said().len(), 1);
}

#[tokio::test]
async fn an_answer_whose_fate_is_unknown_is_said_twice_at_most() {
    let (fixture, _bot) = Fixture::new().await;
    for _ in 0..5 {
        fixture.fault("sendMessage", 0, None);
    }
    fixture.ask("/help").await;
    until("a second attempt", || fixture.said().len() == 2).await;
    fixture.sandbox.bot().clear_faults();
    fixture.ask("/privacy").await;
    assert_eq!(fixture.said().len(), 3);
}

async fn question(fixture: &Fixture) -> Message {
    fixture.link();
    fixture.ask("/unlink").await
}

async fn toast(fixture: &Fixture) {
    let chat = || fixture.sandbox.bot().chat_of(fixture.person.id).unwrap();
    until("an acknowledged press", || chat().toasts.len() == 1).await;
}

#[rstest]
#[case(429, Some(1))]
#[case(502, None)]
#[case(0, None)]
#[tokio::test]
async fn a_message_that_cannot_be_changed_for_a_moment_is_changed_later(
    #[case] code: u16,
    #[case] retry_after: Option<u64>,
) {
    let (fixture, _bot) = Fixture::new().await;
    let question = question(&fixture).await;
    fixture.fault("editMessageText", code, retry_after);
    let done = fixture.press(&question, "Unlink").await;
    assert!(words(&done).contains("is unlinked"), "{done:?}");
    assert!(labels(&done).is_empty());
    assert_eq!(fixture.said().len(), 1, "edited in place, not said again");
    toast(&fixture).await;
}

#[rstest]
#[case("Bad Request: message can't be edited")]
#[case("Bad Request: message to edit not found")]
#[case("Bad Request: MESSAGE_ID_INVALID")]
#[tokio::test]
async fn what_cannot_be_said_in_place_is_said_anew(#[case] refusal: &str) {
    let (fixture, _bot) = Fixture::new().await;
    let question = question(&fixture).await;
    fixture.refuse("editMessageText", 400, refusal, 1);
    fixture.tap(&fixture.person, question.message_id, "Unlink");
    let done = fixture.answer_after(question.message_id).await;
    assert!(words(&done).contains("is unlinked"), "{done:?}");
    let gone = || fixture.message(question.message_id).is_none();
    until("no more buttons to press", gone).await;
    assert_eq!(fixture.accounts.unlinked.lock().unwrap().len(), 1);
    toast(&fixture).await;
}

#[tokio::test]
async fn what_telegram_will_not_let_be_changed_for_long_is_said_anew() {
    let (fixture, _bot) = Fixture::new().await;
    let question = question(&fixture).await;
    fixture.fault("editMessageText", 429, Some(300));
    fixture.tap(&fixture.person, question.message_id, "Keep");
    let kept = fixture.answer_after(question.message_id).await;
    assert!(words(&kept).contains("stays linked"), "{kept:?}");
}

#[tokio::test]
async fn a_message_that_is_as_it_should_be_is_no_failure() {
    let (fixture, _bot) = Fixture::new().await;
    let question = question(&fixture).await;
    let words = "Bad Request: message is not modified: specified new message content is the same";
    fixture.refuse("editMessageText", 400, words, 1);
    fixture.tap(&fixture.person, question.message_id, "Keep");
    toast(&fixture).await;
    fixture.ask("/help").await;
    assert_eq!(fixture.said().len(), 2, "the question and the help");
}

#[tokio::test]
async fn a_pressed_button_stops_waiting_whatever_happens() {
    let (fixture, _bot) = Fixture::new().await;
    let question = question(&fixture).await;
    *fixture.people.broken.lock().unwrap() = true;
    fixture.fault("answerCallbackQuery", 429, Some(1));
    fixture.tap(&fixture.person, question.message_id, "Unlink");
    let sorry = fixture.answer_after(question.message_id).await;
    assert!(words(&sorry).contains("our fault"), "{sorry:?}");
    toast(&fixture).await;
}
