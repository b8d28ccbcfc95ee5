//! Figures about what is done again and again, and about keys. Names and labels are the contract with
//! dashboards and alerts (docs/OPERATIONS.md).

use std::sync::Arc;
use std::time::Duration;

use metrics::gauge;
use sesame_custody::{KeyAdministration, KeyStatus, VersionStatus};
use sesame_domain::keys::KeyState;
use sesame_domain::ports::{Schedules, StoreError};
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, Timestamp, lies_ahead};
use sesame_store::Database;

/// How often they are brought up to date.
const EVERY: Duration = Duration::from_secs(30);

/// Keeps the figures up to date. Keys that other nodes made are taken over on
/// the way, long before the version that hands them over can be retired.
pub(crate) async fn watch(database: Database, keys: KeyAdministration, clock: Arc<dyn Clock>) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        let now = clock.now();
        if let Err(error) = look_at_schedules(&database, now).await {
            tracing::warn!(error = %Reason::of(&error), "figures about schedules are stale");
        }
        match keys.status().await {
            Ok(status) => look_at_keys(&status, now),
            Err(error) => tracing::warn!(
                error = %Reason::of(&error),
                "figures about keys are stale"
            ),
        }
    }
}

async fn look_at_schedules(database: &Database, now: Timestamp) -> Result<(), StoreError> {
    for record in database.schedules().records().await?.iter().flatten() {
        let duty = || record.kind.as_str().to_owned();
        if let Some(done) = record.done_at {
            gauge!("sesame_duty_done_timestamp_seconds", "duty" => duty()).set(seconds(done, now));
        }
        gauge!("sesame_duty_failures", "duty" => duty()).set(f64::from(record.failures));
    }
    Ok(())
}

fn look_at_keys(status: &KeyStatus, now: Timestamp) {
    if status.active().is_none() {
        tracing::error!(
            "no version of the key is active, and nothing can be sealed: `sesame keys rotate` makes one"
        );
    }
    for state in [KeyState::Active, KeyState::Accepted, KeyState::Retired] {
        let in_state = |it: &&VersionStatus| it.version.state == state;
        let count = status.versions.iter().filter(in_state).count();
        gauge!("sesame_key_versions", "state" => state.as_str()).set(lossy(count as u64));
    }
    for VersionStatus { version, uses, .. } in &status.versions {
        let id = || version.id.clone();
        gauge!("sesame_key_encryptions", "key" => id()).set(lossy(version.encryptions));
        gauge!("sesame_key_sealed_sessions", "key" => id()).set(lossy(uses.sessions));
        if version.state == KeyState::Active {
            let made = seconds(version.created_at, now);
            gauge!("sesame_key_active_created_timestamp_seconds").set(made);
        }
    }
}

/// A moment that lies ahead was written by a clock that was wrong, and must not
/// keep an alert (`time() - …`) quiet until then: it is said to be long ago.
#[allow(
    clippy::cast_precision_loss,
    reason = "a figure to look at: seconds are exact for the next 285 million years"
)]
fn seconds(moment: Timestamp, now: Timestamp) -> f64 {
    if lies_ahead(moment, now) {
        0.0
    } else {
        moment.timestamp() as f64
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a figure to look at: exact up to 2^53"
)]
fn lossy(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn a_moment_that_lies_ahead_does_not_keep_an_alert_quiet() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let figure = |moment| seconds(moment, now).to_bits();
        let hour = TimeDelta::hours(1);
        let (past, never) = (1_727_996_400_f64, 0_f64);
        assert_eq!(figure(now - hour), past.to_bits());
        assert_eq!(figure(now + TimeDelta::days(365)), never.to_bits());
    }
}
