//! The database, Redis, and what is done by itself.

use std::sync::Arc;

use sesame_domain::ports::Duties;
use sesame_domain::time::SystemClock;
use sesame_store::Database;

use super::finding::Finding;
use crate::config::Storage;
use crate::failure::Failure;
use crate::node::{Ground, storage};

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
    let finding = match storage::coordinate(settings, Arc::new(SystemClock)).await {
        Ok(coordination) => {
            let answer = coordination.ping().await;
            coordination.close().await;
            match answer {
                Ok(()) => Finding::good(REDIS, "answers"),
                Err(error) => Finding::bad(REDIS, error.to_string(), "is it running?"),
            }
        }
        Err(error) => unusable(REDIS, &error),
    };
    vec![finding]
}

/// Duties that fail.
pub(super) async fn look_at_duties(ground: &Ground) -> Vec<Finding> {
    let records = match ground.database.records().await {
        Ok(records) => records,
        Err(error) => return vec![Finding::bad(DUTIES, error.to_string(), "see the log")],
    };
    let failing: Vec<Finding> = records
        .iter()
        .filter(|record| record.failures > 0)
        .map(|record| {
            Finding::bad(
                DUTIES,
                format!(
                    "{} failed {} times in a row, last with: {}",
                    record.duty.as_str(),
                    record.failures,
                    record.report
                ),
                "put right what it says; it is tried again by itself",
            )
        })
        .collect();
    if failing.is_empty() {
        vec![Finding::good(
            DUTIES,
            "what Sesame does by itself goes well",
        )]
    } else {
        failing
    }
}

fn unusable(about: &'static str, error: &Failure) -> Finding {
    let (says, advice) = error.in_two();
    Finding::bad(about, says, advice)
}
