//! Updates that are pushed.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use sesame_bot::{Bot, StartError, Webhook};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::stage::{Stage, words};

const SECRET: &str = "only-telegram-knows";

pub(crate) fn webhook(address: SocketAddr) -> Webhook {
    Webhook {
        public_url: format!("http://{address}").parse().unwrap(),
        secret: SECRET.into(),
    }
}

/// A bot behind an address of its own.
pub(crate) async fn served(stage: &Stage) -> Bot {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bot = stage.bot(Some(webhook(listener.local_addr().unwrap())));
    let stop = stage.stop.clone();
    let router = bot.router();
    stage.tasks.spawn(async move {
        let serving = axum::serve(listener, router);
        serving
            .with_graceful_shutdown(stop.cancelled_owned())
            .await
            .unwrap();
    });
    stage.running(&bot).await;
    bot
}

fn help_from(stage: &Stage, chat: &Value) -> Value {
    json!({
        "update_id": 7_000_001,
        "message": {
            "message_id": 1_000_001,
            "date": 1_800_000_000,
            "from": {"id": stage.person.id, "is_bot": false, "first_name": "Nina"},
            "chat": chat,
            "text": "/help",
        }
    })
}

fn private_chat(stage: &Stage) -> Value {
    json!({"id": stage.person.id, "type": "private", "first_name": "Nina"})
}

async fn push(bot: &Bot, path: &str, secret: Option<&str>, update: &Value) -> StatusCode {
    let mut request = Request::post(path);
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let request = request.body(Body::from(update.to_string())).unwrap();
    bot.router().oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn updates_are_pushed_and_answered() {
    let stage = Stage::empty().await;
    let _bot = served(&stage).await;
    let answer = stage.ask("/help").await;
    assert!(words(&answer).contains("/accounts"));
    let info = stage.sandbox.bot().webhook_info();
    assert!(info.url.ends_with("/telegram/main"), "{info:?}");
}

#[rstest]
#[case(None)]
#[case(Some("only-telegram-know"))]
#[case(Some("only-telegram-knows-"))]
#[case(Some(""))]
#[tokio::test]
async fn who_does_not_know_the_secret_is_turned_away(#[case] secret: Option<&str>) {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    let update = help_from(&stage, &private_chat(&stage));
    let status = push(&bot, "/telegram/main", secret, &update).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // What comes in later is answered, and nothing was before it.
    stage.ask("/help").await;
    assert_eq!(stage.said().len(), 1);
}

#[tokio::test]
async fn another_tenants_address_is_not_ours() {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    let update = help_from(&stage, &private_chat(&stage));
    let status = push(&bot, "/telegram/other", Some(SECRET), &update).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn in_a_group_the_bot_stays_silent() {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    stage.ask("/start").await;
    let group = json!({"id": -100_123, "type": "supergroup", "title": "Friends"});
    let update = help_from(&stage, &group);
    let status = push(&bot, "/telegram/main", Some(SECRET), &update).await;
    assert_eq!(status, StatusCode::OK);
    stage.ask("/help").await;
    assert_eq!(stage.said().len(), 2);
}

#[rstest]
#[case(json!("nonsense"), StatusCode::BAD_REQUEST)]
#[case(json!({"update_id": 1}), StatusCode::OK)]
#[case(json!({"update_id": 2, "message": {"text": "half"}}), StatusCode::OK)]
#[tokio::test]
async fn what_is_not_understood_is_not_pushed_again_and_again(
    #[case] update: Value,
    #[case] expected: StatusCode,
) {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    let status = push(&bot, "/telegram/main", Some(SECRET), &update).await;
    assert_eq!(status, expected);
    stage.ask("/help").await;
}

#[tokio::test]
async fn an_oversized_update_is_refused() {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    let update = json!({"update_id": 3, "x": "x".repeat(2 << 20)});
    let status = push(&bot, "/telegram/main", Some(SECRET), &update).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_secret_that_telegram_would_refuse_keeps_the_bot_from_starting() {
    let stage = Stage::empty().await;
    let webhook = Webhook {
        public_url: "https://e.org".parse().unwrap(),
        secret: "no spaces".into(),
    };
    let settings = stage.settings(Some(webhook));
    let bot = Bot::start(settings, stage.ports(), &stage.tasks, stage.stop.clone());
    assert_eq!(bot.err(), Some(StartError::WebhookSecret));
}

#[tokio::test]
async fn a_bot_that_polls_takes_its_old_webhook_back() {
    let stage = Stage::empty().await;
    let bot = served(&stage).await;
    assert!(bot.is_ready());
    let polling = stage.bot(None);
    stage.running(&polling).await;
    assert_eq!(stage.sandbox.bot().webhook_info().url, "");
}
