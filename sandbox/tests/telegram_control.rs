//! The part of the control interface that drives accounts and data centres.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use bot_support::Phone;
use reqwest::Method;
use serde_json::{Value, json};

async fn send(phone: &Phone, method: Method, path: &str) -> u16 {
    let url = format!("{}{path}", phone.ready.control);
    let answer = phone.http.request(method, url).send().await.unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn limits_are_set_shown_and_lifted() {
    let phone = Phone::start().await;
    let wide = json!({"method": "*", "per": "api_id", "size": 30, "refill_ms": 250, "dc": 2});
    let (status, wide) = phone.control("/limits", wide).await;
    assert_eq!(status, 201, "{wide}");
    assert_eq!(
        (&wide["error"], &wide["least_wait_ms"]),
        (&json!("FLOOD_WAIT"), &json!(0))
    );
    let files = json!({"method": "upload.getFile", "size": 1, "refill_ms": 1, "least_wait_ms": 9000, "error": "FLOOD_PREMIUM_WAIT"});
    let (status, files) = phone.control("/limits", files).await;
    assert_eq!(status, 201, "{files}");
    assert_eq!(files["per"], "account");
    assert_eq!(phone.look("/limits").await, json!([wide, files]));
    let lift = format!("/limits/{}", wide["id"]);
    assert_eq!(send(&phone, Method::DELETE, &lift).await, 204);
    assert_eq!(send(&phone, Method::DELETE, &lift).await, 404);
    assert_eq!(phone.look("/limits").await, json!([files]));
    assert_eq!(send(&phone, Method::DELETE, "/limits").await, 204);
    assert_eq!(phone.look("/limits").await, json!([]));
    for wrong in [
        json!({"method": "*", "size": 0, "refill_ms": 5}),
        json!({"method": "*", "size": 1, "refill_ms": 0}),
        json!({"method": "*", "size": 1, "refill_ms": 1, "error": "PEER_FLOOD"}),
    ] {
        let (status, answer) = phone.control("/limits", wrong.clone()).await;
        assert!((400..500).contains(&status), "{wrong}: {answer}");
    }
}

/// A channel of Alice's with these messages.
async fn channel(phone: &Phone, messages: Value) -> i64 {
    let alice = phone.person("Alice");
    let new = json!({"title": "News", "members": [alice], "messages": messages});
    let (status, channel) = phone.control("/channels", new).await;
    assert_eq!(status, 201, "{channel}");
    channel["id"].as_i64().unwrap()
}

#[tokio::test]
async fn one_persons_connections_can_be_cut_and_a_data_centre_closed() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let cut = set(&phone, json!({"kind": "drop", "person": alice, "dc": 1})).await;
    assert_eq!(cut, json!({"kind": "drop", "person": alice, "dc": 1}));
    let nobody = json!({"kind": "drop", "person": 1});
    assert_eq!(phone.control("/faults", nobody).await.0, 404);
    let refusing = set(&phone, json!({"kind": "refuse", "dc": 2})).await;
    assert_eq!(phone.look("/faults").await, json!([refusing]));
    let lift = format!("/faults/{}", refusing["id"]);
    assert_eq!(send(&phone, Method::DELETE, &lift).await, 204);
    assert_eq!(phone.look("/faults").await, json!([]));
}

#[tokio::test]
async fn messages_carry_formats_forwards_and_albums() {
    let phone = Phone::start().await;
    let rich = json!({
        "text": "bold link",
        "entities": [
            {"type": "bold", "offset": 0, "length": 4},
            {"type": "text_url", "offset": 5, "length": 4, "url": "https://example.org"},
        ],
        "forward": {"channel": 77, "post": 5, "date": 1_700_000_000},
        "album": 9,
        "date": 1_700_000_100,
    });
    let channel = channel(&phone, json!(["plain", rich])).await;
    let chat = phone.sandbox.world().chats().get(channel).unwrap();
    let message = chat.message(2).unwrap();
    assert_eq!(message.entities.len(), 2);
    assert_eq!(message.forward.map(|from| from.post), Some(5));
    assert_eq!((message.album, message.date), (Some(9), 1_700_000_100));
    let path = format!("/channels/{channel}/messages");
    let shown = phone.look(&path).await;
    assert_eq!(shown[0]["text"], "plain");
    assert_eq!(shown[1]["id"], 2);
    for wrong in [
        json!([{"text": "abc", "entities": [{"type": "bold", "offset": 1, "length": 3}]}]),
        json!([{"text": "abc", "entities": [{"type": "text_url", "offset": 0, "length": 3}]}]),
        json!([{"text": "abc", "formats": []}]),
    ] {
        let (status, _) = phone.control(&path, json!({"messages": wrong})).await;
        assert!((400..500).contains(&status));
    }
    assert_eq!(chat.len(), 2);
}

#[tokio::test]
async fn posts_are_edited_and_deleted_members_removed_and_changes_forgotten() {
    let phone = Phone::start().await;
    let channel = channel(&phone, json!(["one", "two"])).await;
    let chat = phone.sandbox.world().chats().get(channel).unwrap();
    let path = format!("/channels/{channel}/messages/1");
    let url = format!("{}{path}", phone.ready.control);
    let edit = phone.http.patch(&url).json(&json!({"text": "1"})).send();
    let edited: Value = edit.await.unwrap().json().await.unwrap();
    assert_eq!(edited["text"], "1");
    assert!(edited["edited"].is_number());
    assert_eq!(send(&phone, Method::DELETE, &path).await, 204);
    assert_eq!(send(&phone, Method::DELETE, &path).await, 404);
    assert_eq!(chat.len(), 1);
    let start = chat.since(1).map(|changes| changes.len());
    assert_eq!(start, Some(4));
    let changes = format!("/channels/{channel}/changes");
    assert_eq!(send(&phone, Method::DELETE, &changes).await, 204);
    assert!(chat.since(1).is_none());
    let member = format!("/channels/{channel}/members/{}", phone.person("Alice"));
    assert_eq!(send(&phone, Method::DELETE, &member).await, 204);
    assert_eq!(send(&phone, Method::DELETE, &member).await, 404);
    assert!(chat.members().is_empty());
    assert_eq!(send(&phone, Method::PUT, &member).await, 204);
    assert_eq!(chat.members(), [phone.person("Alice")]);
    let nobody = format!("/channels/{channel}/members/1");
    assert_eq!(send(&phone, Method::PUT, &nobody).await, 404);
}

#[tokio::test]
async fn messages_of_private_chats_are_deleted_and_file_references_expire() {
    let phone = Phone::start().await;
    let cara = json!({"first_name": "Cara", "phone": "15550001111", "home_dc": 1});
    let (_, cara) = phone.control("/people", cara).await;
    let people = [phone.person("Alice"), cara["id"].as_i64().unwrap()];
    let new = json!({"kind": "private", "members": people, "media": [{"size": 10}]});
    let (_, chat) = phone.control("/channels", new).await;
    let path = format!("/channels/{}/messages", chat["id"]);
    let chat = phone.sandbox.world().chats().private(people[0], people[1]);
    let file = chat.unwrap().last().unwrap().media.unwrap();
    let reference = file.file_reference();
    assert_eq!(send(&phone, Method::DELETE, "/file-references").await, 204);
    assert_ne!(file.file_reference(), reference);
    let message = phone.look(&path).await[0]["id"].clone();
    let one = format!("{path}/{message}");
    assert_eq!(send(&phone, Method::DELETE, &one).await, 204);
    assert_eq!(phone.look(&path).await, json!([]));
}

async fn set(phone: &Phone, fault: Value) -> Value {
    let (status, fault) = phone.control("/faults", fault).await;
    assert_eq!(status, 201, "{fault}");
    fault
}

#[tokio::test]
async fn faults_of_answers_are_set_shown_and_lifted() {
    let phone = Phone::start().await;
    let delay =
        json!({"kind": "delay", "method": "*", "dc": 1, "least_ms": 50, "most_ms": 400, "seed": 7});
    let delay = set(&phone, delay).await;
    let lost = json!({"kind": "lost", "method": "auth.importLoginToken", "cut": false});
    let lost = set(&phone, lost).await;
    let cut = set(
        &phone,
        json!({"kind": "lost", "method": "auth.signIn", "times": 3}),
    )
    .await;
    let shown = phone.look("/faults").await;
    assert_eq!(shown, json!([delay, lost, cut]));
    assert_eq!(shown[0]["times"], Value::Null);
    assert_eq!(shown[0]["seed"], 7);
    assert_eq!(
        (&shown[1]["times"], &shown[1]["cut"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(
        (&shown[2]["times"], &shown[2]["cut"]),
        (&json!(3), &json!(true))
    );
    let lift = format!("/faults/{}", delay["id"]);
    assert_eq!(send(&phone, Method::DELETE, &lift).await, 204);
    assert_eq!(phone.look("/faults").await, json!([lost, cut]));
    assert_eq!(send(&phone, Method::DELETE, "/faults").await, 204);
    assert_eq!(phone.look("/faults").await, json!([]));
}

#[tokio::test]
async fn faults_that_mean_nothing_are_refused() {
    let phone = Phone::start().await;
    let channel = channel(&phone, json!(["one"])).await;
    let members = json!({"kind": "group", "title": "Crew", "members": [phone.person("Alice")]});
    let (_, group) = phone.control("/channels", members).await;
    for wrong in [
        json!({"kind": "delay", "method": "*"}),
        json!({"kind": "delay", "least_ms": 5}),
        json!({"kind": "delay", "method": "*", "least_ms": 5, "most_ms": 4}),
        json!({"kind": "delay", "method": "*", "least_ms": 3_600_001}),
        json!({"kind": "lost"}),
        json!({"kind": "silence"}),
        json!({"kind": "drop", "dc": 9}),
        json!({"kind": "drop", "dc": 9, "person": phone.person("Alice")}),
        json!({"kind": "refuse"}),
        json!({"kind": "transport", "error_code": 404}),
        json!({"kind": "private"}),
        json!({"kind": "private", "channel": channel, "times": 1}),
        json!({"kind": "timestamp", "channel": channel}),
        json!({"kind": "timestamp", "error_message": "PERSISTENT_TIMESTAMP_EMPTY"}),
        json!({"kind": "withhold", "every": 0}),
        json!({"kind": "withhold", "percent": 101}),
        json!({"kind": "withhold", "percent": 10, "every": 2}),
        json!({"kind": "too_long", "channel": group["id"]}),
    ] {
        let (status, answer) = phone.control("/faults", wrong.clone()).await;
        assert_eq!(status, 400, "{wrong}: {answer}");
    }
    assert_eq!(phone.look("/faults").await, json!([]));
}

#[tokio::test]
async fn faults_of_channels_are_set_shown_and_lifted() {
    let phone = Phone::start().await;
    let channel = channel(&phone, json!(["one"])).await;
    let alice = phone.person("Alice");
    let outdated = "PERSISTENT_TIMESTAMP_OUTDATED";
    let faults = [
        json!({"kind": "withhold"}),
        json!({"kind": "withhold", "percent": 10, "seed": 7, "channel": channel}),
        json!({"kind": "too_long", "channel": channel, "times": 1}),
        json!({"kind": "timestamp", "error_message": outdated, "person": alice}),
        json!({"kind": "private", "channel": channel, "person": alice}),
    ];
    let mut shown = Vec::new();
    for fault in faults {
        shown.push(set(&phone, fault).await);
    }
    assert_eq!(phone.look("/faults").await, json!(shown));
    assert_eq!(
        (&shown[0]["every"], &shown[0]["times"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(
        (&shown[1]["percent"], &shown[1]["seed"]),
        (&json!(10), &json!(7))
    );
    assert_eq!(
        (&shown[2]["channel"], &shown[2]["times"]),
        (&json!(channel), &json!(1))
    );
    assert_eq!(shown[3]["error_code"], 500);
    assert_eq!(shown[4]["person"], alice);
    let lift = format!("/faults/{}", shown[4]["id"]);
    assert_eq!(send(&phone, Method::DELETE, &lift).await, 204);
    assert_eq!(send(&phone, Method::DELETE, "/faults").await, 204);
    assert_eq!(phone.look("/faults").await, json!([]));
}
