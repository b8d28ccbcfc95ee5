//! What a bot sends, changes and takes back, and what it is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use bot_support::Phone;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sesame_sandbox::SandboxOptions;
use sesame_sandbox::bots::Rules;

#[tokio::test]
async fn a_formatted_message_reaches_the_phone() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let sent = phone
        .ok(
            "SENDMESSAGE",
            json!({
                "chat_id": alice,
                "text": "<b>Hello</b> &amp; welcome",
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": true},
                "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]},
            }),
        )
        .await;
    assert_eq!(sent["text"], "Hello & welcome");
    assert_eq!(sent["from"]["is_bot"], true);
    let chat = phone.look(&format!("/people/{alice}/chat?after=1")).await;
    let shown = &chat["messages"][0];
    assert_eq!(shown["author"], "bot");
    assert_eq!(shown["entities"][0]["type"], "bold");
    assert_eq!(
        shown["reply_markup"]["inline_keyboard"][0][0]["text"],
        "Yes"
    );
    assert_eq!(chat["unread"], 1);
}

#[tokio::test]
async fn parameters_may_come_in_any_form() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let url = phone.method("sendMessage");
    let query = [("chat_id", alice.to_string()), ("text", "a + b".to_owned())];
    let by_query = phone.http.get(&url).query(&query);
    let by_form = phone.http.post(&url).form(&query);
    let parts = Form::new()
        .text("chat_id", alice.to_string())
        .text("text", "a + b");
    let by_parts = phone.http.post(&url).multipart(parts);
    for request in [by_query, by_form, by_parts] {
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["result"]["text"], "a + b", "{answer}");
    }
}

#[tokio::test]
async fn refusals_have_telegrams_words() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let bob = phone.person("Bob");
    let cases = [
        (
            json!({"chat_id": 1, "text": "x"}),
            "Bad Request: chat not found",
        ),
        (
            json!({"chat_id": bob, "text": "x"}),
            "Bad Request: chat not found",
        ),
        (json!({"text": "x"}), "Bad Request: chat_id is empty"),
        (
            json!({"chat_id": alice, "text": " \n"}),
            "Bad Request: message text is empty",
        ),
        (
            json!({"chat_id": alice}),
            "Bad Request: message text is empty",
        ),
        (
            json!({"chat_id": alice, "text": "x".repeat(4097)}),
            "Bad Request: message is too long",
        ),
        (
            json!({"chat_id": alice, "text": "<b>x", "parse_mode": "HTML"}),
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            json!({"chat_id": alice, "text": "x", "parse_mode": "BBCode"}),
            "Bad Request: unsupported parse_mode",
        ),
        (
            json!({"chat_id": alice, "text": "x", "reply_parameters": {"message_id": 999}}),
            "Bad Request: message to be replied not found",
        ),
    ];
    for (params, words) in cases {
        let refusal = phone.refused("sendMessage", params).await;
        assert_eq!(refusal, (400, words.to_owned()));
    }
}

#[tokio::test]
async fn wrong_addresses_are_told_apart() {
    let phone = Phone::start().await;
    let ask = async |path: &str| {
        let url = format!("{}/{path}", phone.ready.bot_api);
        let response = phone.http.get(url).send().await.unwrap();
        let status = response.status().as_u16();
        let answer: Value = response.json().await.unwrap();
        (status, answer["description"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        ask("bot1:wrong/getMe").await,
        (401, "Unauthorized".to_owned())
    );
    assert_eq!(ask("botwrong/getMe").await, (404, "Not Found".to_owned()));
    let unknown = format!("bot{}/sendGreetings", phone.ready.bot_token);
    assert_eq!(
        ask(&unknown).await,
        (404, "Not Found: method not found".to_owned())
    );
}

#[tokio::test]
async fn a_message_is_edited_in_place() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let sent = phone
        .ok("sendMessage", json!({"chat_id": alice, "text": "one"}))
        .await;
    let id = sent["message_id"].clone();
    let edit = json!({"chat_id": alice, "message_id": id, "text": "two"});
    let edited = phone.ok("editMessageText", edit.clone()).await;
    assert_eq!(edited["text"], "two");
    assert!(edited["edit_date"].is_number());
    let (code, words) = phone.refused("editMessageText", edit).await;
    assert_eq!(code, 400);
    assert!(words.starts_with("Bad Request: message is not modified"));
    let gone = json!({"chat_id": alice, "message_id": 999, "text": "x"});
    assert_eq!(
        phone.refused("editMessageText", gone).await.1,
        "Bad Request: message to edit not found"
    );
    let theirs = json!({"chat_id": alice, "message_id": 1, "text": "x"});
    assert_eq!(
        phone.refused("editMessageText", theirs).await.1,
        "Bad Request: message can't be edited"
    );
}

#[tokio::test]
async fn a_deleted_message_is_gone_from_the_phone() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let sent = phone
        .ok("sendMessage", json!({"chat_id": alice, "text": "one"}))
        .await;
    let target = json!({"chat_id": alice, "message_id": sent["message_id"]});
    phone.ok("deleteMessage", target.clone()).await;
    let chat = phone.look(&format!("/people/{alice}/chat?after=1")).await;
    assert_eq!(chat["messages"], json!([]));
    assert_eq!(
        phone.refused("deleteMessage", target).await.1,
        "Bad Request: message to delete not found"
    );
}

#[tokio::test]
async fn a_person_who_blocked_the_bot_is_out_of_reach() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let block = format!("/people/{alice}/block");
    assert_eq!(phone.control(&block, json!(null)).await.0, 204);
    let hello = json!({"chat_id": alice, "text": "hello"});
    let forbidden = (403, "Forbidden: bot was blocked by the user".to_owned());
    assert_eq!(phone.refused("sendMessage", hello.clone()).await, forbidden);
    let said = phone
        .control(&format!("/people/{alice}/messages"), json!({"text": "x"}))
        .await;
    assert_eq!(
        (said.0, &said.1["error"]["message"]),
        (409, &json!("BLOCKED"))
    );
    let url = format!("{}{block}", phone.ready.control);
    phone.http.delete(url).send().await.unwrap();
    phone.ok("sendMessage", hello).await;
}

#[tokio::test]
async fn too_many_messages_must_wait() {
    let rules = Rules {
        burst_per_chat: 2,
        ..Rules::default()
    };
    let phone = Phone::start_with(SandboxOptions {
        rules,
        ..SandboxOptions::default()
    })
    .await;
    let alice = phone.started("Alice").await;
    let hello = json!({"chat_id": alice, "text": "hello"});
    let mut answers = Vec::new();
    // A second may pass in between, which lets one more message through.
    for _ in 0..8 {
        answers.push(phone.call("sendMessage", hello.clone()).await);
    }
    let (_, flood) = answers.iter().find(|(status, _)| *status == 429).unwrap();
    let seconds = flood["parameters"]["retry_after"].as_u64().unwrap();
    assert!((1..=2).contains(&seconds), "{flood}");
    assert_eq!(
        flood["description"],
        format!("Too Many Requests: retry after {seconds}")
    );
}

#[tokio::test]
async fn errors_come_on_command() {
    let phone = Phone::start().await;
    let fault = json!({"method": "getMe", "error_code": 429, "retry_after": 5, "times": 2});
    assert_eq!(phone.control("/bot/faults", fault).await.0, 201);
    for _ in 0..2 {
        let (status, answer) = phone.call("getMe", json!({})).await;
        assert_eq!(status, 429);
        assert_eq!(answer["parameters"]["retry_after"], 5);
    }
    phone.ok("getMe", json!({})).await;
}

#[tokio::test]
async fn a_document_comes_back_as_it_was_sent() {
    let phone = Phone::start().await;
    let alice = phone.started("Alice").await;
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let file = Part::bytes(bytes.clone()).file_name("backup.bin");
    let form = Form::new()
        .text("chat_id", alice.to_string())
        .text("caption", "Ready")
        .part("document", file);
    let sent = phone.ok_with_file("sendDocument", form).await;
    let document = &sent["document"];
    assert_eq!(document["file_name"], "backup.bin", "{sent}");
    assert_eq!(sent["caption"], "Ready");

    let file = phone
        .ok("getFile", json!({"file_id": document["file_id"]}))
        .await;
    let path = file["file_path"].as_str().unwrap();
    let url = format!(
        "{}/file/bot{}/{path}",
        phone.ready.bot_api, phone.ready.bot_token
    );
    let fetched = phone
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(fetched, bytes);

    let again = json!({"chat_id": alice, "document": document["file_id"]});
    let again = phone.ok("sendDocument", again).await;
    assert_eq!(
        again["document"]["file_unique_id"],
        document["file_unique_id"]
    );
}
