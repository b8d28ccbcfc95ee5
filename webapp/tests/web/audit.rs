//! What was done with the person's account, by the API and in the Mini App.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::json;
use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::client::Client;
use crate::support::{World, noon, owner};

/// An entry about a person, that many minutes before noon.
fn entry(person: i64, minutes_ago: i64, action: Action, reason: &str) -> AuditEntry {
    let at = noon() - TimeDelta::minutes(minutes_ago);
    let actor = Actor::system("sessions");
    let subject = Uuid::from_u128(5);
    AuditEntry::new(at, owner(person), subject, actor, action, reason).from("node 3f9a")
}

fn checks(world: &World, person: i64, count: i64) {
    let mut entries = world.audit.entries.lock().unwrap();
    entries.extend((0..count).map(|ago| entry(person, ago, Action::SessionOpened, "check")));
}

#[tokio::test]
async fn an_entry_says_what_who_why_from_where_and_how_it_went() {
    let (world, _clock) = World::still();
    let broken = entry(7, 3, Action::SealBroken, "check").failed();
    world.audit.entries.lock().unwrap().push(broken);
    let answer = Client::signed_in(&world, 7)
        .await
        .get("/api/v1/audit")
        .await;
    let expected = json!({
        "entries": [{
            "at": noon() - TimeDelta::minutes(3),
            "action": "seal_broken",
            "actor": {"kind": "system", "name": "sessions"},
            "reason": "check",
            "origin": "node 3f9a",
            "outcome": "failed",
            "subject": Uuid::from_u128(5),
        }],
        "next": null,
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn the_audit_is_the_persons_own() {
    let (world, _clock) = World::still();
    checks(&world, 8, 3);
    let client = Client::signed_in(&world, 7).await;
    let answer = client.get("/api/v1/audit").await.json();
    assert_eq!(answer, json!({"entries": [], "next": null}));
    let answer = client.get("/api/v1/audit?owner=8").await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let (world, _clock) = World::still();
    checks(&world, 7, 25);
    // Two of one moment are never parted.
    let twin = entry(7, 9, Action::SessionSealed, "changed");
    world.audit.entries.lock().unwrap().push(twin);
    let client = Client::signed_in(&world, 7).await;
    let mut seen: Vec<(Timestamp, String)> = Vec::new();
    let mut sizes = Vec::new();
    let mut path = "/api/v1/audit?limit=10".to_owned();
    loop {
        let page = client.get(&path).await.json();
        let entries = page["entries"].as_array().unwrap().clone();
        sizes.push(entries.len());
        seen.extend(entries.iter().map(|entry| {
            let at = serde_json::from_value(entry["at"].clone()).unwrap();
            (at, entry["action"].to_string())
        }));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/audit?limit=10&before={next}");
    }
    assert_eq!(sizes, [11, 10, 5]);
    assert!(seen.is_sorted_by(|newer, older| newer.0 >= older.0));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 26);
}

#[rstest]
#[case("?limit=many")]
#[case("?before=yesterday")]
#[case("?person=7")]
#[tokio::test]
async fn what_cannot_be_understood_is_said_so(#[case] query: &str) {
    let (world, _clock) = World::still();
    let client = Client::signed_in(&world, 7).await;
    for path in ["/api/v1/audit", "/app/view/activity"] {
        let answer = client.get(&format!("{path}{query}")).await;
        assert_eq!(answer.problem(), (400, "malformed".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_limit_is_kept_within_bounds() {
    let (world, _clock) = World::still();
    checks(&world, 7, 250);
    let client = Client::signed_in(&world, 7).await;
    for (query, size) in [("", 50), ("?limit=0", 1), ("?limit=9999", 200)] {
        let page = client.get(&format!("/api/v1/audit{query}")).await.json();
        assert_eq!(page["entries"].as_array().unwrap().len(), size, "{query}");
    }
}

#[tokio::test]
async fn the_view_has_plain_words_and_alarms_stand_out() {
    let (world, _clock) = World::still();
    checks(&world, 7, 3);
    let mut entries = vec![
        entry(7, 10, Action::SealBroken, "check").failed(),
        entry(7, 11, Action::SessionOpened, "log out"),
        entry(7, 12, Action::SessionOpened, "dialogs").failed(),
        entry(7, 13, Action::LoginEnded, "expired"),
    ];
    entries[3].actor = Actor::Owner;
    world.audit.entries.lock().unwrap().extend(entries);
    let view = Client::signed_in(&world, 7)
        .await
        .get("/app/view/activity")
        .await;
    for words in [
        "Checked by Sesame",
        "3 times",
        "Sesame signed your account out at Telegram",
        "Sesame opened your session",
        "Did not work",
        "Linking ran out of time",
        "That is all there is.",
    ] {
        assert!(view.text.contains(words), "{words}");
    }
    // What only those want to know who look closely is below the rest.
    let (head, details) = view.text.split_once("Technical details").unwrap();
    for words in ["node 3f9a", "dialogs", "log out"] {
        assert!(!head.contains(words), "{words}");
        assert!(details.contains(words), "{words}");
    }
    for summary in view.text.split("<summary class=\"cell\">").skip(1) {
        let summary = summary.split("</summary>").next().unwrap();
        for words in ["node 3f9a", "dialogs", "sessions"] {
            assert!(!summary.contains(words), "{summary}");
        }
    }
    assert_eq!(view.text.matches("entry--alarm").count(), 1);
    assert!(!view.text.contains("Show older"));
}

#[tokio::test]
async fn the_view_goes_on_where_it_ended() {
    let (world, _clock) = World::still();
    checks(&world, 7, 130);
    let client = Client::signed_in(&world, 7).await;
    let first = client.get("/app/view/activity").await.text;
    assert!(first.contains("100 times"));
    let link = first.split("data-href=\"").nth(1).unwrap();
    let link = link.split('"').next().unwrap();
    let second = client.get(link).await.text;
    assert!(second.contains("30 times"), "{second}");
    assert!(!second.contains("Show older"));
}

#[tokio::test]
async fn before_anything_was_done_the_view_says_so() {
    let (world, _clock) = World::still();
    let view = Client::signed_in(&world, 7)
        .await
        .get("/app/view/activity")
        .await;
    assert!(view.text.contains("Nothing was done yet."));
}

#[tokio::test]
async fn an_operators_name_is_escaped() {
    let (world, _clock) = World::still();
    let mut opened = entry(7, 1, Action::SessionOpened, "<i>why</i>");
    opened.actor = Actor::Operator {
        name: "<script>".to_owned(),
    };
    world.audit.entries.lock().unwrap().push(opened);
    let view = Client::signed_in(&world, 7)
        .await
        .get("/app/view/activity")
        .await;
    assert!(!view.text.contains("<script>") && !view.text.contains("<i>"));
}
