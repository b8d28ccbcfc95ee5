//! Many logins at once.

use futures::StreamExt as _;
use sesame_domain::login::Status;

use crate::fixture::{Fixture, eventually, owner};

/// How many logins wait.
const CROWD: usize = 1_000;

/// Resident memory of this process, in KiB (Linux).
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The sandbox runs in the same process, so this bounds both together. Takes
/// its time: run it alone, with `--ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures memory; run alone"]
async fn a_thousand_logins_wait_in_little_memory() {
    let fixture = Fixture::new().await;
    let node = fixture.node();
    let before = resident_kib();
    let begun = std::time::Instant::now();
    let logins: Vec<_> = futures::stream::iter(0..CROWD)
        .map(|_| async {
            let login = node.begin(&owner(&fixture.person(1))).await;
            node.until_status(&login, Status::Pending).await
        })
        .buffer_unordered(50)
        .collect()
        .await;
    let each = (resident_kib() - before) / CROWD as u64;
    println!(
        "{} logins wait after {:?}: {each} KiB each",
        logins.len(),
        begun.elapsed()
    );
    assert!(each < 400, "{each} KiB for each waiting login");
    let begun = std::time::Instant::now();
    node.sessions.shutdown().await;
    println!("stopped in {:?}", begun.elapsed());
    let stats = || async {
        fixture
            .dcs
            .stats()
            .connections
            .iter()
            .all(|(_, open)| *open == 0)
    };
    eventually("every client to disconnect", stats).await;
}
