//! Updates that the library cannot read.

use rstest::rstest;
use serde_json::{Value, json};

use crate::fixture::{Fixture, until, words};

/// A message of a kind that does not exist yet.
fn brand_new(fixture: &Fixture) -> Value {
    let mut message = fixture.raw_message(77);
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
    let fixture = Fixture::empty().await;
    let mut unreadable = brand_new(&fixture);
    unreadable[field] = value;
    // All in one batch.
    let first = fixture.say("/help");
    fixture.push(json!({"message": unreadable}));
    fixture.push(json!({"something_else": 17}));
    let last = fixture.say("/privacy");
    let bot = fixture.bot(None);
    fixture.running(&bot).await;
    until("three answers", || fixture.said().len() == 3).await;
    let said: Vec<_> = fixture
        .said()
        .iter()
        .map(|it| words(it).to_owned())
        .collect();
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
    let (fixture, _bot) = Fixture::new().await;
    let code = fixture.say("see");
    let hint = fixture.answer_after(code).await;
    let mut message = brand_new(&fixture);
    message["message_id"] = code.into();
    message["text"] = "my code is 64381".into();
    fixture.push(json!({"message": message}));
    let warning = fixture.answer_after(hint.message_id).await;
    assert!(
        words(&warning).starts_with("Never send login codes"),
        "{warning:?}"
    );
    assert!(fixture.message(code).is_none());
}

#[rstest]
#[case(json!({"id": -100_123, "type": "supergroup", "title": "Friends"}))]
#[case(json!({"id": -100_123, "type": "channel", "title": "News"}))]
#[tokio::test]
async fn outside_of_private_chats_it_stays_silent(#[case] chat: Value) {
    let (fixture, _bot) = Fixture::new().await;
    let mut message = brand_new(&fixture);
    message["chat"] = chat;
    fixture.push(json!({"message": message}));
    fixture.ask("/help").await;
    assert_eq!(fixture.sandbox.bot().calls_of("sendMessage").len(), 1);
}

#[tokio::test]
async fn a_button_that_cannot_be_read_stops_waiting() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.push(json!({"callback_query": {
        "id": "9", "from": {"id": fixture.person.id, "is_bot": false}, "brand_new": {},
    }}));
    let answered = || fixture.sandbox.bot().calls_of("answerCallbackQuery");
    until("an answered press", || answered().len() == 1).await;
    assert_eq!(answered()[0].params["callback_query_id"], "9");
}
