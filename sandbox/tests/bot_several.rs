//! Several bots over the same people.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use axum::routing::post;
use axum::{Json, Router};
use bot_support::{BotSide, Phone};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sesame_sandbox::SandboxOptions;
use tokio::sync::mpsc;

/// What was said in a chat, and by whom.
async fn said(side: &BotSide, person: i64) -> Vec<(String, String)> {
    let chat = side.look(&format!("/people/{person}/chat")).await;
    let messages = chat["messages"].as_array().unwrap();
    let word = |message: &Value, name: &str| message[name].as_str().unwrap_or("").to_owned();
    messages
        .iter()
        .map(|message| (word(message, "author"), word(message, "text")))
        .collect()
}

fn pair(author: &str, text: &str) -> (String, String) {
    (author.to_owned(), text.to_owned())
}

#[tokio::test]
async fn each_bot_has_its_own_token_chats_and_updates() {
    let phone = Phone::start().await;
    let (made, other) = phone.another("harbour_bot").await;
    let me = other.ok("getMe", json!({})).await;
    assert_eq!(
        (&me["id"], &me["username"]),
        (&made["id"], &made["username"])
    );
    assert_ne!(me["id"], phone.ok("getMe", json!({})).await["id"]);

    let alice = phone.person("Alice");
    other.started_by(alice).await;
    let hello = json!({"chat_id": alice, "text": "hello"});
    other.ok("sendMessage", hello.clone()).await;
    assert_eq!(
        said(&other, alice).await,
        [pair("person", "/start"), pair("bot", "hello")]
    );
    assert_eq!(said(&phone, alice).await, []);
    let (_, words) = phone.refused("sendMessage", hello).await;
    assert_eq!(words, "Bad Request: chat not found");
    assert_eq!(phone.ok("getUpdates", json!({})).await, json!([]));

    // What is ordered of one bot, set by it or done to it is not the other's.
    let fault = json!({"method": "getMe", "error_code": 500});
    assert_eq!(other.control("/bot/faults", fault).await.0, 201);
    phone.ok("getMe", json!({})).await;
    assert_eq!(other.refused("getMe", json!({})).await.0, 500);
    let commands = json!({"commands": [{"command": "sail", "description": "x"}]});
    other.ok("setMyCommands", commands).await;
    assert_eq!(phone.ok("getMyCommands", json!({})).await, json!([]));
    let block = format!("/people/{alice}/block");
    assert_eq!(other.control(&block, Value::Null).await.0, 204);
    let chats = phone.look(&format!("/people/{alice}/chats")).await;
    assert_eq!(
        (&chats[0]["blocked"], &chats[1]["blocked"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(chats[1]["last"]["text"], "hello");
    let calls = phone.look("/bot/calls").await;
    assert!(!calls.to_string().contains("setmycommands"), "{calls}");
}

#[tokio::test]
async fn a_file_is_of_use_to_the_bot_that_sent_it() {
    let phone = Phone::start().await;
    let (_, other) = phone.another("harbour_bot").await;
    let alice = phone.started("Alice").await;
    other.started_by(alice).await;
    let form = Form::new()
        .text("chat_id", alice.to_string())
        .part("document", Part::bytes(b"abc".to_vec()).file_name("a.txt"));
    let sent = other.ok_with_file("sendDocument", form).await;
    let id = sent["document"]["file_id"].clone();
    let again = json!({"chat_id": alice, "document": id});
    other.ok("sendDocument", again.clone()).await;
    assert_eq!(phone.refused("sendDocument", again).await.0, 400);
    let file = |side: &BotSide| {
        let url = format!("{}/files/{}", side.ready.control, id.as_str().unwrap());
        side.http.get(url).send()
    };
    assert_eq!(file(&other).await.unwrap().text().await.unwrap(), "abc");
    assert_eq!(file(&phone).await.unwrap().status(), 404);
}

#[tokio::test]
async fn making_a_bot_takes_what_telegram_takes() {
    let phone = Phone::start().await;
    phone.another("harbour_bot").await;
    let person = json!({"first_name": "Tess", "username": "Tess_Bot"});
    assert_eq!(phone.control("/people", person).await.0, 201);
    for (name, username, reason, words) in [
        ("X", "Harbour_BOT", "USERNAME_OCCUPIED", "already taken"),
        ("X", "sandbox_bot", "USERNAME_OCCUPIED", "already taken"),
        ("X", "tess_bot", "USERNAME_OCCUPIED", "already taken"),
        (
            "X",
            "harbour",
            "USERNAME_SUFFIX_MISSING",
            "must end in 'bot'",
        ),
        ("X", "bot", "USERNAME_INVALID", "username is invalid"),
        (
            "X",
            "har bour_bot",
            "USERNAME_INVALID",
            "username is invalid",
        ),
        (" ", "free_bot", "NAME_INVALID", "proper name"),
    ] {
        let wish = json!({"name": name, "username": username});
        let (status, refusal) = phone.control("/bots", wish).await;
        let error = &refusal["error"];
        assert_eq!(
            (status, &error["message"]),
            (400, &json!(reason)),
            "{username}"
        );
        assert!(error["detail"].as_str().unwrap().contains(words), "{error}");
    }
    let all = phone.look("/bots").await;
    let names: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["username"])
        .collect();
    assert_eq!(names, ["sandbox_bot", "harbour_bot"]);
    assert_eq!(all[0]["token"], phone.ready.bot_token);
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing() {
    let phone = Phone::start().await;
    let (made, former) = phone.another("harbour_bot").await;
    let alice = phone.person("Alice");
    former.started_by(alice).await;
    let poll = format!("{}?timeout=50", former.method("getUpdates"));
    let poll = tokio::spawn(former.http.get(poll).send());
    // Only a poll that has begun can be cut short.
    while !former
        .look("/bot/calls")
        .await
        .to_string()
        .contains("\"timeout\"")
    {
        tokio::task::yield_now().await;
    }
    let (status, renewed) = former.control("/revoke", Value::Null).await;
    assert_eq!((status, &renewed["id"]), (200, &made["id"]));
    assert_ne!(renewed["token"], made["token"]);
    assert_eq!(poll.await.unwrap().unwrap().status(), 401);
    assert_eq!(
        former.refused("getMe", json!({})).await,
        (401, "Unauthorized".to_owned())
    );
    let file = format!(
        "{}/file/bot{}/x",
        former.ready.bot_api, former.ready.bot_token
    );
    assert_eq!(former.http.get(file).send().await.unwrap().status(), 401);

    let mut side = former.clone();
    side.ready.bot_token = renewed["token"].as_str().unwrap().to_owned();
    former.say(alice, "still there?").await;
    let updates = side.ok("getUpdates", json!({})).await;
    assert_eq!(updates[0]["message"]["text"], "still there?");
    phone.ok("getMe", json!({})).await;
}

#[tokio::test]
async fn a_webhook_goes_with_the_token_that_set_it() {
    let phone = Phone::start().await;
    let hook = json!({"url": "http://127.0.0.1:1/hook"});
    phone.ok("setWebhook", hook).await;
    let first = phone.look("/bot").await;
    let path = format!("/bots/{}/revoke", first["id"]);
    assert_eq!(phone.control(&path, Value::Null).await.0, 200);
    assert_eq!(phone.look("/bot").await["webhook"]["url"], "");
    assert_eq!(phone.refused("getMe", json!({})).await.0, 401);
}

#[tokio::test]
async fn updates_reach_the_webhook_of_a_bot_that_was_made_later() {
    let phone = Phone::start().await;
    let (_, other) = phone.another("harbour_bot").await;
    let (seen, mut received) = mpsc::unbounded_channel();
    let receive = move |Json(update): Json<Value>| {
        seen.send(update).unwrap();
        std::future::ready(())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new().route("/hook", post(receive));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    other.ok("setWebhook", json!({"url": url})).await;
    let alice = phone.person("Alice");
    phone.say(alice, "to the first").await;
    other.say(alice, "to the other").await;
    let update = received.recv().await.unwrap();
    assert_eq!(update["message"]["text"], "to the other");
}

#[tokio::test]
async fn news_say_which_bot_they_are_from() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let url = format!("{}/people/{alice}/chats/events", phone.ready.control);
    let mut stream = phone.http.get(url).send().await.unwrap();
    let (made, other) = phone.another("harbour_bot").await;
    let own = format!("{}/people/{alice}/events", phone.ready.control);
    let mut own = phone.http.get(own).send().await.unwrap();
    other.say(alice, "one").await;
    phone.say(alice, "two").await;
    // A bot that is new, what was said to it, what was said to the first.
    let first = &phone.look("/bot").await["id"];
    for (kind, bot) in [
        ("chat", &made["id"]),
        ("message", &made["id"]),
        ("message", first),
    ] {
        let event = next(&mut stream).await;
        assert_eq!(
            (&event["kind"], &event["bot"]),
            (&json!(kind), bot),
            "{event}"
        );
    }
    assert_eq!(next(&mut own).await["message"]["text"], "two");
}

async fn next(stream: &mut reqwest::Response) -> Value {
    let chunk = stream.chunk().await.unwrap().unwrap();
    let line = String::from_utf8(chunk.to_vec()).unwrap();
    serde_json::from_str(line.trim().strip_prefix("data: ").unwrap()).unwrap()
}

#[tokio::test]
async fn an_address_of_no_bot_is_refused() {
    let phone = Phone::start().await;
    let alice = phone.person("Alice");
    let chat = phone.look(&format!("/bots/1/people/{alice}/chat")).await;
    assert_eq!(chat["error"]["message"], "NO_BOT");
    let first = &phone.look("/bot").await["id"];
    let chat = phone.look(&format!("/bots/{first}/people/1/chat")).await;
    assert_eq!(chat["error"]["message"], "NO_PERSON");
    let same = phone.look(&format!("/bots/{first}/bot")).await;
    assert_eq!(same["token"], phone.ready.bot_token);
}

#[tokio::test]
async fn all_bots_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = || SandboxOptions {
        data: Some(folder.path().to_owned()),
        ..SandboxOptions::default()
    };
    let phone = Phone::start_with(options()).await;
    let (made, other) = phone.another("harbour_bot").await;
    let alice = phone.person("Alice");
    other.started_by(alice).await;
    let form = Form::new()
        .text("chat_id", alice.to_string())
        .part("document", Part::bytes(b"abc".to_vec()).file_name("a.txt"));
    other.ok_with_file("sendDocument", form).await;
    let before = (phone.look("/bots").await, said(&other, alice).await);
    let sent = other.look(&format!("/people/{alice}/chat")).await["messages"][1].clone();
    phone.sandbox.shutdown().await;

    let phone = Phone::start_with(options()).await;
    let mut again = other.clone();
    again.ready.bot_api.clone_from(&phone.ready.bot_api);
    again.ready.control = format!("{}/bots/{}", phone.ready.control, made["id"]);
    assert_eq!(
        (phone.look("/bots").await, said(&again, alice).await),
        before
    );
    let file = sent["document"]["file_id"].clone();
    again
        .ok("sendDocument", json!({"chat_id": alice, "document": file}))
        .await;
    let (third, _) = phone.another("third_bot").await;
    assert_ne!(third["id"], made["id"]);
}

#[tokio::test]
async fn a_folder_of_the_time_of_one_bot_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let options = || SandboxOptions {
        data: Some(folder.path().to_owned()),
        ..SandboxOptions::default()
    };
    let phone = Phone::start_with(options()).await;
    phone.started("Alice").await;
    let token = phone.ready.bot_token.clone();
    phone.sandbox.shutdown().await;
    let file = folder.path().join("sandbox.json");
    let mut kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    kept.as_object_mut().unwrap().remove("other_bots").unwrap();
    std::fs::write(&file, kept.to_string()).unwrap();

    let phone = Phone::start_with(options()).await;
    assert_eq!(phone.ready.bot_token, token);
    assert_eq!(
        said(&phone, phone.person("Alice")).await,
        [pair("person", "/start")]
    );
}
