//! Channels that post by themselves: as they are ordered, and after a restart.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use std::sync::Arc;
use std::time::Duration;

use bot_support::Phone;
use reqwest::Method;
use serde_json::{Value, json};
use sesame_sandbox::SandboxOptions;
use sesame_sandbox::world::Chat;

async fn send(phone: &Phone, method: Method, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}{path}", phone.ready.control);
    let answer = phone.http.request(method, url).json(&body).send();
    let answer = answer.await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// A channel of Alice's that posts this.
async fn posting(phone: &Phone, every_seconds: f64, posts: Value) -> (Arc<Chat>, String) {
    let new = json!({"title": "News", "username": "news", "members": [phone.person("Alice")]});
    let (status, channel) = phone.control("/channels", new).await;
    assert_eq!(status, 201, "{channel}");
    let path = format!("/channels/{}/schedule", channel["id"]);
    let schedule = json!({"every_seconds": every_seconds, "posts": posts});
    let (status, view) = send(phone, Method::PUT, &path, schedule).await;
    assert_eq!(status, 200, "{view}");
    let chat = phone.sandbox.world().chats().by_username("news").unwrap();
    (chat, path)
}

fn texts(chat: &Chat) -> Vec<String> {
    chat.messages(|all| all.oldest_first().map(|it| it.text).collect())
}

async fn take(phone: &Phone, path: &str, count: usize) -> Value {
    let path = format!("{path}/turns");
    let (status, view) = send(phone, Method::POST, &path, json!({"count": count})).await;
    assert_eq!(status, 200, "{view}");
    view
}

/// Waits until a channel has posted so much.
async fn until(chat: &Chat, count: usize) {
    let posted = async {
        while chat.len() < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), posted)
        .await
        .unwrap();
}

fn three() -> Value {
    json!([
        {"post": {"text": "{one|uno} #tag"}},
        {"post": {"text": "two"}},
        {"edit": {"text": "{zwei|dos}"}},
    ])
}

#[tokio::test]
async fn turns_come_by_the_clock_with_its_dates_and_on_command() {
    let phone = Phone::start().await;
    let (chat, path) = posting(&phone, 600.0, three()).await;
    assert!(chat.is_empty());
    let put_on = phone.control("/clock", json!({"seconds": 2_400})).await;
    assert_eq!(put_on.0, 200, "{}", put_on.1);
    until(&chat, 3).await;
    assert_eq!(texts(&chat), ["one #tag", "zwei", "uno #tag"]);
    let dates = chat.messages(|all| all.oldest_first().map(|it| it.date).collect::<Vec<_>>());
    assert_eq!([dates[1] - dates[0], dates[2] - dates[1]], [600, 1_200]);
    // Nobody waits for what pauses, but on command it goes on.
    let (status, view) = send(&phone, Method::PATCH, &path, json!({"on": false})).await;
    assert_eq!((status, &view["on"]), (200, &json!(false)));
    assert_eq!(view["next_at"], Value::Null);
    let view = take(&phone, &path, 3).await;
    assert_eq!(view["taken"], 7);
    assert_eq!(texts(&chat)[3..], ["dos", "one #tag"]);
    let (status, _) = send(&phone, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, 204);
    for method in [Method::GET, Method::DELETE] {
        let (status, _) = send(&phone, method, &path, Value::Null).await;
        assert_eq!(status, 404);
    }
    let (status, _) = send(&phone, Method::PATCH, &path, json!({"on": true})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn what_cannot_be_posted_is_refused_with_its_place() {
    let phone = Phone::start().await;
    let (chat, path) = posting(&phone, 600.0, three()).await;
    let long = json!({"every_seconds": 600, "posts": []});
    for (wrong, reason) in [
        (long, "LIMIT_INVALID"),
        (
            json!({"every_seconds": 0, "posts": three()}),
            "SECONDS_INVALID",
        ),
        (
            json!({"every_seconds": 1e9, "posts": three()}),
            "SECONDS_INVALID",
        ),
        (
            json!({"every_seconds": 1, "posts": [{"post": {"text": "a", "photos": 11}}]}),
            "posts[0]: a post has ten photos at most",
        ),
        (
            json!({"every_seconds": 1, "posts": [{"post": {"text": "a"}}, {"post": {}}]}),
            "posts[1]: a post needs a text or photos",
        ),
        (
            json!({"every_seconds": 1, "posts": [{"delete": {"back": 0}}]}),
            "posts[0]: back counts from 1 on",
        ),
        (
            json!({"every_seconds": 1, "posts": [{"tl_message": {"message": {"media": 5}}}]}),
            "posts[0]: messages[0]",
        ),
    ] {
        let (status, answer) = send(&phone, Method::PUT, &path, wrong.clone()).await;
        assert_eq!(status, 400, "{wrong}: {answer}");
        let said = answer["error"]["message"].as_str().unwrap();
        assert!(said.starts_with(reason), "{wrong}: {answer}");
    }
    let odd = json!({"every_seconds": 1, "posts": [{"sing": {}}]});
    let (status, _) = send(&phone, Method::PUT, &path, odd).await;
    assert_eq!(status, 422);
    for count in [0, 1_001] {
        let turns = format!("{path}/turns");
        let (status, _) = send(&phone, Method::POST, &turns, json!({"count": count})).await;
        assert_eq!(status, 400);
    }
    let members = json!({"kind": "group", "title": "Crew", "members": [phone.person("Alice")]});
    let (_, group) = phone.control("/channels", members).await;
    let path = format!("/channels/{}/schedule", group["id"]);
    let schedule = json!({"every_seconds": 1, "posts": three()});
    assert_eq!(send(&phone, Method::PUT, &path, schedule).await.0, 400);
    assert!(chat.is_empty());
}

#[tokio::test]
async fn a_turn_without_its_post_is_skipped() {
    let phone = Phone::start().await;
    let turns = json!([
        {"delete": {"back": 1}},
        {"edit": {"back": 3, "text": "nothing"}},
        {"forward": {"channel": "nowhere"}},
        {"post": {"text": "something"}},
    ]);
    let (chat, path) = posting(&phone, 600.0, turns).await;
    take(&phone, &path, 4).await;
    assert_eq!(texts(&chat), ["something"]);
    assert_eq!(chat.pts(), 2);
}

#[tokio::test]
async fn a_channel_that_posts_by_itself_survives_a_restart_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = |posting| SandboxOptions {
        data: Some(folder.path().to_owned()),
        posting,
        ..SandboxOptions::default()
    };
    let phone = Phone::start_with(options(true)).await;
    let first = phone.look("/schedules").await;
    assert_eq!(first.as_array().unwrap().len(), 4);
    let (chat, path) = posting(&phone, 3_600.0, three()).await;
    take(&phone, &path, 2).await;
    let by_hand = format!("/channels/{}/messages", chat.id);
    let (status, _) = phone
        .control(&by_hand, json!({"messages": ["by hand"]}))
        .await;
    assert_eq!(status, 201);
    let others = |phone: &Phone| {
        let mut chats = phone.sandbox.world().chats().list();
        chats.retain(|it| it.username.is_some());
        chats
            .iter()
            .map(|it| (it.id, it.title.clone()))
            .collect::<Vec<_>>()
    };
    let before = others(&phone);
    phone.sandbox.shutdown().await;

    let phone = Phone::start_with(options(true)).await;
    // None twice, and each with its own id.
    assert_eq!(others(&phone), before);
    let again = phone.sandbox.world().chats().by_username("news").unwrap();
    assert_eq!((again.id, again.access_hash), (chat.id, chat.access_hash));
    assert_eq!((again.pts(), again.since(1)), (chat.pts(), chat.since(1)));
    assert_eq!(texts(&again), ["one #tag", "two", "by hand"]);
    take(&phone, &path, 2).await;
    assert_eq!(texts(&again), ["one #tag", "two", "zwei", "uno #tag"]);
    let schedules = phone.look("/schedules").await;
    assert_eq!(schedules.as_array().unwrap().len(), 5);
    let (status, _) = send(&phone, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, 204);
    phone.sandbox.shutdown().await;

    let phone = Phone::start_with(options(false)).await;
    assert!(phone.sandbox.world().chats().by_username("news").is_none());
    assert_eq!(phone.look("/schedules").await.as_array().unwrap().len(), 4);
    phone.sandbox.shutdown().await;
    let files = std::fs::read_dir(folder.path().join("channels")).unwrap();
    assert_eq!(files.count(), 4);
}

#[tokio::test]
async fn without_being_asked_for_no_channel_posts() {
    let phone = Phone::start().await;
    assert_eq!(phone.look("/schedules").await, json!([]));
}
