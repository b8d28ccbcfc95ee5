//! Whether a backup was tried out lately.

use chrono::TimeDelta;
use sesame_domain::job::JobKind;
use sesame_domain::time::{Age, Timestamp};

use super::backup::is_late;
use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("rehearsal", Group::Records, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Never = "never",
    Late = "late",
}

const ABOUT: &str = "rehearsal";

async fn look(ports: &Ports) -> Vec<Finding> {
    let (Some(backups), Some(schedules)) = (&ports.backups, &ports.schedules) else {
        return Vec::new();
    };
    // Without a place there is nothing to try out.
    let Ok(Some(_)) = &backups.place else {
        return Vec::new();
    };
    let records = match schedules.records().await {
        Ok(records) => records,
        Err(error) => return vec![Finding::failed(ABOUT, &error)],
    };
    let done = records
        .iter()
        .flatten()
        .find(|record| record.kind == JobKind::REHEARSE)
        .and_then(|record| record.done_at);
    vec![tried_out(done, ports.clock.now(), backups.rehearse_every)]
}

fn tried_out(done: Option<Timestamp>, now: Timestamp, every: TimeDelta) -> Finding {
    match done {
        None => Finding::warning(
            ABOUT,
            Why::Never,
            "no backup was ever tried out",
            "run `sesame backup rehearse`; a running Sesame does it by itself",
        ),
        Some(done) => {
            let age = Age::of(done, now);
            let said = format!("a backup was last tried out {}", age.ago());
            if is_late(age, every) {
                let advice = "run `sesame backup rehearse` and see what is in the way";
                Finding::bad(ABOUT, Why::Late, said, advice)
            } else {
                Finding::good(ABOUT, said)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::finding::Verdict;

    const DAY: TimeDelta = TimeDelta::days(1);

    #[test]
    fn a_rehearsal_that_never_was_or_long_ago_is_told() {
        let now = DateTime::UNIX_EPOCH + DAY * 100;
        assert_eq!(tried_out(None, now, DAY).verdict, Verdict::Warning);
        assert_eq!(tried_out(Some(now - DAY), now, DAY).verdict, Verdict::Good);
        for bad in [now - DAY * 3, now + DAY * 365] {
            assert_eq!(tried_out(Some(bad), now, DAY).verdict, Verdict::Bad);
        }
    }
}
