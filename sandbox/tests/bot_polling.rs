//! `getUpdates`, as a bot that polls sees it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use bot_support::Phone;
use serde_json::json;

#[tokio::test]
async fn what_a_person_says_arrives_once_confirmed() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    phone.say(alice, "/start from_link").await;
    let updates = phone.ok("getUpdates", json!({})).await;
    let message = &updates[0]["message"];
    assert_eq!(message["text"], "/start from_link");
    assert_eq!(message["from"]["id"], alice);
    assert_eq!(message["from"]["language_code"], "en");
    assert_eq!(message["chat"]["type"], "private");
    assert_eq!(message["entities"][0]["type"], "bot_command");
    assert_eq!(message["entities"][0]["length"], 6);

    // Without confirmation it is given again.
    assert_eq!(phone.ok("getUpdates", json!({})).await, updates);
    let next = updates[0]["update_id"].as_i64().unwrap() + 1;
    assert_eq!(
        phone.ok("getUpdates", json!({"offset": next})).await,
        json!([])
    );
}

#[tokio::test]
async fn a_long_poll_ends_as_soon_as_there_is_news() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let poll = phone.ok("getUpdates", json!({"timeout": 50}));
    let say = async {
        tokio::task::yield_now().await;
        phone.say(alice, "hello").await
    };
    let (updates, _) = tokio::join!(poll, say);
    assert_eq!(updates[0]["message"]["text"], "hello");
}

#[tokio::test]
async fn a_second_poll_ends_the_first() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let url = phone.method("getUpdates");
    let first = phone.http.get(format!("{url}?timeout=50")).send();
    let mut first = tokio::spawn(first);
    // The second poll may only begin once the first one waits; until then it
    // is answered at once, so it is repeated until the first one has ended.
    let refused = loop {
        phone.ok("getUpdates", json!({})).await;
        tokio::select! {
            biased;
            done = &mut first => break done.unwrap().unwrap(),
            () = tokio::task::yield_now() => {}
        }
    };
    assert_eq!(refused.status(), 409);
    let answer: serde_json::Value = refused.json().await.unwrap();
    assert!(
        answer["description"]
            .as_str()
            .unwrap()
            .starts_with("Conflict: terminated by other getUpdates request")
    );
    phone.say(alice, "still there").await;
    assert_eq!(
        phone
            .ok("getUpdates", json!({}))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn only_wanted_kinds_arrive() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    phone
        .ok("getUpdates", json!({"allowed_updates": ["my_chat_member"]}))
        .await;
    phone.say(alice, "unwanted").await;
    phone
        .control(&format!("/people/{alice}/block"), json!(null))
        .await;
    let updates = phone.ok("getUpdates", json!({})).await;
    assert_eq!(updates.as_array().unwrap().len(), 1);
    let change = &updates[0]["my_chat_member"];
    assert_eq!(change["old_chat_member"]["status"], "member");
    assert_eq!(change["new_chat_member"]["status"], "kicked");
    assert_eq!(change["from"]["id"], alice);
}

#[tokio::test]
async fn polling_is_refused_while_a_webhook_is_set() {
    let phone = Phone::start().await;
    phone
        .ok("setWebhook", json!({"url": "http://127.0.0.1:9/hook"}))
        .await;
    let (code, words) = phone.refused("getUpdates", json!({})).await;
    assert_eq!(code, 409);
    assert!(words.starts_with("Conflict: can't use getUpdates method while webhook is active"));
    phone.ok("deleteWebhook", json!({})).await;
    phone.ok("getUpdates", json!({})).await;
}
