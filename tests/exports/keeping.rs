//! Brought up to date: what was edited or deleted at Telegram meanwhile.

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::http;

use crate::harbour::{Harbour, SECRET, messages, unpacked};

#[tokio::test]
async fn a_copy_that_is_brought_up_to_date_has_what_was_edited_and_marks_what_was_deleted() {
    let harbour = Harbour::with(120, &[5_000, 6_000]).await;
    let (export, job) = harbour.begin().await;
    assert_eq!(harbour.over(&job).await["state"], "done");
    let (edited, deleted) = (harbour.last - 2, harbour.last - 1);
    let channel = harbour.channel();
    let phones = &harbour.server.phones;
    let path = format!("{channel}/messages/{edited}");
    let said = json!({ "text": "the herrings moved on" });
    let answer = phones.ask(Method::PATCH, &path, Some(said)).await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    let path = format!("{channel}/messages/{deleted}");
    let answer = phones.ask(Method::DELETE, &path, None).await.unwrap();
    assert!(answer.status.is_success(), "{answer:?}");

    // Not looked for, it is not noticed.
    let retry = format!("/exports/{export}/retry");
    let update = async |days: u16| {
        let back = json!({ "look_back": days });
        let asked = harbour.ask(Method::POST, &retry, Some(back)).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        let done = harbour.over(asked.json["job"].as_str().unwrap()).await;
        assert_eq!(done["state"], "done", "{done}");
        let fetched = http::client().unwrap().get(harbour.link(&export).await);
        unpacked(&fetched.send().await.unwrap().bytes().await.unwrap())
    };
    let before = update(0).await;
    let text = |files: &_, id: i64| {
        let found = messages(files).into_iter().find(|it| it["id"] == id);
        found.unwrap()["text"].clone()
    };
    assert_eq!(text(&before, edited), SECRET);

    let after = update(7).await;
    assert_eq!(messages(&after).len(), messages(&before).len());
    assert_eq!(text(&after, edited), "the herrings moved on");
    let manifest: Value = serde_json::from_slice(&after["manifest.json"]).unwrap();
    assert_eq!(manifest["messages"]["edited"], 1, "{manifest}");
    assert_eq!(manifest["deleted"][0]["id"], deleted);
    assert_eq!(manifest["deleted"].as_array().unwrap().len(), 1);
    // What was there stands there as it was, and both files are kept.
    let lines = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
        String::from_utf8(files["messages.jsonl"].clone()).unwrap()
    };
    assert!(lines(&after).starts_with(&lines(&before)));
    assert_eq!(
        lines(&after).lines().count(),
        lines(&before).lines().count() + 2
    );
    let files = after.keys().filter(|name| name.starts_with("files/"));
    assert_eq!(files.count(), 2);
    let page = String::from_utf8(after["messages.html"].clone()).unwrap();
    assert_eq!(page.matches("deleted since").count(), 1);
    // It is the same again, and nothing is written twice.
    assert_eq!(lines(&update(7).await), lines(&after));

    let path = format!("/exports/{export}/renewal");
    let kept = harbour
        .ask(Method::PUT, &path, Some(json!({ "every": "daily" })))
        .await;
    assert_eq!(kept.json["renewal"]["every"], "daily", "{kept:?}");
    let expires = kept.json["expires_at"].as_str().unwrap();
    assert!(expires > kept.json["renewal"]["next_at"].as_str().unwrap());
}
