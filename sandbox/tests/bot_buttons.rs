//! Buttons, commands and the menu, from both sides.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use std::time::Duration;

use bot_support::Phone;
use serde_json::json;
use sesame_sandbox::SandboxOptions;
use sesame_sandbox::bots::Rules;

#[tokio::test]
async fn a_pressed_button_is_answered_with_a_toast() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let sent = phone
        .ok(
            "sendMessage",
            json!({
                "chat_id": alice,
                "text": "Sure?",
                "reply_markup": {"inline_keyboard": [
                    [{"text": "No", "callback_data": "no"}, {"text": "Yes", "callback_data": "yes"}],
                    [{"text": "Site", "url": "https://example.org/"}],
                ]},
            }),
        )
        .await;
    let press = format!("/people/{alice}/press");
    let by_place = json!({"message_id": sent["message_id"], "row": 0, "column": 1});
    let (status, pressed) = phone.control(&press, by_place).await;
    assert_eq!((status, &pressed["kind"]), (200, &json!("callback")));

    let updates = phone.ok("getUpdates", json!({})).await;
    let query = &updates[0]["callback_query"];
    assert_eq!(query["data"], "yes");
    assert_eq!(query["from"]["id"], alice);
    assert_eq!(query["message"]["message_id"], sent["message_id"]);
    let answer = json!({"callback_query_id": query["id"], "text": "Done", "show_alert": true});
    phone.ok("answerCallbackQuery", answer.clone()).await;
    let chat = phone.look(&format!("/people/{alice}/chat")).await;
    assert_eq!(chat["toasts"][0]["text"], "Done");
    assert_eq!(chat["toasts"][0]["show_alert"], true);
    let (code, words) = phone.refused("answerCallbackQuery", answer).await;
    assert_eq!(code, 400);
    assert!(words.contains("query is too old and response timeout expired"));

    let (_, link) = phone.control(&press, json!({"text": "Site"})).await;
    assert_eq!(link, json!({"kind": "url", "url": "https://example.org/"}));
    let (status, missing) = phone.control(&press, json!({"text": "Maybe"})).await;
    assert_eq!(
        (status, &missing["error"]["message"]),
        (404, &json!("NO_BUTTON"))
    );
}

#[tokio::test]
async fn a_late_answer_is_refused() {
    let rules = Rules {
        press_life: Duration::from_secs(15),
        ..Rules::default()
    };
    let phone = Phone::start_with(SandboxOptions {
        rules,
        ..SandboxOptions::default()
    })
    .await;
    let alice = phone.started("Alice").await;
    let markup = json!({"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]});
    let message = json!({"chat_id": alice, "text": "x", "reply_markup": markup});
    phone.ok("sendMessage", message).await;
    let press = format!("/people/{alice}/press");
    let (_, pressed) = phone.control(&press, json!({"text": "Go"})).await;
    phone
        .sandbox
        .world()
        .clock()
        .advance(Duration::from_secs(16));
    let answer = json!({"callback_query_id": pressed["callback_query_id"]});
    assert_eq!(phone.refused("answerCallbackQuery", answer).await.0, 400);
}

#[tokio::test]
async fn keyboard_buttons_send_their_words() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let show = json!({
        "chat_id": alice, "text": "Choose",
        "reply_markup": {"keyboard": [["Red", "Blue"]], "one_time_keyboard": true},
    });
    phone.ok("sendMessage", show).await;
    let chat = format!("/people/{alice}/chat");
    assert!(phone.look(&chat).await["reply_keyboard"].is_object());
    let press = format!("/people/{alice}/press");
    let (_, pressed) = phone.control(&press, json!({"text": "Blue"})).await;
    assert_eq!(pressed["kind"], "message");
    let updates = phone.ok("getUpdates", json!({})).await;
    assert_eq!(updates[0]["message"]["text"], "Blue");
    assert!(phone.look(&chat).await["reply_keyboard"].is_null());
}

#[tokio::test]
async fn commands_and_menu_follow_the_person() {
    let phone = Phone::start().await;
    let masha = phone.person("Маша");
    let list = |name: &str| json!([{"command": name, "description": "d"}]);
    phone
        .ok("setMyCommands", json!({"commands": list("start")}))
        .await;
    let russian = json!({"commands": list("nachalo"), "language_code": "ru"});
    phone.ok("setMyCommands", russian).await;
    let menu = json!({
        "type": "web_app", "text": "Open", "web_app": {"url": "http://127.0.0.1:1/app"},
    });
    let set = json!({"chat_id": masha, "menu_button": menu});
    phone.ok("setChatMenuButton", set).await;
    let chat = phone.look(&format!("/people/{masha}/chat")).await;
    assert_eq!(chat["commands"][0]["command"], "nachalo");
    assert_eq!(chat["menu_button"]["text"], "Open");
    let alice = phone.person("Alice");
    let chat = phone.look(&format!("/people/{alice}/chat")).await;
    assert_eq!(chat["commands"][0]["command"], "start");
    assert_eq!(chat["menu_button"]["type"], "commands");
    let got = phone
        .ok("getChatMenuButton", json!({"chat_id": masha}))
        .await;
    assert_eq!(got["web_app"]["url"], "http://127.0.0.1:1/app");
}
