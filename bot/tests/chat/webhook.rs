//! Updates that are pushed.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_bot::{Bot, StartError, Webhook};
use sesame_domain::ports::{WebhookReceiver, WebhookRefusal};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::fixture::{Fixture, words};

const SECRET: &str = "only-telegram-knows";

pub(crate) fn webhook(address: SocketAddr) -> Webhook {
    Webhook {
        public_url: format!("http://{address}").parse().unwrap(),
        secret: SECRET.into(),
    }
}

/// The webhook, without the edge that is around it in the web server.
fn router(bot: &Bot) -> Router {
    let route = Router::new().route("/telegram/{tenant}", post(take_in));
    route.with_state(bot.webhook().unwrap())
}

async fn take_in(
    State(webhook): State<Arc<dyn WebhookReceiver>>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let secret = headers.get("X-Telegram-Bot-Api-Secret-Token");
    if !webhook.is_of(&tenant) {
        return StatusCode::NOT_FOUND;
    }
    if !webhook.knows(secret.map_or(&[], |it| it.as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    match webhook.receive(&body) {
        Ok(()) => StatusCode::OK,
        Err(WebhookRefusal::Malformed) => StatusCode::BAD_REQUEST,
        Err(WebhookRefusal::Busy) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A bot behind an address of its own.
pub(crate) async fn served(fixture: &Fixture) -> Bot {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bot = fixture.bot(Some(webhook(listener.local_addr().unwrap())));
    let stop = fixture.stop.clone();
    let router = router(&bot);
    fixture.tasks.spawn(async move {
        let serving = axum::serve(listener, router);
        serving
            .with_graceful_shutdown(stop.cancelled_owned())
            .await
            .unwrap();
    });
    fixture.running(&bot).await;
    bot
}

fn help_from(fixture: &Fixture, chat: &Value) -> Value {
    json!({
        "update_id": 7_000_001,
        "message": {
            "message_id": 1_000_001,
            "date": 1_800_000_000,
            "from": {"id": fixture.person.id, "is_bot": false, "first_name": "Nina"},
            "chat": chat,
            "text": "/help",
        }
    })
}

fn private_chat(fixture: &Fixture) -> Value {
    json!({"id": fixture.person.id, "type": "private", "first_name": "Nina"})
}

async fn push(bot: &Bot, path: &str, secret: Option<&str>, update: &Value) -> StatusCode {
    let mut request = Request::post(path);
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let request = request.body(Body::from(update.to_string())).unwrap();
    router(bot).oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn updates_are_pushed_and_answered() {
    let fixture = Fixture::empty().await;
    let _bot = served(&fixture).await;
    let answer = fixture.ask("/help").await;
    assert!(words(&answer).contains("/accounts"));
    let info = fixture.sandbox.bot().webhook_info();
    assert!(info.url.ends_with("/telegram/main"), "{info:?}");
}

#[rstest]
#[case(None)]
#[case(Some("only-telegram-know"))]
#[case(Some("only-telegram-knows-"))]
#[case(Some(""))]
#[tokio::test]
async fn who_does_not_know_the_secret_is_turned_away(#[case] secret: Option<&str>) {
    let fixture = Fixture::empty().await;
    let bot = served(&fixture).await;
    let update = help_from(&fixture, &private_chat(&fixture));
    let status = push(&bot, "/telegram/main", secret, &update).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // What comes in later is answered, and nothing was before it.
    fixture.ask("/help").await;
    assert_eq!(fixture.said().len(), 1);
}

#[tokio::test]
async fn another_tenants_address_is_not_ours() {
    let fixture = Fixture::empty().await;
    let bot = served(&fixture).await;
    let update = help_from(&fixture, &private_chat(&fixture));
    let status = push(&bot, "/telegram/other", Some(SECRET), &update).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn in_a_group_the_bot_stays_silent() {
    let fixture = Fixture::empty().await;
    let bot = served(&fixture).await;
    fixture.ask("/start").await;
    let group = json!({"id": -100_123, "type": "supergroup", "title": "Friends"});
    let update = help_from(&fixture, &group);
    let status = push(&bot, "/telegram/main", Some(SECRET), &update).await;
    assert_eq!(status, StatusCode::OK);
    fixture.ask("/help").await;
    assert_eq!(fixture.said().len(), 2);
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
    let fixture = Fixture::empty().await;
    let bot = served(&fixture).await;
    let status = push(&bot, "/telegram/main", Some(SECRET), &update).await;
    assert_eq!(status, expected);
    fixture.ask("/help").await;
}

#[tokio::test]
async fn a_secret_that_telegram_would_refuse_keeps_the_bot_from_starting() {
    let fixture = Fixture::empty().await;
    let webhook = Webhook {
        public_url: "https://e.org".parse().unwrap(),
        secret: "no spaces".into(),
    };
    let settings = fixture.settings(Some(webhook));
    let bot = Bot::start(
        settings,
        fixture.ports(),
        &fixture.tasks,
        fixture.stop.clone(),
    );
    assert_eq!(bot.err(), Some(StartError::WebhookSecret));
}

#[tokio::test]
async fn a_bot_that_polls_takes_its_old_webhook_back() {
    let fixture = Fixture::empty().await;
    let bot = served(&fixture).await;
    assert!(bot.is_ready());
    let polling = fixture.bot(None);
    fixture.running(&polling).await;
    assert_eq!(fixture.sandbox.bot().webhook_info().url, "");
}
