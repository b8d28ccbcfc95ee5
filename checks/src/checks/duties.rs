//! What Sesame does by itself, and whether it fails.

use sesame_domain::job::JobKind;
use sesame_domain::page::BrokenRow;
use sesame_domain::plural::counted;
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::time::{Age, Timestamp};

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("duties", Group::Storage, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Failing = "failing",
    GivenUp = "given_up",
    Unreadable = "unreadable",
    DatedAhead = "dated_ahead",
}

const ABOUT: &str = "duties";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(schedules) = &ports.schedules else {
        return Vec::new();
    };
    match schedules.records().await {
        Ok(records) => findings(&records, ports.clock.now()),
        Err(error) => vec![Finding::failed(ABOUT, &error)],
    }
}

fn findings(records: &[Result<ScheduleRecord, BrokenRow>], now: Timestamp) -> Vec<Finding> {
    let broken = records.iter().filter_map(|it| it.as_ref().err());
    let mut found: Vec<Finding> = broken.map(unreadable).collect();
    let records = || records.iter().flatten();
    found.extend(records().filter_map(|it| failing(it, now)));
    found.extend(records().filter_map(|it| dated_ahead(it, now)));
    if found.is_empty() {
        found.push(Finding::good(ABOUT, "what Sesame does by itself goes well"));
    }
    found
}

/// It is done all the same: what is not known of it is as if it never was.
fn unreadable(row: &BrokenRow) -> Finding {
    Finding::warning(
        ABOUT,
        Why::Unreadable,
        format!("how {} went cannot be read: {}", row.id, row.what),
        "a newer Sesame may have written it; it is written anew when it is done",
    )
}

fn failing(record: &ScheduleRecord, now: Timestamp) -> Option<Finding> {
    let says = format!(
        "{} failed {} in a row, last with: {}",
        record.kind.as_str(),
        counted(record.failures, "time"),
        record.report
    );
    let advice = "put right what it says; it is tried again by itself";
    match (record.failures, &record.kind) {
        (0, _) => None,
        _ if record.is_given_up(now) => Some(Finding::warning(
            ABOUT,
            Why::GivenUp,
            says,
            "no one tries it any more: the settings do not ask for it, or only a newer Sesame knows it",
        )),
        // Nothing is lost by what is still there.
        (_, kind) if *kind == JobKind::PRUNE_BACKUPS => {
            Some(Finding::warning(ABOUT, Why::Failing, says, advice))
        }
        _ => Some(Finding::bad(ABOUT, Why::Failing, says, advice)),
    }
}

/// What was done by a clock that was ahead. That it is due then, a running node
/// finds by itself.
fn dated_ahead(record: &ScheduleRecord, now: Timestamp) -> Option<Finding> {
    let age = Age::of(record.done_at?, now);
    matches!(age, Age::Ahead(_)).then(|| {
        Finding::warning(
            ABOUT,
            Why::DatedAhead,
            format!("{} was done {}", record.kind.as_str(), age.ago()),
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
        let record = |kind, failures| Ok(ScheduleRecord {
            kind,
            began_at: now,
            done_at: Some(now),
            failed_at: None,
            failures,
            report: "no room".to_owned(),
        });
        let good = findings(&[record(JobKind::BACKUP, 0)], now);
        assert_eq!(good[0].verdict, Verdict::Good);
        let found = findings(&[record(JobKind::BACKUP, 2), record(JobKind::PRUNE_BACKUPS, 1)], now);
        let verdicts: Vec<_> = found.iter().map(|it| it.verdict).collect();
        assert_eq!(verdicts, [Verdict::Bad, Verdict::Warning]);
        assert!(found[0].says.contains("no room"), "{}", found[0].says);
        let ahead = findings(&[record(JobKind::BACKUP, 0)], now - TimeDelta::days(1));
        assert_eq!(ahead[0].reason, "dated_ahead");
    }
}
