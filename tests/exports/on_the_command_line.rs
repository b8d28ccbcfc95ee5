//! What the command line says of copies that are kept on the server, and sets of them.

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::sesame::Said;

use crate::harbour::Harbour;

/// `sesame dialogs …`, beside the server that runs.
async fn dialogs(harbour: &Harbour, words: &[&str]) -> Said {
    let words = ["dialogs"].iter().chain(words).copied();
    harbour.server.program.instead(words).run().await.unwrap()
}

async fn listed(harbour: &Harbour) -> Vec<Value> {
    let said = dialogs(harbour, &["copies", "--json"]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    serde_json::from_str(&said.out).unwrap()
}

#[tokio::test]
async fn copies_are_listed_and_kept_up_to_date_as_often_as_is_said() {
    let harbour = Harbour::with(30, &[5_000]).await;
    let said = dialogs(&harbour, &["copies"]).await;
    assert_eq!(said.out.trim(), "No chat of theirs is copied here.");
    let (export, job) = harbour.begin().await;
    assert_eq!(harbour.over(&job).await["state"], "done");

    let rows = listed(&harbour).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!(
        (&row["id"], &row["dialog"], &row["every"], &row["next_at"]),
        (
            &json!(export),
            &json!(harbour.chat),
            &json!("never"),
            &Value::Null
        )
    );
    assert!(row["messages"].as_u64() >= Some(31), "{row}");

    let said = dialogs(&harbour, &["keep", &export, "daily"]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert!(
        said.out.contains("brought up to date daily"),
        "{}",
        said.out
    );
    let row = &listed(&harbour).await[0];
    let next = row["next_at"].as_str().unwrap();
    let said = dialogs(&harbour, &["copies"]).await.out;
    for words in [&*export, &harbour.chat, "daily", "next "] {
        assert!(said.contains(words), "{said}");
    }
    // The person sees the same, and who did it.
    let path = format!("/exports/{export}");
    let seen = harbour.ask(Method::GET, &path, None).await.json;
    assert_eq!(seen["renewal"]["every"], "daily", "{seen}");
    let seen = seen["renewal"]["next_at"].as_str().unwrap();
    assert_eq!(seen[..16], next[..16]);
    let activity = harbour.ask(Method::GET, "/audit", None).await;
    let activity = activity.json.to_string();
    assert!(activity.contains("export_kept"), "{activity}");

    let said = dialogs(&harbour, &["keep", &export, "never"]).await;
    assert!(said.status.success(), "{}{}", said.out, said.err);
    assert_eq!(listed(&harbour).await[0]["every"], "never");
}

#[tokio::test]
async fn what_is_no_copy_of_theirs_is_named_and_nothing_changes() {
    let harbour = Harbour::with(3, &[]).await;
    let (export, job) = harbour.begin().await;
    assert_eq!(harbour.over(&job).await["state"], "done");
    let nobodys = "01900000-0000-7000-8000-000000000000";
    for (words, expected) in [
        (["keep", nobodys, "daily"], "they have no copy"),
        (["keep", "harbour", "daily"], "they have no copy"),
        (["keep", &export, "hourly"], "hourly"),
    ] {
        let said = dialogs(&harbour, &words).await;
        assert_eq!(said.status.code(), Some(2), "{words:?}: {}", said.err);
        assert!(said.err.contains(expected), "{words:?}: {}", said.err);
    }
    let person = harbour.guest.person.id + 1;
    let person = person.to_string();
    let said = dialogs(&harbour, &["copies", "--person", &person]).await;
    assert!(!said.status.success(), "{}", said.out);
    assert!(said.err.contains(&person), "{}", said.err);
    assert_eq!(listed(&harbour).await[0]["every"], "never");
}
