//! The audit: whether its chain is whole.

use chrono::TimeDelta;
use sesame_domain::plural::counted;
use sesame_domain::ports::AuditVerification;
use sesame_domain::time::{Age, Timestamp};

use super::backup::is_late;
use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{AuditSeen, Ports};

pub(super) const CHECK: Check = Check::new("audit", Group::Records, |ports| Box::pin(look(ports)));

reasons! {
    Changed = "changed",
    Unverified = "unverified",
    Late = "late",
    DatedAhead = "dated_ahead",
}

const ABOUT: &str = "audit";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(audit) = &ports.audit else {
        return Vec::new();
    };
    let finding = match audit.verified().await {
        Ok(seen) => finding(&seen, ports.clock.now()),
        Err(error) => Finding::failed(ABOUT, &error),
    };
    vec![finding]
}

fn finding(seen: &AuditSeen, now: Timestamp) -> Finding {
    let verified = seen.at.map(|at| Age::of(at, now));
    if let Some(bad) = &seen.first_bad {
        let ago = verified.map(when).unwrap_or_default();
        return Finding::bad(
            ABOUT,
            Why::Changed,
            format!("is not as it was written: {bad}{ago}"),
            "someone changed the database: `sesame doctor audit` names all that is wrong",
        );
    }
    let Some(verified) = verified else {
        return Finding::warning(
            ABOUT,
            Why::Unverified,
            "not all of it was verified yet",
            "a running Sesame does it within minutes; `sesame doctor audit` does it now",
        );
    };
    let (entries, ago) = (counted(seen.entries, "entry"), when(verified));
    if is_late(verified, AuditVerification::EVERY) {
        return Finding::warning(
            ABOUT,
            Why::Late,
            format!("{entries}, whole{ago}: that is long ago"),
            "see what keeps `verify_audit` from being done: `sesame jobs list --kind verify_audit`",
        );
    }
    let said = |age: Age| {
        let old = age.old();
        format!("{entries}, whole{ago}; the newest checkpoint is {old}")
    };
    match newest(seen, now) {
        None => Finding::good(
            ABOUT,
            format!("{entries}, whole{ago}; no checkpoint yet"),
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

/// When that was found out, unless just now.
fn when(verified: Age) -> String {
    match verified {
        Age::Past(span) if span < TimeDelta::minutes(1) => String::new(),
        other => format!(" (verified {})", other.ago()),
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
    use chrono::DateTime;

    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn one_that_was_changed_is_bad_and_a_checkpoint_that_is_dated_ahead_is_told() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
        let mut seen = AuditSeen {
            at: Some(now),
            ..AuditSeen::default()
        };
        assert_eq!(finding(&seen, now).verdict, Verdict::Good);
        seen.newest = vec![now + TimeDelta::days(1)];
        assert_eq!(finding(&seen, now).reason, "dated_ahead");
        seen.newest.push(now - TimeDelta::days(1));
        assert_eq!(finding(&seen, now).verdict, Verdict::Good);
        seen.first_bad = Some("strand 3".to_owned());
        assert_eq!(finding(&seen, now).verdict, Verdict::Bad);
    }

    #[test]
    fn what_was_found_is_told_with_when_that_was() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
        let seen = |at: Option<TimeDelta>, first_bad: Option<&str>| {
            let seen = AuditSeen {
                entries: 7,
                first_bad: first_bad.map(str::to_owned),
                newest: vec![now],
                at: at.map(|ago| now - ago),
            };
            finding(&seen, now)
        };
        let fresh = seen(Some(TimeDelta::zero()), None);
        assert!(fresh.says.starts_with("7 entries, whole; "), "{}", fresh.says);
        let before = seen(Some(TimeDelta::hours(3)), None);
        assert_eq!(before.verdict, Verdict::Good);
        assert!(before.says.contains("(verified 3 h"), "{}", before.says);
        assert_eq!(seen(Some(TimeDelta::hours(14)), None).reason, "late");
        assert_eq!(seen(None, None).reason, "unverified");
        let bad = seen(Some(TimeDelta::hours(14)), Some("strand 3"));
        assert_eq!((bad.verdict, bad.reason), (Verdict::Bad, "changed"));
        assert!(bad.says.contains("(verified 14 h"), "{}", bad.says);
    }
}
