//! Updates that are brought to the bot.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends when something is missing"
)]

mod bot_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use bot_support::Phone;
use serde_json::{Value, json};
use sesame_sandbox::SandboxOptions;
use sesame_sandbox::bots::Rules;
use tokio::sync::mpsc;

/// A bot's server: fails the first deliveries, then hands them on.
#[derive(Clone)]
struct Hook {
    failures: Arc<AtomicUsize>,
    seen: mpsc::UnboundedSender<(Option<String>, Value)>,
}

async fn receive(
    State(hook): State<Hook>,
    headers: HeaderMap,
    Json(update): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let fail = |left: usize| left.checked_sub(1);
    let counted = hook
        .failures
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fail);
    if counted.is_ok() {
        return (StatusCode::INTERNAL_SERVER_ERROR, Json(Value::Null));
    }
    let secret = headers
        .get("x-telegram-bot-api-secret-token")
        .map(|value| value.to_str().unwrap().to_owned());
    let chat_id = update["message"]["chat"]["id"].clone();
    hook.seen.send((secret, update)).unwrap();
    let reply = json!({"method": "sendMessage", "chat_id": chat_id, "text": "by webhook"});
    (StatusCode::OK, Json(reply))
}

async fn serve(failures: usize) -> (String, mpsc::UnboundedReceiver<(Option<String>, Value)>) {
    let (seen, received) = mpsc::unbounded_channel();
    let hook = Hook {
        failures: Arc::new(AtomicUsize::new(failures)),
        seen,
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new().route("/hook", post(receive)).with_state(hook);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (url, received)
}

async fn start() -> Phone {
    let rules = Rules {
        webhook_retry: Duration::from_millis(10),
        ..Rules::default()
    };
    Phone::start_with(SandboxOptions {
        rules,
        ..SandboxOptions::default()
    })
    .await
}

#[tokio::test]
async fn updates_arrive_in_order_with_the_secret() {
    let phone = start().await;
    let (url, mut received) = serve(2).await;
    let alice = phone.person("Alice");
    let order = json!({"url": url, "secret_token": "abc-123", "max_connections": 7});
    phone.ok("setWebhook", order).await;
    for text in ["one", "two", "three"] {
        phone.say(alice, text).await;
    }
    for text in ["one", "two", "three"] {
        let (secret, update) = received.recv().await.unwrap();
        assert_eq!(secret.as_deref(), Some("abc-123"));
        assert_eq!(update["message"]["text"], text);
    }
    let info = phone.ok("getWebhookInfo", json!({})).await;
    assert_eq!(info["max_connections"], 7);
    assert_eq!(
        info["last_error_message"],
        "Wrong response from the webhook: 500 Internal Server Error"
    );
}

#[tokio::test]
async fn an_answer_to_an_update_may_call_a_method() {
    let phone = start().await;
    let (url, mut received) = serve(0).await;
    phone.ok("setWebhook", json!({"url": url})).await;
    let alice = phone.person("Alice");
    let said = phone.say(alice, "hello").await;
    received.recv().await.unwrap();
    let path = format!("/people/{alice}/chat?after={}&wait=30", said["message_id"]);
    assert_eq!(phone.look(&path).await["messages"][0]["text"], "by webhook");
}

#[tokio::test]
async fn an_unreachable_webhook_keeps_updates_waiting() {
    let phone = start().await;
    let alice = phone.person("Alice");
    phone
        .ok("setWebhook", json!({"url": "http://127.0.0.1:9/"}))
        .await;
    phone.say(alice, "hello").await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    let info = loop {
        let info = phone.ok("getWebhookInfo", json!({})).await;
        if info["last_error_date"].is_number() || tokio::time::Instant::now() > deadline {
            break info;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(info["pending_update_count"], 1);
    assert_eq!(info["last_error_message"], "Connection refused");
    phone
        .ok("deleteWebhook", json!({"drop_pending_updates": true}))
        .await;
    assert_eq!(phone.ok("getUpdates", json!({})).await, json!([]));
}

#[tokio::test]
async fn bad_webhooks_are_refused() {
    let phone = start().await;
    let bad_url = phone.refused("setWebhook", json!({"url": "ftp://x"})).await;
    assert_eq!(bad_url.0, 400);
    assert!(bad_url.1.starts_with("Bad Request: bad webhook"));
    let bad_secret = json!({"url": "http://127.0.0.1:9/", "secret_token": "a b"});
    assert_eq!(
        phone.refused("setWebhook", bad_secret).await,
        (
            400,
            "Bad Request: secret token contains unallowed characters".to_owned()
        )
    );
}
