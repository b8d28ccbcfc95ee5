//! The database, Redis, and what is done by itself.

use std::sync::Arc;

use sesame_domain::duty::{Duty, DutyRecord};
use sesame_domain::ports::Duties;
use sesame_domain::time::{Age, SystemClock, Timestamp};
use sesame_store::Database;

use super::finding::Finding;
use crate::config::Storage;
use crate::failure::Failure;
use crate::node::supervisor::TaskSupervisor;
use crate::node::{Core, storage};
use crate::terminal::ago;

const DATABASE: &str = "database";
const REDIS: &str = "redis";
const DUTIES: &str = "duties";

/// The database, if it can be worked with.
pub(super) async fn look_at_database(settings: &Storage) -> (Option<Database>, Vec<Finding>) {
    let database = match storage::connect(settings).await {
        Ok(database) => database,
        Err(error) => return (None, vec![unusable(DATABASE, &error)]),
    };
    match storage::pending(&database).await {
        Ok(pending) if pending.is_empty() => {
            let good = Finding::good(DATABASE, "answers; its schema is up to date");
            (Some(database), vec![good])
        }
        Ok(pending) => {
            storage::close(&database).await;
            let finding = Finding::bad(
                DATABASE,
                format!("its schema lacks {} steps", pending.len()),
                "run `sesame migrate`, or start Sesame, which does it too",
            );
            (None, vec![finding])
        }
        Err(error) => {
            storage::close(&database).await;
            (None, vec![unusable(DATABASE, &error)])
        }
    }
}

/// Redis, if there is one.
pub(super) async fn look_at_redis(settings: &Storage) -> Vec<Finding> {
    if settings.redis_url.is_none() {
        return Vec::new();
    }
    let supervisor = TaskSupervisor::for_command();
    let finding = match storage::coordinate(settings, Arc::new(SystemClock), &supervisor).await {
        Ok(coordination) => {
            coordination.close().await;
            Finding::good(REDIS, "holds leases, and what is published comes back")
        }
        Err(error) => unusable(REDIS, &error),
    };
    vec![finding]
}

/// Duties that fail.
pub(super) async fn look_at_duties(core: &Core) -> Vec<Finding> {
    let records = match core.database.records().await {
        Ok(records) => records,
        Err(error) => return vec![Finding::failed(DUTIES, &error)],
    };
    let now = core.clock.now();
    let mut found: Vec<Finding> = records.iter().filter_map(failing).collect();
    found.extend(records.iter().filter_map(|it| dated_ahead(it, now)));
    if found.is_empty() {
        found.push(Finding::good(
            DUTIES,
            "what Sesame does by itself goes well",
        ));
    }
    found
}

fn failing(record: &DutyRecord) -> Option<Finding> {
    let says = format!(
        "{} failed {} times in a row, last with: {}",
        record.duty.as_str(),
        record.failures,
        record.report
    );
    let advice = "put right what it says; it is tried again by itself";
    match (record.failures, record.duty) {
        (0, _) => None,
        // Nothing is lost by what is still there.
        (_, Duty::PruneBackups) => Some(Finding::warning(DUTIES, says, advice)),
        _ => Some(Finding::bad(DUTIES, says, advice)),
    }
}

/// What was done by a clock that was ahead. That a duty is due then, a running
/// node finds by itself.
fn dated_ahead(record: &DutyRecord, now: Timestamp) -> Option<Finding> {
    let age = Age::of(record.done_at?, now);
    matches!(age, Age::Ahead(_)).then(|| {
        Finding::warning(
            DUTIES,
            format!("{} was done {}", record.duty.as_str(), ago(age)),
            "is the clock right? It is done again by a running Sesame, or by its command",
        )
    })
}

fn unusable(about: &'static str, error: &Failure) -> Finding {
    let (says, advice) = error.in_two();
    Finding::bad(about, says, advice)
}
