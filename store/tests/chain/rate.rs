//! How many entries can be written in a second. See tests/load/README.md.

use std::time::{Duration, Instant};

use futures::future::join_all;
use sesame_domain::ports::AuditLog;

use crate::chain::{Backend, Chain, entry};

const FOR: Duration = Duration::from_secs(5);

/// Entries per second, from so many writers.
async fn rate(strands: u16, writers: u32) -> f64 {
    let chain = Chain::new(Backend::Postgres).await;
    let db = chain.node(writers).await;
    db.audit_log().append(entry(0)).await.unwrap();
    let rest = format!("DELETE FROM audit_strands WHERE strand >= {strands}");
    chain.sql(&rest).await;
    let began = Instant::now();
    let writers = (0..writers).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut written = 0_u32;
            while began.elapsed() < FOR {
                db.audit_log().append(entry(1)).await.unwrap();
                written += 1;
            }
            written
        })
    });
    let written: u32 = join_all(writers)
        .await
        .into_iter()
        .map(Result::unwrap)
        .sum();
    let rate = f64::from(written) / began.elapsed().as_secs_f64();
    db.close().await.unwrap();
    rate
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, for a quiet machine and a release build"]
async fn entries_per_second() {
    for writers in [1, 4, 16, 64] {
        let one = rate(1, writers).await;
        let all = rate(16, writers).await;
        println!("{writers:>2} writers: {one:>6.0}/s on one strand, {all:>6.0}/s on 16");
    }
}
