//! Groups, and chats with topics.

use rstest::rstest;
use serde_json::{Value, json};
use sesame_sandbox::bots::MethodCall;

use crate::fixture::{Fixture, until};

const GROUP: i64 = -1_001_234_567_890;

fn group_message(fixture: &Fixture, text: &str, more: &Value) -> Value {
    let mut message = fixture.raw_message(77);
    message["chat"] = json!({"id": GROUP, "type": "supergroup", "title": "Friends"});
    message["text"] = text.into();
    for (name, value) in more.as_object().unwrap() {
        message[name] = value.clone();
    }
    json!({"message": message})
}

fn sent_to(fixture: &Fixture, chat: i64) -> Vec<MethodCall> {
    let mut sent = fixture.sandbox.bot().calls_of("sendMessage");
    sent.retain(|call| call.params["chat_id"] == chat);
    sent
}

#[rstest]
#[case(json!({"message_thread_id": 12, "is_topic_message": true}), json!(12))]
// A thread of answers: no one can write into that.
#[case(json!({"message_thread_id": 12}), Value::Null)]
#[case(json!({}), Value::Null)]
#[tokio::test]
async fn in_a_forum_the_hint_goes_to_the_topic(#[case] place: Value, #[case] topic: Value) {
    let (fixture, _bot) = Fixture::new().await;
    fixture.push(group_message(&fixture, "/Start", &place));
    until("a hint", || !sent_to(&fixture, GROUP).is_empty()).await;
    let hint = &sent_to(&fixture, GROUP)[0];
    assert_eq!(hint.params["message_thread_id"], topic);
    assert_eq!(hint.params["text"], "I talk in private only.");
}

#[tokio::test]
async fn a_group_learns_nothing_of_a_person() {
    let (fixture, _bot) = Fixture::new().await;
    fixture.link();
    for said in [
        "/accounts",
        "/status",
        "/unlink",
        "/erase",
        "/help",
        "/start@other_bot",
        "64381",
    ] {
        fixture.push(group_message(&fixture, said, &json!({})));
    }
    fixture.ask("/help").await;
    assert_eq!(sent_to(&fixture, GROUP), []);
    assert_eq!(fixture.sandbox.bot().calls_of("deleteMessage"), []);
}

#[tokio::test]
async fn in_a_private_topic_the_answer_goes_to_it() {
    let (fixture, _bot) = Fixture::new().await;
    let asked = fixture.say("hello");
    fixture.answer_after(asked).await;
    let mut message = fixture.raw_message(77);
    message["text"] = "/help".into();
    message["message_thread_id"] = 5.into();
    message["is_topic_message"] = true.into();
    fixture.push(json!({"message": message}));
    let person = fixture.person.id;
    until("an answer", || sent_to(&fixture, person).len() == 2).await;
    assert_eq!(sent_to(&fixture, person)[1].params["message_thread_id"], 5);
}

#[tokio::test]
async fn when_the_topic_is_gone_the_answer_goes_to_the_chat() {
    let (fixture, _bot) = Fixture::new().await;
    let asked = fixture.say("hello");
    fixture.answer_after(asked).await;
    fixture.refuse(
        "sendMessage",
        400,
        "Bad Request: message thread not found",
        1,
    );
    let mut message = fixture.raw_message(77);
    message["text"] = "/help".into();
    message["message_thread_id"] = 5.into();
    message["is_topic_message"] = true.into();
    fixture.push(json!({"message": message}));
    let person = fixture.person.id;
    until("two attempts", || sent_to(&fixture, person).len() == 3).await;
    assert_eq!(
        sent_to(&fixture, person)[2].params["message_thread_id"],
        Value::Null
    );
}
