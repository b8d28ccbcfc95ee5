//! How much a copy would have is said before it is begun.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harbour::Harbour;

const FILES: [u64; 3] = [700_000, 5_000, 20_000];

async fn estimate(harbour: &Harbour, choice: Value) -> Value {
    let mut body = json!({ "dialog": harbour.chat });
    let body_of = body.as_object_mut().unwrap();
    body_of.extend(choice.as_object().unwrap().clone());
    let path = format!("/accounts/{}/exports/estimate", harbour.account);
    let answer = harbour.ask(Method::POST, &path, Some(body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

#[tokio::test]
async fn an_estimate_of_a_short_chat_is_what_its_copy_then_has() {
    let harbour = Harbour::with(120, &FILES).await;
    let before = estimate(&harbour, json!({})).await;
    let (export, job) = harbour.begin().await;
    harbour.over(&job).await;
    let made = harbour
        .ask(Method::GET, &format!("/exports/{export}"), None)
        .await;
    assert_eq!(before["messages"], made.json["made"]["messages"]);
    assert_eq!(before["files"], made.json["made"]["files"]);
    assert_eq!(before["bytes"], FILES.iter().sum::<u64>());
    assert_eq!(before["is_exact"], true);
    // Telegram does not count stickers.
    assert_eq!(before["counts_all"], false);
    let after = estimate(&harbour, json!({})).await;
    let taken = made.json["bytes"].as_u64().unwrap();
    let left = |of: &Value| of["left"].as_u64().unwrap();
    assert_eq!(left(&before) - left(&after), taken);
}

#[tokio::test]
async fn an_estimate_is_of_what_is_chosen() {
    let harbour = Harbour::with(50, &FILES).await;
    let small = estimate(&harbour, json!({ "largest": 20_000 })).await;
    assert_eq!(
        (&small["files"], &small["bytes"]),
        (&json!(2), &json!(25_000))
    );
    let none = estimate(&harbour, json!({ "media": [] })).await;
    assert_eq!(
        (&none["files"], &none["bytes"], &none["counts_all"]),
        (&json!(0), &json!(0), &json!(true))
    );
    let photos = estimate(&harbour, json!({ "media": ["photos"] })).await;
    assert_eq!(photos["files"], 0);
    // Whoever reads a channel wrote none of it.
    let mine = estimate(&harbour, json!({ "only_mine": true })).await;
    assert_eq!(
        (&mine["messages"], &mine["files"], &mine["is_exact"]),
        (&json!(0), &json!(0), &json!(true))
    );
    let future = json!({ "from": "2999-01-01T00:00:00Z" });
    let future = estimate(&harbour, future).await;
    assert_eq!(
        (&future["messages"], &future["files"]),
        (&json!(0), &json!(0))
    );
    let past = estimate(&harbour, json!({ "until": "2014-01-01T00:00:00Z" })).await;
    assert_eq!((&past["messages"], &past["files"]), (&json!(0), &json!(0)));
    let always = json!({ "from": "2014-01-01T00:00:00Z", "until": "2999-01-01T00:00:00Z" });
    let always = estimate(&harbour, always).await;
    assert_eq!(
        (&always["messages"], &always["files"]),
        (&json!(54), &json!(3))
    );
    // Nothing of that is a copy.
    let exports = harbour.ask(Method::GET, "/exports", None).await;
    assert_eq!(exports.json["exports"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_estimated_is_refused_by_its_code() {
    let harbour = Harbour::with(3, &[]).await;
    let path = format!("/accounts/{}/exports/estimate", harbour.account);
    let nowhere = path.replace(&harbour.account, "00000000-0000-0000-0000-000000000000");
    for (path, dialog, status, code) in [
        (&path, "comet5", 400, "malformed"),
        (&path, "channel99999", 404, "chat_unknown"),
        (&nowhere, "user1", 404, "not_found"),
    ] {
        let body = json!({ "dialog": dialog });
        let answer = harbour.ask(Method::POST, path, Some(body)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{answer:?}"
        );
    }
}
