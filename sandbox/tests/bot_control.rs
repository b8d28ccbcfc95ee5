//! The control interface itself, and what survives a restart.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use std::collections::BTreeSet;

use bot_support::Phone;
use serde_json::{Value, json};
use sesame_sandbox::SandboxOptions;

#[tokio::test]
async fn a_page_of_another_origin_may_not_act() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let url = format!("{}/people/{alice}/messages", phone.ready.control);
    let post = |origin: String| {
        let request = phone.http.post(&url).header("origin", origin);
        request.json(&json!({"text": "x"})).send()
    };
    let foreign = post("http://127.0.0.1:1".to_owned()).await.unwrap();
    assert_eq!(foreign.status(), 403);
    let own = post(phone.ready.bot_api.clone()).await.unwrap();
    assert_eq!(own.status(), 201);
}

#[tokio::test]
async fn the_interface_describes_itself() {
    let phone = Phone::start().await;
    let description = phone.look("/openapi.json").await;
    for path in [
        "/people/{id}/open",
        "/people/{id}/press",
        "/bot/faults",
        "/bots",
        "/bots/{bot}/people/{id}/open",
        "/bots/{bot}/bot/faults",
    ] {
        assert!(description["paths"][path].is_object(), "{path}");
    }
    let mut ids = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let common = item["parameters"].as_array().cloned().unwrap_or_default();
        for (method, operation) in item.as_object().unwrap() {
            if method == "parameters" {
                continue;
            }
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} stands for two operations");
            let own = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let all: Vec<_> = common.iter().chain(&own).collect();
            let named = path.split('/').filter_map(|part| part.strip_prefix('{'));
            for name in named.map(|part| part.trim_end_matches('}')) {
                let is =
                    |parameter: &&&Value| parameter["name"] == name && parameter["in"] == "path";
                assert_eq!(
                    all.iter().filter(is).count(),
                    1,
                    "{name} of {method} {path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn news_reach_the_phone_at_once() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let url = format!("{}/people/{alice}/events", phone.ready.control);
    let mut stream = phone.http.get(url).send().await.unwrap();
    phone
        .ok("sendMessage", json!({"chat_id": alice, "text": "hello"}))
        .await;
    let chunk = stream.chunk().await.unwrap().unwrap();
    let line = String::from_utf8(chunk.to_vec()).unwrap();
    let event: Value = serde_json::from_str(line.trim().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(event["kind"], "message");
    assert_eq!(event["message"]["text"], "hello");
}

#[tokio::test]
async fn what_breaks_off_is_done_and_what_is_ordered_arrives() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let fault = json!({"method": "sendMessage", "error_code": 0});
    assert_eq!(phone.control("/bot/faults", fault).await.0, 201);
    let params = json!({"chat_id": alice, "text": "hello"});
    let call = phone.http.post(phone.method("sendMessage")).json(&params);
    assert!(call.send().await.is_err(), "the connection breaks off");
    let calls = phone.look("/bot/calls").await;
    assert_eq!(calls[calls.as_array().unwrap().len() - 1]["params"], params);
    let said = phone
        .look(&format!("/people/{alice}/chat"))
        .await
        .to_string();
    assert!(said.contains("hello"), "{said}");

    let ordered = json!({"message": {"brand_new": true}});
    assert_eq!(phone.control("/bot/updates", ordered).await.0, 202);
    let updates = phone.ok("getUpdates", json!({"offset": -1})).await;
    assert_eq!(updates[0]["message"]["brand_new"], true);
    assert!(updates[0]["update_id"].is_i64());
}

#[tokio::test]
async fn the_bot_is_shown_to_its_owner() {
    let phone = Phone::start().await;
    let bot = phone.look("/bot").await;
    assert_eq!(bot["token"], phone.ready.bot_token);
    assert_eq!(bot["webapp_public_key"], phone.ready.webapp_public_key);
    assert_eq!(bot["webhook"]["url"], "");
}

#[tokio::test]
async fn pictures_of_codes_are_read() {
    let phone = Phone::start().await;
    let url = format!("{}/qr-codes", phone.ready.control);
    let picture = picture_of("tg://login?token=abc");
    let answer = phone.http.post(&url).body(picture).send().await.unwrap();
    let codes: Value = answer.json().await.unwrap();
    assert_eq!(codes["codes"], json!(["tg://login?token=abc"]));
    let nonsense = phone.http.post(&url).body("nonsense").send().await.unwrap();
    assert_eq!(nonsense.status(), 422);
}

/// A QR code as a greymap.
fn picture_of(text: &str) -> Vec<u8> {
    const SCALE: usize = 6;
    const QUIET: usize = 4;
    let code = fast_qr::QRBuilder::new(text).build().unwrap();
    let side = (code.size + 2 * QUIET) * SCALE;
    let mut picture = format!("P5 {side} {side} 255\n").into_bytes();
    for y in 0..side {
        for x in 0..side {
            let module = |at: usize| (at / SCALE).checked_sub(QUIET).filter(|m| *m < code.size);
            let dark = match (module(x), module(y)) {
                (Some(x), Some(y)) => code[y][x].value(),
                _ => false,
            };
            picture.push(if dark { 0 } else { 255 });
        }
    }
    picture
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = || SandboxOptions {
        data: Some(folder.path().to_owned()),
        ..SandboxOptions::default()
    };
    let phone = Phone::start_with(options()).await;
    let alice = phone.started("Alice").await;
    phone
        .ok("sendMessage", json!({"chat_id": alice, "text": "remember"}))
        .await;
    phone.say(alice, "waiting").await;
    let path = format!("/people/{alice}");
    let url = format!("{}{path}", phone.ready.control);
    let frozen = phone.http.patch(url).json(&json!({"state": "frozen"}));
    assert_eq!(frozen.send().await.unwrap().status(), 200);
    let before = phone.ready.clone();
    phone.sandbox.shutdown().await;

    let phone = Phone::start_with(options()).await;
    assert_eq!(phone.ready.bot_token, before.bot_token);
    assert_eq!(phone.ready.webapp_public_key, before.webapp_public_key);
    assert_eq!(phone.ready.dcs, before.dcs);
    assert_eq!(phone.look(&path).await["state"], "frozen");
    let bob = phone.person("Bob");
    assert_eq!(
        phone.look(&format!("/people/{bob}")).await["has_password"],
        true
    );
    let chat = phone.look(&format!("/people/{alice}/chat")).await;
    assert_eq!(chat["messages"][1]["text"], "remember");
    let updates = phone.ok("getUpdates", json!({})).await;
    assert_eq!(updates[0]["message"]["text"], "waiting");
}

#[tokio::test]
async fn stopping_ends_long_polls() {
    let phone = Phone::start().await;
    let url = format!("{}?timeout=50", phone.method("getUpdates"));
    let poll = tokio::spawn(phone.http.get(url).send());
    phone.ok("getMe", json!({})).await;
    let stopping = phone.sandbox.shutdown();
    tokio::time::timeout(std::time::Duration::from_secs(5), stopping)
        .await
        .unwrap();
    // Whether it began in time or not, the poll has ended.
    drop(poll.await.unwrap());
}
