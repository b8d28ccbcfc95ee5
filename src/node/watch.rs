//! Figures about what is done again and again, about keys and about accounts.
//! Names and labels are the contract with dashboards and alerts
//! (docs/OPERATIONS.md).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use metrics::gauge;
use sesame_custody::{KeyAdministration, KeyStatus, VersionStatus};
use sesame_domain::account::DeathCause;
use sesame_domain::ids::TenantId;
use sesame_domain::keys::KeyState;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::{
    AccountFigure, AccountFigures, AuditVerification, AuditVerifications, Schedules, StoreError,
};
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, Timestamp, lies_ahead};
use sesame_store::Database;

/// How often they are brought up to date.
const EVERY: Duration = Duration::from_secs(30);

/// How old it may be what was counted of accounts: one node counts for all.
const COUNTED_WITHIN: TimeDelta = TimeDelta::seconds(55);

/// Keeps the figures up to date. Keys that other nodes made are taken over on
/// the way, long before the version that hands them over can be retired.
pub(crate) async fn watch(database: Database, keys: KeyAdministration, clock: Arc<dyn Clock>) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut accounts = AccountGauges::default();
    loop {
        ticks.tick().await;
        let now = clock.now();
        let figures = database.account_figures();
        match figures.by_health(now, COUNTED_WITHIN).await {
            Ok(counted) => accounts.show(&counted),
            Err(error) => tracing::warn!(
                error = %Reason::of(&error),
                "figures about accounts are stale"
            ),
        }
        if let Err(error) = look_at_schedules(&database, now).await {
            tracing::warn!(error = %Reason::of(&error), "figures about schedules are stale");
        }
        match database.audit_verifications().last(&Tenants::All).await {
            Ok(last) => look_at_audit(last.iter().flatten(), now),
            Err(error) => tracing::warn!(
                error = %Reason::of(&error),
                "figures about the audit are stale"
            ),
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

/// How accounts do, as gauges. Of whoever had some once, all that is known is
/// shown: what is not shown any more would stay as it was.
#[derive(Default)]
struct AccountGauges {
    tenants: BTreeSet<TenantId>,
}

impl AccountGauges {
    fn show(&mut self, counted: &[AccountFigure]) {
        let named = counted.iter().map(|it| it.tenant.clone());
        self.tenants.extend(named);
        for tenant in &self.tenants {
            let theirs = || counted.iter().filter(|it| it.tenant == *tenant);
            let mut shown = 0;
            for (health, cause) in HEALTHS {
                let is_such = |it: &&AccountFigure| {
                    it.health == health && it.cause.as_deref().unwrap_or_default() == cause
                };
                let accounts: u64 = theirs().filter(is_such).map(|it| it.accounts).sum();
                shown += accounts;
                show_accounts(tenant, (health, cause), accounts);
            }
            // What only a newer program knows is one series: labels are bounded.
            let all: u64 = theirs().map(|it| it.accounts).sum();
            show_accounts(tenant, ("other", ""), all - shown);
        }
    }
}

/// All that is known of how an account may do, and of what it died.
const HEALTHS: [(&str, &str); 8] = [
    ("alive", ""),
    ("frozen", ""),
    ("dead", DeathCause::Revoked.as_str()),
    ("dead", DeathCause::Banned.as_str()),
    ("dead", DeathCause::Deleted.as_str()),
    ("dead", DeathCause::Duplicated.as_str()),
    ("dead", DeathCause::Expired.as_str()),
    ("dead", DeathCause::Unreadable.as_str()),
];

fn show_accounts(tenant: &TenantId, (health, cause): (&'static str, &'static str), accounts: u64) {
    let tenant = tenant.to_string();
    gauge!("sesame_accounts", "tenant" => tenant, "health" => health, "cause" => cause)
        .set(lossy(accounts));
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

fn look_at_audit<'a>(last: impl Iterator<Item = &'a AuditVerification>, now: Timestamp) {
    for it in last {
        let tenant = || it.tenant.to_string();
        let whole = if it.first_bad.is_none() { 1.0 } else { 0.0 };
        gauge!("sesame_audit_whole", "tenant" => tenant()).set(whole);
        gauge!("sesame_audit_verified_timestamp_seconds", "tenant" => tenant())
            .set(seconds(it.at, now));
    }
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
    use chrono::DateTime;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    #[test]
    fn how_accounts_do_is_shown_with_bounded_labels_and_ends_when_it_ends() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let figure = |health: &str, cause: Option<&str>, accounts| AccountFigure {
            tenant: "main".parse().unwrap(),
            health: health.to_owned(),
            cause: cause.map(str::to_owned),
            accounts,
        };
        let mut gauges = AccountGauges::default();
        let mut shown = |counted: &[AccountFigure]| {
            metrics::with_local_recorder(&recorder, || gauges.show(counted));
            let lines = recorder.handle().render();
            let lines = lines.lines().filter(|it| it.starts_with("sesame_accounts"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let lines = shown(&[
            figure("alive", None, 7),
            figure("dead", Some("banned"), 2),
            figure("dead", Some("of boredom"), 1),
            figure("asleep", None, 3),
        ]);
        let has = |lines: &[String], health: &str, cause: &str, accounts: u64| {
            let labels = format!(r#"tenant="main",health="{health}",cause="{cause}"}} {accounts}"#);
            lines.iter().any(|line| line.ends_with(&labels))
        };
        assert_eq!(lines.len(), HEALTHS.len() + 1, "{lines:#?}");
        for (health, cause, accounts) in [
            ("alive", "", 7),
            ("frozen", "", 0),
            ("dead", "banned", 2),
            ("other", "", 4),
        ] {
            assert!(has(&lines, health, cause, accounts), "{health}: {lines:#?}");
        }
        let lines = shown(&[]);
        assert!(has(&lines, "alive", "", 0), "{lines:#?}");
        assert!(has(&lines, "other", "", 0), "{lines:#?}");
    }

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
