//! What a copy on the server waits for, and what uses its attempts.

use chrono::TimeDelta;
use sesame_domain::job::{Job, JobState, Outcome, WaitReason};
use sesame_domain::reading::ReadError;
use sesame_domain::time::Timestamp;

use crate::server::{ROOM, World, outcome};

#[tokio::test]
async fn a_flood_parks_it_where_it_is_and_is_no_attempt() {
    let world = World::with(150, ROOM).await;
    world.dialog.faults.lock().unwrap().flood_at = Some(6);
    let (export, job) = world.ask().await;
    let node = world.node();
    node.look().await;
    let parked = world.job(job).await;
    let JobState::Waiting { reason, cause, .. } = &parked.state else {
        panic!("{parked:?}")
    };
    assert_eq!((reason, cause), (&WaitReason::Flood, &None));
    assert_eq!(parked.attempts, 0);
    node.look().await;
    assert!(matches!(
        outcome(&world.job(job).await),
        Outcome::Done { .. }
    ));
    assert_eq!(world.export(export).await.made.unwrap().messages, 150);
}

/// What a job waits for, and for how many seconds.
fn wait(job: &Job, now: Timestamp) -> (WaitReason, i64) {
    let JobState::Waiting {
        until,
        reason,
        cause: None,
    } = &job.state
    else {
        panic!("{job:?}")
    };
    (reason.clone(), (*until - now).num_seconds())
}

#[tokio::test]
async fn what_is_not_there_is_waited_for_ever_longer_and_is_no_attempt() {
    let world = World::with(150, ROOM).await;
    let (export, job) = world.ask().await;
    let node = world.node();
    let down = || ReadError::Down {
        dc: 2,
        until: world.stores.now() + TimeDelta::seconds(30),
    };
    let unreachable = || ReadError::Unreachable("refused".to_owned());
    let silent = || ReadError::NoAnswer("no answer in time".to_owned());
    let mut waits = Vec::new();
    let errors: [&dyn Fn() -> ReadError; 9] = [
        &unreachable,
        &silent,
        &down,
        &|| ReadError::Elsewhere,
        &|| ReadError::Stopping,
        &unreachable,
        &unreachable,
        &down,
        &|| ReadError::Elsewhere,
    ];
    for error in errors {
        world.dialog.faults.lock().unwrap().errors.extend([error()]);
        node.look().await;
        let parked = world.job(job).await;
        let (reason, seconds) = wait(&parked, world.stores.now());
        assert_eq!(parked.attempts, 0, "{parked:?}");
        waits.push((reason.as_str().to_owned(), seconds));
        world.stores.clock.advance(TimeDelta::seconds(seconds));
    }
    let waits: Vec<_> = waits
        .iter()
        .map(|(why, time)| (why.as_str(), *time))
        .collect();
    assert_eq!(
        waits,
        [
            ("telegram", 2),
            ("telegram", 4),
            // As long as it is known to be away.
            ("telegram", 30),
            ("session_elsewhere", 16),
            ("unavailable", 32),
            ("telegram", 60),
            ("telegram", 60),
            ("telegram", 60),
            ("session_elsewhere", 60),
        ]
    );
    node.look().await;
    assert!(matches!(
        outcome(&world.job(job).await),
        Outcome::Done { .. }
    ));
    assert_eq!(world.export(export).await.made.unwrap().messages, 150);
}

#[tokio::test]
async fn who_got_on_waits_briefly_again() {
    let world = World::with(150, ROOM).await;
    let (_, job) = world.ask().await;
    let node = world.node();
    let fail = |after: usize| {
        let mut faults = world.dialog.faults.lock().unwrap();
        faults.fail_after = after;
        faults.errors.extend([ReadError::Elsewhere]);
    };
    for seconds in [2, 4, 8] {
        fail(0);
        node.look().await;
        let (_, waited) = wait(&world.job(job).await, world.stores.now());
        assert_eq!(waited, seconds);
        world.stores.clock.advance(TimeDelta::seconds(waited));
    }
    // The first page is kept, and a file of it does not come.
    fail(4);
    node.look().await;
    let (_, waited) = wait(&world.job(job).await, world.stores.now());
    assert_eq!(waited, 2);
}

#[tokio::test]
async fn what_is_wrong_uses_attempts() {
    let world = World::with(30, ROOM).await;
    let (_, job) = world.ask().await;
    let node = world.node();
    for attempt in 1..=5 {
        let broken = ReadError::Temporary("an answer that cannot be read".to_owned());
        world.dialog.faults.lock().unwrap().errors.extend([broken]);
        node.look().await;
        assert_eq!(world.job(job).await.attempts, attempt);
        world.stores.clock.advance(TimeDelta::hours(1));
    }
    let failed = world.job(job).await;
    let Outcome::Failed(cause) = outcome(&failed) else {
        panic!("{failed:?}")
    };
    assert_eq!(cause.code.as_str(), "unavailable");
}
