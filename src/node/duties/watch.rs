//! Figures about duties and keys. Names and labels are the contract with
//! deploy/'s rules.

use std::time::Duration;

use metrics::gauge;
use sesame_domain::keys::{KeyState, KeyVersion};
use sesame_domain::ports::{Duties, KeyRegister, StoreError};
use sesame_domain::time::Timestamp;
use sesame_store::Database;

/// How often they are brought up to date.
const EVERY: Duration = Duration::from_secs(30);

/// Keeps the figures up to date.
pub(crate) async fn watch(database: Database) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = look(&database).await {
            tracing::warn!(%error, "figures about duties and keys are stale");
        }
    }
}

async fn look(database: &Database) -> Result<(), StoreError> {
    for record in database.records().await? {
        let duty = record.duty.as_str();
        if let Some(done) = record.done_at {
            gauge!("duty_done_timestamp_seconds", "duty" => duty).set(seconds(done));
        }
        gauge!("duty_failures", "duty" => duty).set(f64::from(record.failures));
    }
    let keys = database.all().await?;
    for state in [KeyState::Active, KeyState::Accepted, KeyState::Retired] {
        let count = keys.iter().filter(|key| key.state == state).count();
        gauge!("key_versions", "state" => state.as_str()).set(lossy(count as u64));
    }
    for key in keys {
        tell(&key);
    }
    for used in database.in_use().await? {
        gauge!("key_sealed_sessions", "key" => used.key_id).set(lossy(used.sessions));
    }
    Ok(())
}

fn tell(key: &KeyVersion) {
    let id = key.id.clone();
    gauge!("key_encryptions", "key" => id).set(lossy(key.encryptions));
    if key.state == KeyState::Active {
        gauge!("key_active_created_timestamp_seconds").set(seconds(key.created_at));
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a figure to look at: seconds are exact for the next 285 million years"
)]
fn seconds(moment: Timestamp) -> f64 {
    moment.timestamp() as f64
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a figure to look at: exact up to 2^53"
)]
fn lossy(count: u64) -> f64 {
    count as f64
}
