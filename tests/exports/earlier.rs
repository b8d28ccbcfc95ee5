//! Copies of a supergroup that was a group before.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::http;

use crate::harbour::{Harbour, messages, unpacked};

/// What the numbers of the earlier group's messages are moved by, as in Telegram Desktop.
const MOVED: i64 = -1_000_000_000;

/// A supergroup that was a group, with messages and files in both.
async fn supergroup(harbour: &Harbour) -> String {
    let phones = &harbour.server.phones;
    let member = harbour.guest.person.id;
    let group = json!({
        "kind": "group", "title": "Crew", "members": [member], "messages": 130,
        "media": [{ "size": 700_000 }],
    });
    let group = phones.ask(Method::POST, "/channels", Some(group)).await;
    let group = group.unwrap().json["id"].as_i64().unwrap();
    let path = format!("/channels/{group}/migrate");
    let migrated = phones.ask(Method::POST, &path, None).await.unwrap();
    assert_eq!(migrated.status, 201, "{migrated:?}");
    let id = migrated.json["id"].as_i64().unwrap();
    let said = json!({ "messages": 120, "media": [{ "size": 5_000 }] });
    let path = format!("/channels/{id}/messages");
    let said = phones.ask(Method::POST, &path, Some(said)).await.unwrap();
    assert_eq!(said.status, 201, "{said:?}");
    // So that the session has met it.
    let dialogs = format!("/accounts/{}/dialogs", harbour.account);
    harbour.ask(Method::GET, &dialogs, None).await;
    format!("channel{id}")
}

async fn said_in(harbour: &Harbour, export: &str) -> (Vec<Value>, Vec<u64>) {
    let link = harbour.link(export).await;
    let client = http::client().unwrap();
    let fetched = client.get(&link).send().await.unwrap();
    let files = unpacked(&fetched.bytes().await.unwrap());
    let kept = files.iter().filter(|(name, _)| name.starts_with("files/"));
    let mut sizes: Vec<_> = kept.map(|(_, bytes)| bytes.len() as u64).collect();
    sizes.sort_unstable();
    (messages(&files), sizes)
}

#[tokio::test]
async fn the_messages_of_the_group_from_before_come_first_and_their_numbers_below_all_others() {
    let mut harbour = Harbour::with(3, &[]).await;
    harbour.chat = supergroup(&harbour).await;
    let (export, job) = harbour.begin().await;
    // Wherever it is.
    tokio::time::sleep(Duration::from_millis(500)).await;
    harbour.server.stop("KILL").await.unwrap();
    harbour.server.start().await.unwrap();
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
    let (said, sizes) = said_in(&harbour, &export).await;
    assert_eq!(sizes, [5_000, 700_000]);
    let ids: Vec<i64> = said.iter().map(|it| it["id"].as_i64().unwrap()).collect();
    assert!(ids.is_sorted() && ids.windows(2).all(|two| two[0] != two[1]));
    let earlier = ids.iter().filter(|id| **id < 0).count();
    assert!(
        ids[0] > MOVED && earlier >= 131,
        "{earlier} of {}",
        ids.len()
    );
    assert!(ids.len() - earlier >= 121);
    let action = |name: &str| said.iter().position(|it| it["action"] == name);
    let (left, came) = (
        action("migrate_to_supergroup"),
        action("migrate_from_group"),
    );
    assert_eq!(left, Some(earlier - 1));
    assert_eq!(came, Some(earlier));
    // It is read once: what is new is the supergroup's.
    let before = harbour.calls("channels.getFullChannel").await;
    let retried = harbour
        .ask(Method::POST, &format!("/exports/{export}/retry"), None)
        .await;
    let job = retried.json["job"].as_str().unwrap().to_owned();
    harbour.over(&job).await;
    assert_eq!(harbour.calls("channels.getFullChannel").await, before);
    let (again, _) = said_in(&harbour, &export).await;
    assert_eq!(again, said);
}

#[tokio::test]
async fn an_export_of_telegrams_is_for_the_group_from_before_as_well() {
    let mut harbour = Harbour::with(3, &[]).await;
    harbour.chat = supergroup(&harbour).await;
    let path = format!("/accounts/{}/exports", harbour.account);
    let asked = json!({ "dialog": harbour.chat, "takeout": true });
    let asked = harbour.ask(Method::POST, &path, Some(asked)).await.json;
    let done = harbour.over(asked["job"].as_str().unwrap()).await;
    assert_eq!(done["state"], "done", "{done}");
    let (said, _) = said_in(&harbour, asked["export"].as_str().unwrap()).await;
    assert!(said[0]["id"].as_i64() < Some(0) && said.len() >= 252);
    let takeouts = format!("/people/{}/takeout", harbour.guest.person.id);
    let begun = harbour
        .server
        .phones
        .ask(Method::GET, &takeouts, None)
        .await;
    let begun = begun.unwrap().json.to_string();
    assert!(begun.contains("\"message_chats\":true"), "{begun}");
    assert!(begun.contains("\"message_megagroups\":true"), "{begun}");
    assert!(begun.contains("\"message_channels\":false"), "{begun}");
}
