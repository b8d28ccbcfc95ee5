//! The watchdog of systemd: told that all is well as long as the parts of this
//! node work, not only as long as the process lives.
//!
//! What is told is that a new start would not help: either nothing is missing,
//! or what is missing lies outside (the database, Telegram, the keys), where a
//! node that waits is of more use than one that starts again and again.

use std::convert::Infallible;
use std::time::Duration;

use sd_notify::NotifyState;
use sesame_domain::reason::Reason;
use sesame_webapp::{Probe, Readiness};
use tokio::time::{interval, timeout};

/// Parts that work again once what lies outside does: see `Runtime::probe`.
const OUTSIDE: [&str; 4] = ["database", "keys", "telegram", "bot"];

/// Tells the watchdog, if there is one, for as long as this is polled. Never
/// ends.
pub(crate) async fn feed(probe: &dyn Probe) -> Infallible {
    let Some(within) = sd_notify::watchdog_enabled() else {
        return std::future::pending().await;
    };
    // Twice in its time, as sd_watchdog_enabled(3) asks for.
    let mut ticks = interval((within / 2).max(Duration::from_millis(1)));
    loop {
        ticks.tick().await;
        // A probe that does not answer is a part that hangs.
        let Ok(readiness) = timeout(within / 2, probe.readiness()).await else {
            tracing::error!(
                "the parts of this node do not say how they are: systemd will start it again"
            );
            continue;
        };
        if would_start_help(&readiness) {
            tracing::error!(unready = ?readiness.unready, "a part of this node is stuck: systemd will start it again");
        } else if let Err(error) = sd_notify::notify(&[NotifyState::Watchdog]) {
            tracing::warn!(error = %Reason::of(&error), "the watchdog could not be told");
        }
    }
}

/// Whether something is missing, and all that is missing is ours.
fn would_start_help(readiness: &Readiness) -> bool {
    let is_outside = |part: &String| OUTSIDE.contains(&part.as_str());
    !readiness.unready.is_empty() && !readiness.unready.iter().any(is_outside)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&[], false)]
    #[case(&["jobs"], true)]
    #[case(&["dispatcher"], true)]
    #[case(&["task notices"], true)]
    #[case(&["database"], false)]
    #[case(&["database", "jobs"], false)]
    #[case(&["telegram"], false)]
    fn a_new_start_is_asked_for_where_it_helps(#[case] unready: &[&str], #[case] helps: bool) {
        let readiness = Readiness {
            unready: unready.iter().map(|part| (*part).to_owned()).collect(),
            degraded: vec!["redis".to_owned()],
        };
        assert_eq!(would_start_help(&readiness), helps);
    }
}
