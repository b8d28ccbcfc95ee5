//! What is not there is waited for: a data centre, and a node that was killed.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harbour::Harbour;

/// Many times what it takes otherwise: the pause between attempts, after so many that
/// ended with their node, would be longer.
const A_MACHINE_THAT_IS_BUSY: Duration = Duration::from_secs(19);

#[tokio::test]
async fn an_export_waits_for_a_data_centre_and_uses_no_attempt() {
    let harbour = Harbour::with(130, &[900_000]).await;
    harbour.server.phones.refuse(1).await.unwrap();
    harbour.server.phones.drop_connections().await.unwrap();
    let (_, job) = harbour.begin().await;
    let waits = |job: &Value| job["state"] == "waiting";
    let mut pauses = Vec::new();
    for _ in 0..3 {
        let waiting = harbour.once(&job, waits).await;
        assert_eq!(waiting["reason"], "telegram", "{waiting}");
        assert_eq!(
            (&waiting["attempts"], &waiting["code"]),
            (&0.into(), &Value::Null)
        );
        let until = waiting["until"].as_str().unwrap().to_owned();
        harbour.once(&job, |job| job["until"] != until).await;
        pauses.push(until);
    }
    harbour.server.phones.heal().await.unwrap();
    let healed = Instant::now();
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
    eprintln!("done {} s after it was back", healed.elapsed().as_secs());
    assert!(healed.elapsed() < Duration::from_mins(2));
}

/// Between the end of a node and the next step of its job, what follows from the node's
/// death alone: the next one is there at once in this test.
#[tokio::test]
async fn a_job_whose_node_was_killed_goes_on_within_seconds() {
    let mut harbour = Harbour::with(1_500, &[900_000, 1_700_000, 40]).await;
    let (_, job) = harbour.begin().await;
    for after in [30, 1_500, 400, 700] {
        tokio::time::sleep(Duration::from_millis(after)).await;
        harbour.server.stop("KILL").await.unwrap();
        let killed = Instant::now();
        harbour.server.start().await.unwrap();
        let before = harbour.calls("messages.getHistory").await;
        while harbour.calls("messages.getHistory").await == before {
            let job = harbour.job(&job).await;
            assert_eq!(job["is_over"], false, "{job}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let took = killed.elapsed();
        eprintln!(
            "it reads on {} ms after its node was killed",
            took.as_millis()
        );
        assert!(took < A_MACHINE_THAT_IS_BUSY, "{took:?}");
    }
    let done = harbour.over(&job).await;
    assert_eq!(done["state"], "done", "{done}");
}
