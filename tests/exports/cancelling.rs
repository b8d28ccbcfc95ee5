//! Cancelling, whatever a job is at: what is waited for never comes in these tests, so
//! that a job that ends was cancelled.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harbour::Harbour;

/// A call that is not answered is given up after ten seconds, and a file is tried for
/// minutes: what ends before that was cancelled.
const BEFORE_ANYTHING_ELSE: Duration = Duration::from_secs(8);

/// Cancels a job that runs: how long it took until it was over.
async fn cancel(harbour: &Harbour, job: &str, what: &str) {
    let asked = Instant::now();
    let path = format!("/jobs/{job}");
    let answer = harbour.ask(Method::DELETE, &path, None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let over = harbour.over(job).await;
    let took = asked.elapsed();
    assert_eq!(over["state"], "cancelled", "{what}: {over}");
    eprintln!("cancelled {what} after {} ms", took.as_millis());
    assert!(took < BEFORE_ANYTHING_ELSE, "{what}: {took:?}");
}

/// Cancels a job that no one is at: it is over with the answer.
async fn cancel_at_once(harbour: &Harbour, job: &str, what: &str) {
    let path = format!("/jobs/{job}");
    let answer = harbour.ask(Method::DELETE, &path, None).await;
    assert_eq!(answer.json["state"], "cancelled", "{what}: {answer:?}");
}

async fn fault(harbour: &Harbour, fault: Value) {
    let phones = &harbour.server.phones;
    let granted = phones.ask(Method::POST, "/faults", Some(fault)).await;
    assert!(granted.unwrap().status.is_success());
}

fn is(state: &'static str) -> impl Fn(&Value) -> bool {
    move |job| job["state"] == state
}

#[tokio::test]
async fn a_job_ends_when_it_is_cancelled_whatever_it_waits_for() {
    let mut harbour = Harbour::with(130, &[3_000_000]).await;

    // A call that is never answered.
    let silent = json!({ "kind": "delay", "method": "messages.getHistory", "least_ms": 600_000 });
    fault(&harbour, silent).await;
    let (_, job) = harbour.begin().await;
    harbour.once(&job, is("running")).await;
    cancel(&harbour, &job, "in a call").await;
    harbour.server.phones.heal().await.unwrap();

    // A flood that is slept through, and another job of the account behind it.
    let flood = |seconds: u32| {
        let phones = &harbour.server.phones;
        let name = format!("FLOOD_WAIT_{seconds}");
        async move { phones.fail("messages.getHistory", 420, &name, 1).await }
    };
    flood(60).await.unwrap();
    let (_, job) = harbour.begin().await;
    harbour.once(&job, is("running")).await;
    let other = json!({ "dialog": format!("user{}", harbour.guest.person.id) });
    let path = format!("/accounts/{}/exports", harbour.account);
    let other = harbour.ask(Method::POST, &path, Some(other)).await;
    let other = other.json["job"].as_str().unwrap().to_owned();
    cancel(&harbour, &job, "in a flood").await;
    // The flood is that of the account and the method: the other one waits for it, too.
    harbour.once(&other, is("running")).await;
    let (_, queued) = harbour.begin().await;
    harbour.once(&queued, is("queued")).await;
    cancel_at_once(&harbour, &queued, "queued").await;
    cancel(&harbour, &other, "in a flood of before").await;
    harbour.server.phones.heal().await.unwrap();

    // The flood is remembered by the node that met it alone; calls are far apart now.
    harbour.server.stop("TERM").await.unwrap();
    let program = harbour.server.program.clone();
    let apart = program.clone().set("THROTTLE_FLOOR_MS", "60000");
    harbour.server.program = apart.set("THROTTLE_CEILING_MS", "60000");
    harbour.server.start().await.unwrap();
    let before = harbour.calls("messages.getHistory").await;
    let (_, job) = harbour.begin().await;
    harbour.once(&job, is("running")).await;
    while harbour.calls("messages.getHistory").await == before {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    cancel(&harbour, &job, "in the throttle").await;
    harbour.server.stop("TERM").await.unwrap();
    harbour.server.program = program;
    harbour.server.start().await.unwrap();

    // A file that never comes.
    let message = format!("{}/messages/{}/file-fault", harbour.channel(), harbour.last);
    let silent = json!({ "fault": "silence" });
    let phones = &harbour.server.phones;
    let put = phones.ask(Method::PUT, &message, Some(silent)).await;
    assert!(put.as_ref().unwrap().status.is_success(), "{put:?}");
    let (_, job) = harbour.begin().await;
    let at_files = |job: &Value| job["progress"]["beside"][0]["total"] == 1;
    harbour.once(&job, at_files).await;
    cancel(&harbour, &job, "in a part of a file").await;
    let none = json!({ "fault": "none" });
    phones.ask(Method::PUT, &message, Some(none)).await.unwrap();

    // A wait that is too long to sleep through: it is parked.
    phones
        .fail("messages.getHistory", 420, "FLOOD_WAIT_3600", 1)
        .await
        .unwrap();
    let (_, job) = harbour.begin().await;
    // Telegram may be silent on that connection for a while, after such a file.
    let flood = |job: &Value| job["state"] == "waiting" && job["reason"] == "flood";
    harbour.once(&job, flood).await;
    cancel_at_once(&harbour, &job, "parked").await;

    // Nothing of it was lost: a node that knows of no flood makes the copy whole.
    harbour.server.stop("TERM").await.unwrap();
    harbour.server.start().await.unwrap();
    let (_, job) = harbour.begin().await;
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
}
