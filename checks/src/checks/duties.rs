//! What Sesame does by itself, and whether it fails.

use sesame_domain::duty::{Duty, DutyRecord};
use sesame_domain::time::{Age, Timestamp};

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("duties", Group::Storage, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Failing = "failing",
    DatedAhead = "dated_ahead",
}

const ABOUT: &str = "duties";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(duties) = &ports.duties else {
        return Vec::new();
    };
    match duties.records().await {
        Ok(records) => findings(&records, ports.clock.now()),
        Err(error) => vec![Finding::failed(ABOUT, &error)],
    }
}

fn findings(records: &[DutyRecord], now: Timestamp) -> Vec<Finding> {
    let mut found: Vec<Finding> = records.iter().filter_map(failing).collect();
    found.extend(records.iter().filter_map(|it| dated_ahead(it, now)));
    if found.is_empty() {
        found.push(Finding::good(ABOUT, "what Sesame does by itself goes well"));
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
        (_, Duty::PruneBackups) => Some(Finding::warning(ABOUT, Why::Failing, says, advice)),
        _ => Some(Finding::bad(ABOUT, Why::Failing, says, advice)),
    }
}

/// What was done by a clock that was ahead. That a duty is due then, a running
/// node finds by itself.
fn dated_ahead(record: &DutyRecord, now: Timestamp) -> Option<Finding> {
    let age = Age::of(record.done_at?, now);
    matches!(age, Age::Ahead(_)).then(|| {
        Finding::warning(
            ABOUT,
            Why::DatedAhead,
            format!("{} was done {}", record.duty.as_str(), age.ago()),
            "is the clock right? It is done again by a running Sesame, or by its command",
        )
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn what_fails_is_told_and_what_a_wrong_clock_did() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
        let record = |duty, failures| DutyRecord {
            duty,
            began_at: now,
            done_at: Some(now),
            failed_at: None,
            failures,
            report: "no room".to_owned(),
        };
        let good = findings(&[record(Duty::Backup, 0)], now);
        assert_eq!(good[0].verdict, Verdict::Good);
        let found = findings(&[record(Duty::Backup, 2), record(Duty::PruneBackups, 1)], now);
        let verdicts: Vec<_> = found.iter().map(|it| it.verdict).collect();
        assert_eq!(verdicts, [Verdict::Bad, Verdict::Warning]);
        assert!(found[0].says.contains("no room"), "{}", found[0].says);
        let ahead = findings(&[record(Duty::Backup, 0)], now - TimeDelta::days(1));
        assert_eq!(ahead[0].reason, "dated_ahead");
    }
}
