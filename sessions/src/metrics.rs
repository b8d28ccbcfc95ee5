//! What is counted. Names and labels are the contract with deploy/'s rules.

use std::time::Duration;

use chrono::TimeDelta;
use metrics::{IntoLabels, Label, SharedString, counter, gauge, histogram};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::login::{Failure, Fault};

/// A call to Telegram was answered or failed. Floods are counted from the first
/// call of a method on: a series that begins with its first flood shows no
/// increase.
pub(crate) fn called(of: &TenantId, method: &'static str, outcome: &'static str) {
    let calls = |outcome| {
        let labels = Labels::of(of).and("method", method);
        counter!(
            "sesame_telegram_calls_total",
            &labels.and("outcome", outcome)
        )
    };
    calls(outcome).increment(1);
    calls("flood").increment(0);
    let labels = Labels::of(of).and("method", method);
    counter!("sesame_flood_waits_total", &labels).increment(0);
}

/// Telegram asked for a wait.
pub(crate) fn flooded(of: &TenantId, method: &'static str, wait: Duration) {
    let labels = Labels::of(of).and("method", method);
    counter!("sesame_flood_waits_total", &labels).increment(1);
    histogram!("sesame_flood_wait_seconds", &labels).record(wait);
}

/// A call was not made, since Telegram wants a wait that is not over.
pub(crate) fn flood_refused(of: &TenantId, method: &'static str) {
    let labels = Labels::of(of).and("method", method);
    counter!("sesame_flood_refusals_total", &labels).increment(1);
}

/// A call waited so long for its turn among those of its account.
pub(crate) fn throttled(of: &TenantId, whose: &'static str, waited: Duration) {
    let labels = Labels::of(of).and("whose", whose);
    histogram!("sesame_throttle_delay_seconds", &labels).record(waited);
}

/// A data centre is left alone since it does not answer, or is asked again.
pub(crate) fn breaker(of: &TenantId, dc: i32, is_open: bool) {
    let open = if is_open { 1.0 } else { 0.0 };
    let labels = Labels::of(of).and("dc", dc.to_string());
    gauge!("sesame_data_centre_breaker_open", &labels).set(open);
    let to = if is_open { "open" } else { "closed" };
    let labels = labels.and("to", to);
    counter!("sesame_data_centre_breaker_changes_total", &labels).increment(1);
}

/// An account was looked at; what came of it.
pub(crate) fn account_checked(owner: &Owner, outcome: &'static str) {
    counter!("sesame_account_checks_total", "tenant" => tenant(owner), "outcome" => outcome)
        .increment(1);
}

/// How long ago the account was looked at that was not for the longest.
pub(crate) fn oldest_check(of: &TenantId, age: TimeDelta) {
    gauge!("sesame_account_check_oldest_seconds", &Labels::of(of))
        .set(age.as_seconds_f64().max(0.0));
}

/// A login was begun.
pub(crate) fn login_started(owner: &Owner) {
    counter!("sesame_logins_started_total", "tenant" => tenant(owner)).increment(1);
}

/// A login showed its first code.
pub(crate) fn login_published(owner: &Owner) {
    counter!("sesame_logins_published_total", "tenant" => tenant(owner)).increment(1);
}

/// A login's code was scanned.
pub(crate) fn login_scanned(owner: &Owner) {
    counter!("sesame_logins_scanned_total", "tenant" => tenant(owner)).increment(1);
}

/// A login linked an account.
pub(crate) fn login_succeeded(owner: &Owner) {
    counter!("sesame_logins_succeeded_total", "tenant" => tenant(owner)).increment(1);
}

/// A login ran out of time.
pub(crate) fn login_expired(owner: &Owner) {
    counter!("sesame_logins_expired_total", "tenant" => tenant(owner)).increment(1);
}

/// A login was cancelled by its owner, or ended for a newer one.
pub(crate) fn login_cancelled(owner: &Owner) {
    counter!("sesame_logins_cancelled_total", "tenant" => tenant(owner)).increment(1);
}

/// A login failed.
pub(crate) fn login_failed(owner: &Owner, failure: Failure) {
    counter!(
        "sesame_logins_failed_total",
        "tenant" => tenant(owner),
        "reason" => failure.code(),
    )
    .increment(1);
}

/// A login that was scanned is over; whose fault it is if nothing was linked.
pub(crate) fn scanned_login_ended(owner: &Owner, fault: Fault) {
    counter!(
        "sesame_scanned_logins_ended_total",
        "tenant" => tenant(owner),
        "fault" => fault.as_str(),
    )
    .increment(1);
}

/// Nothing is left of an attempt any more, so long after its end: `after` says which.
pub(crate) fn cleaned_up(owner: &Owner, after: &'static str, took: TimeDelta) {
    histogram!(
        "sesame_session_cleanup_duration_seconds",
        "tenant" => tenant(owner),
        "after" => after,
    )
    .record(took.as_seconds_f64().max(0.0));
}

/// A linked account was answered instead of linked again.
pub(crate) fn session_reused(owner: &Owner) {
    counter!("sesame_session_reuse_total", "tenant" => tenant(owner)).increment(1);
}

/// A session was opened.
pub(crate) fn session_opened(owner: &Owner) {
    gauge!("sesame_sessions_live", "tenant" => tenant(owner)).increment(1.0);
}

/// A session was closed.
pub(crate) fn session_closed(owner: &Owner) {
    gauge!("sesame_sessions_live", "tenant" => tenant(owner)).decrement(1.0);
}

/// A login has a driver on this node now.
pub(crate) fn driver_started(of: &TenantId) {
    gauge!("sesame_login_drivers", &Labels::of(of)).increment(1.0);
}

/// It has none any more.
pub(crate) fn driver_stopped(of: &TenantId) {
    gauge!("sesame_login_drivers", &Labels::of(of)).decrement(1.0);
}

/// A login's driver panicked.
pub(crate) fn driver_panicked(of: &TenantId) {
    counter!("sesame_login_driver_panics_total", &Labels::of(of)).increment(1);
}

/// The tenant whose doing it is, and what more is said.
#[derive(Clone)]
struct Labels(Vec<Label>);

impl Labels {
    fn of(tenant: &TenantId) -> Self {
        Self(vec![Label::new("tenant", tenant.as_str().to_owned())])
    }

    fn and(&self, name: &'static str, value: impl Into<SharedString>) -> Self {
        let mut more = self.clone();
        more.0.push(Label::new(name, value));
        more
    }
}

impl IntoLabels for &Labels {
    fn into_labels(self) -> Vec<Label> {
        self.0.clone()
    }
}

fn tenant(owner: &Owner) -> String {
    owner.tenant.as_str().to_owned()
}
