//! What is done in the background, from the command line.

#![allow(clippy::unwrap_used, reason = "a test ends when something is missing")]

use std::time::Duration;

use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;

const BINARY: &str = env!("CARGO_BIN_EXE_sesame");
const BY_ITSELF: Duration = Duration::from_secs(30);

#[tokio::test]
async fn accounts_are_looked_at_when_an_operator_asks() {
    let server = TestServer::open(BINARY).await.unwrap();
    let say = async |args: &[&str]| {
        let program = server.program.instead(args.iter().copied());
        program.run().await.unwrap()
    };
    let none = say(&["accounts", "check"]).await;
    assert!(none.answered().contains("0 accounts work"), "{none:?}");
    let unknown = "01960000-0000-7000-8000-000000000000";
    let said = say(&["accounts", "check", "--id", unknown]).await;
    assert_eq!(said.status.code(), Some(2), "{said:?}");
    assert!(
        said.complained().contains("no such account"),
        "{}",
        said.err
    );
}

#[tokio::test]
async fn jobs_are_listed_shown_and_cancelled() {
    let server = TestServer::open(BINARY).await.unwrap();
    let say = async |args: &[&str]| {
        let program = server.program.instead(args.iter().copied());
        program.run().await.unwrap()
    };
    let list = [
        "jobs",
        "list",
        "--kind",
        "checkpoint",
        "--state",
        "done",
        "--json",
    ];
    let job = poll(BY_ITSELF, async || {
        let said = say(&list).await;
        let rows: serde_json::Value = serde_json::from_str(&said.out).ok()?;
        let row = rows.as_array()?.first()?.clone();
        Some(row)
    })
    .await
    .unwrap();
    assert!(job["says"].as_str().unwrap().contains(" made"), "{job}");
    let id = job["id"].as_str().unwrap();
    let shown = say(&["jobs", "show", id]).await;
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["kind"], "checkpoint");
    let over = say(&["jobs", "cancel", id]).await;
    assert!(over.out.contains("was over before"), "{over:?}");
    let table = say(&["jobs", "list"]).await;
    assert!(table.out.contains("checkpoint"), "{}", table.out);
    for wrong in [["show", "7"], ["cancel", "7"]] {
        let said = say(&["jobs", wrong[0], wrong[1]]).await;
        assert_eq!(said.status.code(), Some(2), "{said:?}");
        assert!(
            said.complained().contains("there is no job 7"),
            "{}",
            said.err
        );
    }
    let said = say(&["jobs", "list", "--state", "asleep"]).await;
    assert!(
        said.complained().contains("queued, waiting"),
        "{}",
        said.err
    );
}
