//! A Bot API that refuses now and then.

use rstest::rstest;
use sesame_sandbox::bots::Message;

use crate::stage::{Stage, labels, until, words};

#[rstest]
#[case(429, Some(1))]
#[case(502, None)]
#[case(500, None)]
#[tokio::test]
async fn an_answer_that_is_refused_for_a_moment_is_tried_again(
    #[case] code: u16,
    #[case] retry_after: Option<u64>,
) {
    let (stage, _bot) = Stage::new().await;
    stage.fault("sendMessage", code, retry_after);
    let answer = stage.ask("/help").await;
    assert!(words(&answer).contains("/accounts"), "{answer:?}");
    assert_eq!(stage.said().len(), 1);
}

#[tokio::test]
async fn an_answer_whose_fate_is_unknown_is_said_twice_at_most() {
    let (stage, _bot) = Stage::new().await;
    for _ in 0..5 {
        stage.fault("sendMessage", 0, None);
    }
    stage.ask("/help").await;
    until("a second attempt", || stage.said().len() == 2).await;
    stage.sandbox.bot().clear_faults();
    stage.ask("/privacy").await;
    assert_eq!(stage.said().len(), 3);
}

async fn question(stage: &Stage) -> Message {
    stage.link();
    stage.ask("/unlink").await
}

async fn toast(stage: &Stage) {
    let chat = || stage.sandbox.bot().chat_of(stage.person.id).unwrap();
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
    let (stage, _bot) = Stage::new().await;
    let question = question(&stage).await;
    stage.fault("editMessageText", code, retry_after);
    let done = stage.press(&question, "Unlink").await;
    assert!(words(&done).contains("is unlinked"), "{done:?}");
    assert!(labels(&done).is_empty());
    assert_eq!(stage.said().len(), 1, "edited in place, not said again");
    toast(&stage).await;
}

#[rstest]
#[case("Bad Request: message can't be edited")]
#[case("Bad Request: message to edit not found")]
#[case("Bad Request: MESSAGE_ID_INVALID")]
#[tokio::test]
async fn what_cannot_be_said_in_place_is_said_anew(#[case] refusal: &str) {
    let (stage, _bot) = Stage::new().await;
    let question = question(&stage).await;
    stage.refuse("editMessageText", 400, refusal, 1);
    stage.tap(&stage.person, question.message_id, "Unlink");
    let done = stage.answer_after(question.message_id).await;
    assert!(words(&done).contains("is unlinked"), "{done:?}");
    let gone = || stage.message(question.message_id).is_none();
    until("no more buttons to press", gone).await;
    assert_eq!(stage.accounts.unlinked.lock().unwrap().len(), 1);
    toast(&stage).await;
}

#[tokio::test]
async fn what_telegram_will_not_let_be_changed_for_long_is_said_anew() {
    let (stage, _bot) = Stage::new().await;
    let question = question(&stage).await;
    stage.fault("editMessageText", 429, Some(300));
    stage.tap(&stage.person, question.message_id, "Keep");
    let kept = stage.answer_after(question.message_id).await;
    assert!(words(&kept).contains("stays linked"), "{kept:?}");
}

#[tokio::test]
async fn a_message_that_is_as_it_should_be_is_no_failure() {
    let (stage, _bot) = Stage::new().await;
    let question = question(&stage).await;
    let words = "Bad Request: message is not modified: specified new message content is the same";
    stage.refuse("editMessageText", 400, words, 1);
    stage.tap(&stage.person, question.message_id, "Keep");
    toast(&stage).await;
    stage.ask("/help").await;
    assert_eq!(stage.said().len(), 2, "the question and the help");
}

#[tokio::test]
async fn a_pressed_button_stops_waiting_whatever_happens() {
    let (stage, _bot) = Stage::new().await;
    let question = question(&stage).await;
    *stage.people.broken.lock().unwrap() = true;
    stage.fault("answerCallbackQuery", 429, Some(1));
    stage.tap(&stage.person, question.message_id, "Unlink");
    let sorry = stage.answer_after(question.message_id).await;
    assert!(words(&sorry).contains("our fault"), "{sorry:?}");
    toast(&stage).await;
}
