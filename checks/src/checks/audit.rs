//! The audit: whether its chain is whole.

use sesame_domain::time::{Age, Timestamp};

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{AuditSeen, Ports};

pub(super) const CHECK: Check = Check::new("audit", Group::Records, |ports| Box::pin(look(ports)));

reasons! {
    Changed = "changed",
    DatedAhead = "dated_ahead",
}

const ABOUT: &str = "audit";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(audit) = &ports.audit else {
        return Vec::new();
    };
    let finding = match audit.verify().await {
        Ok(seen) => finding(&seen, ports.clock.now()),
        Err(error) => Finding::failed(ABOUT, &error),
    };
    vec![finding]
}

fn finding(seen: &AuditSeen, now: Timestamp) -> Finding {
    if let Some(bad) = &seen.first_bad {
        return Finding::bad(
            ABOUT,
            Why::Changed,
            format!("is not as it was written: {bad}"),
            "someone changed the database: `sesame doctor audit` names all that is wrong",
        );
    }
    let entries = seen.entries;
    let said = |age: Age| {
        let old = age.old();
        format!("{entries} entries, whole; the newest checkpoint is {old}")
    };
    match newest(seen, now) {
        None => Finding::good(
            ABOUT,
            format!("{entries} entries, whole; no checkpoint yet"),
        ),
        Some(age @ Age::Ahead(_)) => Finding::warning(
            ABOUT,
            Why::DatedAhead,
            said(age),
            "is the clock right? A running Sesame makes the next one within minutes",
        ),
        Some(age) => Finding::good(ABOUT, said(age)),
    }
}

/// Since a checkpoint that is dated ahead, others may have been made.
fn newest(seen: &AuditSeen, now: Timestamp) -> Option<Age> {
    let ages = seen.newest.iter().map(|at| Age::of(*at, now));
    ages.min_by_key(|age| match age {
        Age::Past(span) => (0, *span),
        Age::Ahead(span) => (1, *span),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn one_that_was_changed_is_bad_and_a_checkpoint_that_is_dated_ahead_is_told() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
        let mut seen = AuditSeen::default();
        assert_eq!(finding(&seen, now).verdict, Verdict::Good);
        seen.newest = vec![now + TimeDelta::days(1)];
        assert_eq!(finding(&seen, now).reason, "dated_ahead");
        seen.newest.push(now - TimeDelta::days(1));
        assert_eq!(finding(&seen, now).verdict, Verdict::Good);
        seen.first_bad = Some("strand 3".to_owned());
        assert_eq!(finding(&seen, now).verdict, Verdict::Bad);
    }
}
