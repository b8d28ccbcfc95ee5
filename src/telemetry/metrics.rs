//! What is counted, and what is there from the start.

use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusRecorder};
use sesame_domain::ids::TenantId;
use sesame_domain::login::{Failure as LoginFailure, Fault};
use sesame_domain::sealed::Purpose;

/// Bounds of durations in seconds, from a fast answer to a long poll. Three is how
/// long a clean-up is to take at most (docs/OPERATIONS.md).
const SECONDS: [f64; 13] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 3.0, 5.0, 10.0, 60.0,
];

/// Bounds of what Telegram asks to be waited, in seconds: up to a day.
const WAITS: [f64; 9] = [
    1.0, 5.0, 15.0, 30.0, 60.0, 300.0, 1_800.0, 7_200.0, 86_400.0,
];

/// After what there is something to clean up.
const ENDS: [&str; 7] = [
    "authorized",
    "expired",
    "cancelled",
    "superseded",
    "failed",
    "adopted",
    "parked",
];

/// Counts for a node of this tenant: all that it counts carries the tenant.
pub(super) fn recorder(tenant: &TenantId) -> Result<PrometheusRecorder, BuildError> {
    let waits = Matcher::Full("sesame_flood_wait_seconds".to_owned());
    let builder = PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .set_buckets_for_metric(waits, &WAITS)?
        .add_global_label("tenant", tenant.as_str());
    Ok(builder.build_recorder())
}

/// Shows what did not happen yet, where the labels are known: a counter that
/// begins with its first event shows no increase, so an alert would miss it; and
/// one that is not there looks like one that was renamed.
pub(super) fn show_all(tenant: &TenantId) {
    show_tenant(tenant);
    node();
    upkeep();
}

/// The same of one tenant, of which a node may work for several.
pub(crate) fn show_tenant(tenant: &TenantId) {
    logins(tenant);
    telegram(tenant);
    bot(tenant);
    web(tenant);
}

fn logins(tenant: &TenantId) {
    let tenant = || tenant.as_str().to_owned();
    counter!("sesame_logins_started_total", "tenant" => tenant()).increment(0);
    counter!("sesame_logins_published_total", "tenant" => tenant()).increment(0);
    counter!("sesame_logins_scanned_total", "tenant" => tenant()).increment(0);
    counter!("sesame_logins_succeeded_total", "tenant" => tenant()).increment(0);
    counter!("sesame_logins_expired_total", "tenant" => tenant()).increment(0);
    counter!("sesame_logins_cancelled_total", "tenant" => tenant()).increment(0);
    counter!("sesame_session_reuse_total", "tenant" => tenant()).increment(0);
    for reason in LoginFailure::CODES {
        counter!("sesame_logins_failed_total", "tenant" => tenant(), "reason" => *reason)
            .increment(0);
    }
    for fault in Fault::ALL {
        let fault = fault.as_str();
        counter!("sesame_scanned_logins_ended_total", "tenant" => tenant(), "fault" => fault)
            .increment(0);
    }
    for after in ENDS {
        // Made known by naming it; nothing is recorded.
        let _ = histogram!(
            "sesame_session_cleanup_duration_seconds",
            "tenant" => tenant(),
            "after" => after,
        );
    }
    counter!("sesame_login_driver_panics_total", "tenant" => tenant()).increment(0);
    gauge!("sesame_login_drivers", "tenant" => tenant()).increment(0.0);
    gauge!("sesame_sessions_live", "tenant" => tenant()).increment(0.0);
}

fn telegram(tenant: &TenantId) {
    let tenant = || tenant.as_str().to_owned();
    for outcome in ["alive", "frozen", "dead", "unclear"] {
        counter!("sesame_account_checks_total", "tenant" => tenant(), "outcome" => outcome)
            .increment(0);
    }
    // Those that there are: <https://core.telegram.org/getProxyConfig>.
    for dc in ["1", "2", "3", "4", "5"] {
        gauge!("sesame_data_centre_breaker_open", "tenant" => tenant(), "dc" => dc).increment(0.0);
        for to in ["open", "closed"] {
            counter!(
                "sesame_data_centre_breaker_changes_total",
                "tenant" => tenant(),
                "dc" => dc,
                "to" => to,
            )
            .increment(0);
        }
    }
    // What every node asks at its start; other methods follow with their first call.
    let method = "help.getConfig";
    counter!(
        "sesame_telegram_calls_total",
        "tenant" => tenant(),
        "method" => method,
        "outcome" => "ok",
    )
    .increment(0);
    counter!("sesame_flood_waits_total", "tenant" => tenant(), "method" => method).increment(0);
    counter!("sesame_flood_refusals_total", "tenant" => tenant(), "method" => method).increment(0);
    let _ = histogram!("sesame_flood_wait_seconds", "tenant" => tenant(), "method" => method);
}

fn bot(tenant: &TenantId) {
    let tenant = || tenant.as_str().to_owned();
    counter!("sesame_bot_panics_total", "tenant" => tenant()).increment(0);
    counter!("sesame_bot_updates_dropped_total", "tenant" => tenant()).increment(0);
    counter!("sesame_bot_updates_total", "tenant" => tenant(), "kind" => "message").increment(0);
    for outcome in ["sent", "blocked", "dropped"] {
        counter!("sesame_bot_notices_total", "tenant" => tenant(), "outcome" => outcome)
            .increment(0);
    }
    for outcome in ["received", "wrong_secret"] {
        counter!("sesame_webhook_updates_total", "tenant" => tenant(), "outcome" => outcome)
            .increment(0);
    }
}

fn web(tenant: &TenantId) {
    let tenant = || tenant.as_str().to_owned();
    for scope in [
        "address",
        "person",
        "reads",
        "burst",
        "tenant",
        "bot",
        "begin",
        "password",
        "screen_link",
        "unlink",
        "erase",
    ] {
        counter!("sesame_rate_limited_total", "tenant" => tenant(), "scope" => scope).increment(0);
    }
    gauge!("sesame_open_streams", "tenant" => tenant()).increment(0.0);
    counter!("sesame_streams_replaced_total", "tenant" => tenant()).increment(0);
}

fn node() {
    for of in ["login", "session", "node", "polling"] {
        counter!("sesame_leases_lost_total", "of" => of).increment(0);
    }
    gauge!("sesame_connections").increment(0.0);
    counter!("sesame_connections_refused_total").increment(0);
    for why in ["head", "idle", "unread"] {
        counter!("sesame_connections_too_slow_total", "why" => why).increment(0);
    }
}

fn upkeep() {
    counter!("sesame_job_runner_looks_total").increment(0);
    counter!("sesame_jobs_left_alone_total", "kind" => "unknown").increment(0);
    for table in ["accounts", "jobs", "logins", "sessions"] {
        counter!("sesame_rows_skipped_total", "table" => table).increment(0);
    }
    for purpose in Purpose::ALL {
        counter!("sesame_seals_broken_total", "purpose" => purpose.as_str()).increment(0);
    }
}
