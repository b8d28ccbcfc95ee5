//! Backups: whether there are any, how old they are, and whether they were
//! tried out.

use chrono::TimeDelta;
use sesame_domain::duty::Duty;
use sesame_domain::ports::Duties;
use sesame_domain::time::Timestamp;

use super::finding::Finding;
use crate::config::Backup;
use crate::node::{Ground, backups};
use crate::terminal::age;

const BACKUP: &str = "backup";
const REHEARSAL: &str = "rehearsal";

/// Looks at the newest backup, and at the last rehearsal.
pub(super) async fn look(ground: &Ground, settings: &Backup) -> Vec<Finding> {
    let backups = match backups::backups(ground, settings) {
        Ok(Some(backups)) => backups,
        Ok(None) => {
            return vec![Finding::warning(
                BACKUP,
                "none are made: BACKUP_TO is not set",
                "set it to a folder on another disk or to s3://bucket/prefix; a lost \
                 database means that everyone links anew",
            )];
        }
        Err(error) => {
            let (says, advice) = error.in_two();
            return vec![Finding::bad(BACKUP, says, advice)];
        }
    };
    let newest = match backups.newest().await {
        Ok(Some(newest)) => of_age(newest.age, newest.unusable, settings.every()),
        Ok(None) => Finding::bad(
            BACKUP,
            "there is none that can be used",
            "make one: `sesame backup`",
        ),
        Err(error) => Finding::bad(
            BACKUP,
            format!("{error}"),
            "the place of the backups must be reachable from here",
        ),
    };
    vec![newest, rehearsal(ground, settings).await]
}

fn of_age(old: TimeDelta, unusable: usize, every: TimeDelta) -> Finding {
    if unusable > 0 {
        return Finding::bad(
            BACKUP,
            format!(
                "the {unusable} newest cannot be used; the newest that can is {} old",
                age(old)
            ),
            "`sesame backup list` names what is wrong; make a new one",
        );
    }
    if is_late(old, every) {
        return Finding::bad(
            BACKUP,
            format!("the newest is {} old", age(old)),
            "is Sesame running? The log of the duty `backup` says what is in the way",
        );
    }
    Finding::good(BACKUP, format!("the newest is {} old and whole", age(old)))
}

async fn rehearsal(ground: &Ground, settings: &Backup) -> Finding {
    let records = match ground.database.records().await {
        Ok(records) => records,
        Err(error) => return Finding::bad(REHEARSAL, error.to_string(), "see the log"),
    };
    let done = records
        .iter()
        .find(|record| record.duty == Duty::Rehearse)
        .and_then(|record| record.done_at);
    tried_out(done, ground.clock.now(), settings.rehearse_every())
}

fn tried_out(done: Option<Timestamp>, now: Timestamp, every: TimeDelta) -> Finding {
    match done {
        None => Finding::warning(
            REHEARSAL,
            "no backup was ever tried out",
            "run `sesame backup rehearse`; a running Sesame does it by itself",
        ),
        Some(done) if is_late(now - done, every) => Finding::bad(
            REHEARSAL,
            format!("a backup was last tried out {} ago", age(now - done)),
            "run `sesame backup rehearse` and see what is in the way",
        ),
        Some(done) => Finding::good(
            REHEARSAL,
            format!("a backup was restored and opened {} ago", age(now - done)),
        ),
    }
}

/// Twice the time between two, and an hour for doing it.
fn is_late(old: TimeDelta, every: TimeDelta) -> bool {
    old > every * 2 + TimeDelta::hours(1)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::finding::Verdict;
    use super::*;

    const DAY: TimeDelta = TimeDelta::days(1);

    #[test]
    fn an_old_backup_is_told() {
        assert_eq!(of_age(DAY, 0, DAY).verdict, Verdict::Good);
        assert_eq!(of_age(DAY * 3, 0, DAY).verdict, Verdict::Bad);
        assert_eq!(of_age(DAY, 2, DAY).verdict, Verdict::Bad);
    }

    #[test]
    fn a_rehearsal_that_never_was_or_long_ago_is_told() {
        let now = DateTime::UNIX_EPOCH + DAY * 100;
        assert_eq!(tried_out(None, now, DAY).verdict, Verdict::Warning);
        assert_eq!(tried_out(Some(now - DAY), now, DAY).verdict, Verdict::Good);
        assert_eq!(
            tried_out(Some(now - DAY * 3), now, DAY).verdict,
            Verdict::Bad
        );
    }
}
