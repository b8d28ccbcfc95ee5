//! Copies that are read inside of an export of Telegram's (a takeout): asked for,
//! waited for, gone on with, and ended in every case.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sesame_test_support::wait::poll;

use crate::harbour::{Harbour, messages, unpacked};

/// How long it may take until what no one waits for is ended.
const ENDED_WITHIN: Duration = Duration::from_mins(2);

impl Harbour {
    async fn begin_by_takeout(&self) -> (String, String) {
        let path = format!("/accounts/{}/exports", self.account);
        let body = json!({ "dialog": self.chat, "takeout": true });
        let asked = self.ask(Method::POST, &path, Some(body)).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        let id = |name: &str| asked.json[name].as_str().unwrap().to_owned();
        (id("export"), id("job"))
    }

    /// The person's word on how it goes on; the job that does.
    async fn go_on(&self, export: &str, takeout: bool) -> String {
        let path = format!("/exports/{export}/retry");
        let body = json!({ "takeout": takeout });
        let asked = self.ask(Method::POST, &path, Some(body)).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        asked.json["job"].as_str().unwrap().to_owned()
    }

    async fn at_telegram(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let path = format!("/people/{}/takeout{path}", self.guest.person.id);
        let answer = self.server.phones.ask(method, &path, body).await.unwrap();
        assert!(answer.status.is_success(), "{answer:?}");
        answer.json
    }

    /// The takeouts that were begun, as Telegram has them.
    async fn begun(&self) -> Vec<Value> {
        let takeouts = self.at_telegram(Method::GET, "", None).await;
        takeouts["begun"].as_array().unwrap().clone()
    }

    /// Whether each was done, and whether another one ended it.
    async fn ends(&self) -> Vec<(Value, bool)> {
        let begun = self.begun().await.into_iter();
        let ends = begun.map(|it| (it["success"].clone(), it["replaced"] == true));
        ends.collect()
    }

    async fn wait_at_telegram(&self, seconds: u32) {
        let delay = json!({ "delay_seconds": seconds });
        self.at_telegram(Method::PUT, "", Some(delay)).await;
    }

    /// Answers to calls of this method take so long.
    async fn slow(&self, method: &str, millis: u32) {
        let slow = json!({ "kind": "delay", "method": method, "least_ms": millis });
        let phones = &self.server.phones;
        let slow = phones.ask(Method::POST, "/faults", Some(slow)).await;
        assert_eq!(slow.unwrap().status, 201);
    }
}

fn asks(job: &Value) -> bool {
    job["state"] == "waiting" && job["reason"] == "takeout_delay"
}

fn has_messages(job: &Value) -> bool {
    job["progress"]["done"].as_u64() > Some(0)
}

#[tokio::test]
async fn telegram_asks_first_and_a_copy_goes_on_once_it_is_allowed_and_is_the_same() {
    let harbour = Harbour::with(230, &[700_000]).await;
    harbour.wait_at_telegram(86_400).await;
    let (export, job) = harbour.begin_by_takeout().await;
    let waits = harbour.once(&job, asks).await;
    assert_eq!(
        (&waits["attempts"], &waits["code"]),
        (&json!(0), &Value::Null)
    );
    // Not yet: it waits on.
    let until = waits["until"].clone();
    assert_eq!(harbour.go_on(&export, true).await, job);
    harbour
        .once(&job, |job| asks(job) && job["until"] != until)
        .await;
    assert_eq!(harbour.begun().await, Vec::<Value>::new());
    harbour.at_telegram(Method::POST, "/allow", None).await;
    assert_eq!(harbour.go_on(&export, true).await, job);
    assert_eq!(harbour.over(&job).await["state"], "done");
    let begun = harbour.begun().await;
    let [takeout] = &begun[..] else {
        panic!("{begun:?}")
    };
    assert_eq!(takeout["success"], true);
    let flags = json!({
        "contacts": false, "message_users": false, "message_chats": false,
        "message_megagroups": false, "message_channels": true,
        "files": true, "file_max_size": 4_000_u64 << 20,
    });
    assert_eq!(takeout["flags"], flags);

    // Without one, it comes to the same.
    let fetched = async |export: &str| {
        let link = harbour.link(export).await;
        let zip = reqwest::get(link).await.unwrap().bytes().await.unwrap();
        let mut files = unpacked(&zip);
        assert!(files.remove("manifest.json").is_some());
        files
    };
    let by_takeout = fetched(&export).await;
    assert!(messages(&by_takeout).len() > 230);
    let path = format!("/exports/{export}");
    assert_eq!(harbour.ask(Method::DELETE, &path, None).await.status, 204);
    let (export, job) = harbour.begin().await;
    assert_eq!(harbour.over(&job).await["state"], "done");
    assert!(fetched(&export).await == by_takeout);
    assert_eq!(harbour.begun().await.len(), 1);
}

#[tokio::test]
async fn what_no_one_allows_begins_by_itself_and_who_does_not_want_it_goes_on_without() {
    let harbour = Harbour::with(30, &[]).await;
    harbour.wait_at_telegram(4).await;
    let (export, job) = harbour.begin_by_takeout().await;
    harbour.once(&job, asks).await;
    assert_eq!(harbour.over(&job).await["state"], "done");
    assert_eq!(harbour.ends().await, [(json!(true), false)]);
    harbour.wait_at_telegram(86_400).await;
    let waits = harbour.go_on(&export, true).await;
    harbour.once(&waits, asks).await;
    let job = harbour.go_on(&export, false).await;
    assert_ne!(job, waits);
    assert_eq!(harbour.over(&waits).await["state"], "cancelled");
    assert_eq!(harbour.over(&job).await["state"], "done");
    assert_eq!(harbour.begun().await.len(), 1);
}

#[tokio::test]
async fn a_takeout_that_is_over_is_told_and_both_answers_go_on() {
    let harbour = Harbour::with(30, &[5_000]).await;
    let phones = &harbour.server.phones;
    for takeout in [true, false] {
        let invalid = phones.fail("upload.getFile", 400, "TAKEOUT_INVALID", 1);
        invalid.await.unwrap();
        let (export, job) = harbour.begin_by_takeout().await;
        let over = harbour.over(&job).await;
        assert_eq!(
            (&over["state"], &over["code"]),
            (&json!("failed"), &json!("takeout_over"))
        );
        let begun = harbour.begun().await.len();
        let job = harbour.go_on(&export, takeout).await;
        assert_eq!(harbour.over(&job).await["state"], "done");
        assert_eq!(harbour.begun().await.len(), begun + usize::from(takeout));
        let path = format!("/exports/{export}");
        assert_eq!(harbour.ask(Method::DELETE, &path, None).await.status, 204);
    }
    assert_eq!(harbour.ends().await[1], (json!(true), false));
}

/// It is read on in by the node that comes after one that was killed, and by the one
/// that was stopped in order.
#[tokio::test]
async fn a_takeout_outlives_its_node_and_is_ended_once() {
    let mut harbour = Harbour::with(1_500, &[40]).await;
    harbour.slow("messages.getHistory", 300).await;
    let (_, job) = harbour.begin_by_takeout().await;
    harbour.once(&job, has_messages).await;
    for signal in ["KILL", "TERM"] {
        harbour.server.stop(signal).await.unwrap();
        assert_eq!(harbour.ends().await, [(Value::Null, false)], "{signal}");
        harbour.server.start().await.unwrap();
        let before = harbour.calls("messages.getHistory").await;
        while harbour.calls("messages.getHistory").await < before + 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    harbour.server.phones.heal().await.unwrap();
    assert_eq!(harbour.over(&job).await["state"], "done");
    assert_eq!(harbour.ends().await, [(json!(true), false)]);
}

#[tokio::test]
async fn a_takeout_is_ended_when_its_copy_is_cancelled_or_removed_whatever_it_is_at() {
    let mut harbour = Harbour::with(1_500, &[]).await;
    harbour.slow("messages.getHistory", 300).await;
    let (export, job) = harbour.begin_by_takeout().await;
    harbour.once(&job, has_messages).await;
    let cancel = format!("/jobs/{job}");
    harbour.ask(Method::DELETE, &cancel, None).await;
    assert_eq!(harbour.over(&job).await["state"], "cancelled");
    assert_eq!(harbour.ends().await, [(json!(false), false)]);
    harbour.server.phones.heal().await.unwrap();

    // No one is at it when it is removed: it waits for the end of a flood.
    let flood = json!({
        "method": "messages.getHistory", "per": "account", "size": 2,
        "refill_ms": 3_600_000, "least_wait_ms": 3_600_000, "takeout": true,
    });
    let limit = harbour
        .server
        .phones
        .ask(Method::POST, "/limits", Some(flood));
    assert_eq!(limit.await.unwrap().status, 201);
    let job = harbour.go_on(&export, true).await;
    harbour
        .once(&job, |job| {
            job["reason"] == "flood" && job["state"] == "waiting"
        })
        .await;
    assert_eq!(harbour.ends().await.len(), 2);
    let path = format!("/exports/{export}");
    assert_eq!(harbour.ask(Method::DELETE, &path, None).await.status, 204);
    let ended = poll(ENDED_WITHIN, async || {
        (harbour.ends().await[1].0 == json!(false)).then_some(())
    });
    ended.await.unwrap();

    // Its node was killed, and no other one came before it was cancelled.
    let limits = harbour
        .server
        .phones
        .ask(Method::DELETE, "/limits", None)
        .await;
    assert!(limits.unwrap().status.is_success());
    // The node that met the flood would wait for its end.
    harbour.server.stop("TERM").await.unwrap();
    harbour.server.start().await.unwrap();
    harbour.slow("messages.getHistory", 300).await;
    let (_, job) = harbour.begin_by_takeout().await;
    harbour.once(&job, has_messages).await;
    harbour.server.stop("KILL").await.unwrap();
    harbour.server.start().await.unwrap();
    let cancel = format!("/jobs/{job}");
    harbour.ask(Method::DELETE, &cancel, None).await;
    assert_eq!(harbour.over(&job).await["state"], "cancelled");
    let ended = poll(ENDED_WITHIN, async || {
        (harbour.ends().await[2].0 == json!(false)).then_some(())
    });
    ended.await.unwrap();
}
