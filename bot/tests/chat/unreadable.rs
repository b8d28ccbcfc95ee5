//! Updates that the library cannot read.

use rstest::rstest;
use serde_json::{Value, json};

use crate::stage::{Stage, until, words};

/// A message of a kind that does not exist yet.
fn brand_new(stage: &Stage) -> Value {
    let mut message = stage.raw_message(77);
    message["entities"] = json!([{"type": "brand_new", "offset": "first", "length": {}}]);
    message["text"] = "hello".into();
    message
}

#[rstest]
#[case("entities", json!([{"type": "brand_new", "offset": "first", "length": {}}]))]
#[case("date", json!("today"))]
#[tokio::test]
async fn what_cannot_be_read_is_answered_and_what_comes_with_it_too(
    #[case] field: &str,
    #[case] value: Value,
) {
    let stage = Stage::empty().await;
    let mut unreadable = brand_new(&stage);
    unreadable[field] = value;
    // All in one batch.
    let first = stage.say("/help");
    stage.push(json!({"message": unreadable}));
    stage.push(json!({"something_else": 17}));
    let last = stage.say("/privacy");
    let bot = stage.bot(None);
    stage.running(&bot).await;
    until("three answers", || stage.said().len() == 3).await;
    let said: Vec<_> = stage.said().iter().map(|it| words(it).to_owned()).collect();
    for part in ["/accounts", "could not read that", "AES-256-GCM"] {
        assert!(
            said.iter().any(|words| words.contains(part)),
            "{part}: {said:?}"
        );
    }
    assert!(last > first);
}

#[tokio::test]
async fn a_code_in_what_cannot_be_read_is_deleted() {
    let (stage, _bot) = Stage::new().await;
    let code = stage.say("see");
    let hint = stage.answer_after(code).await;
    let mut message = brand_new(&stage);
    message["message_id"] = code.into();
    message["text"] = "my code is 64381".into();
    stage.push(json!({"message": message}));
    let warning = stage.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(stage.message(code).is_none());
}

#[rstest]
#[case(json!({"id": -100_123, "type": "supergroup", "title": "Friends"}))]
#[case(json!({"id": -100_123, "type": "channel", "title": "News"}))]
#[tokio::test]
async fn outside_of_private_chats_it_stays_silent(#[case] chat: Value) {
    let (stage, _bot) = Stage::new().await;
    let mut message = brand_new(&stage);
    message["chat"] = chat;
    stage.push(json!({"message": message}));
    stage.ask("/help").await;
    assert_eq!(stage.sandbox.bot().calls_of("sendMessage").len(), 1);
}

#[tokio::test]
async fn a_button_that_cannot_be_read_stops_waiting() {
    let (stage, _bot) = Stage::new().await;
    stage.push(json!({"callback_query": {
        "id": "9", "from": {"id": stage.person.id, "is_bot": false}, "brand_new": {},
    }}));
    let answered = || stage.sandbox.bot().calls_of("answerCallbackQuery");
    until("an answered press", || answered().len() == 1).await;
    assert_eq!(answered()[0].params["callback_query_id"], "9");
}
