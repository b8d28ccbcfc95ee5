//! Backups: whether there are any, how old they are, and whether they were
//! tried out.

use chrono::TimeDelta;
use sesame_custody::backup::{BackupState, ListedBackup, NewestBackup};
use sesame_domain::audit::Actor;
use sesame_domain::duty::Duty;
use sesame_domain::ports::Duties;
use sesame_domain::reason::Reason;
use sesame_domain::time::{Age, Timestamp};

use super::finding::Finding;
use crate::config::Backup;
use crate::node::{Core, backups};
use crate::terminal::{ago, old};

const BACKUP: &str = "backup";
const REHEARSAL: &str = "rehearsal";

/// Looks at the newest backup, and at the last rehearsal.
pub(super) async fn look(core: &Core, settings: &Backup) -> Vec<Finding> {
    let backups = match backups::backups(core, settings) {
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
    let newest = match backups.newest(&Actor::system("doctor")).await {
        Ok(Some(newest)) => of_newest(&newest, settings.every()),
        Ok(None) => Finding::bad(BACKUP, "there is none", "make one: `sesame backup`"),
        Err(error) => Finding::bad(
            BACKUP,
            Reason::of(&error).to_string(),
            "the place of the backups must be reachable from here",
        ),
    };
    vec![newest, rehearsal(core, settings).await]
}

fn of_newest(newest: &NewestBackup, every: TimeDelta) -> Finding {
    match &newest.newest.state {
        BackupState::Whole => of_age(&newest.newest, every),
        BackupState::Locked(keys) => Finding::bad(
            BACKUP,
            format!("the newest needs retired keys: {}", keys.join(", ")),
            "make a new one: `sesame backup`",
        ),
        BackupState::Damaged(_) | BackupState::Forged => Finding::bad(
            BACKUP,
            format!(
                "the newest ({}) cannot be used; {}",
                newest.newest.file,
                instead(newest.instead.as_ref())
            ),
            "`sesame backup verify` names what is wrong; make a new one: `sesame backup`",
        ),
    }
}

fn instead(other: Option<&ListedBackup>) -> String {
    match other.and_then(|it| it.details.as_ref()) {
        None => "no other can".to_owned(),
        Some(details) => format!("the newest that can is {}", old(details.age)),
    }
}

fn of_age(newest: &ListedBackup, every: TimeDelta) -> Finding {
    let Some(age) = newest.details.as_ref().map(|it| it.age) else {
        return Finding::bad(BACKUP, "the newest says nothing", "make a new one");
    };
    if let Age::Ahead(_) = age {
        return Finding::bad(
            BACKUP,
            format!("the newest is {}", old(age)),
            "is the clock right? If it is, make a new one: `sesame backup`",
        );
    }
    if is_late(age, every) {
        return Finding::bad(
            BACKUP,
            format!("the newest is {}", old(age)),
            "is Sesame running? The log of the duty `backup` says what is in the way",
        );
    }
    Finding::good(BACKUP, format!("the newest is {} and whole", old(age)))
}

async fn rehearsal(core: &Core, settings: &Backup) -> Finding {
    let records = match core.database.records().await {
        Ok(records) => records,
        Err(error) => return Finding::failed(REHEARSAL, &error),
    };
    let done = records
        .iter()
        .find(|record| record.duty == Duty::Rehearse)
        .and_then(|record| record.done_at);
    tried_out(done, core.clock.now(), settings.rehearse_every())
}

fn tried_out(done: Option<Timestamp>, now: Timestamp, every: TimeDelta) -> Finding {
    match done {
        None => Finding::warning(
            REHEARSAL,
            "no backup was ever tried out",
            "run `sesame backup rehearse`; a running Sesame does it by itself",
        ),
        Some(done) => {
            let age = Age::of(done, now);
            let said = format!("a backup was last tried out {}", ago(age));
            if is_late(age, every) {
                let advice = "run `sesame backup rehearse` and see what is in the way";
                Finding::bad(REHEARSAL, said, advice)
            } else {
                Finding::good(REHEARSAL, said)
            }
        }
    }
}

/// Twice the time between two, and an hour for doing it. What lies ahead was
/// never seen to be done.
fn is_late(age: Age, every: TimeDelta) -> bool {
    age.is_over(every * 2 + TimeDelta::hours(1))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rstest::rstest;
    use sesame_custody::backup::BackupDetails;

    use super::super::finding::Verdict;
    use super::*;

    const DAY: TimeDelta = TimeDelta::days(1);

    fn listed(state: BackupState, age: Age) -> ListedBackup {
        ListedBackup {
            file: "manifests/1.json".to_owned(),
            id: None,
            state,
            details: Some(BackupDetails {
                made_at: DateTime::UNIX_EPOCH,
                age,
                records: 1,
                bytes: 1,
                sesame: "1".to_owned(),
            }),
        }
    }

    #[rstest]
    #[case(Age::Past(DAY), Verdict::Good)]
    #[case(Age::Past(DAY * 3), Verdict::Bad)]
    #[case(Age::Ahead(DAY * 365), Verdict::Bad)]
    fn an_old_backup_is_told_and_one_that_is_dated_ahead(
        #[case] age: Age,
        #[case] verdict: Verdict,
    ) {
        let newest = NewestBackup {
            newest: listed(BackupState::Whole, age),
            instead: None,
        };
        assert_eq!(of_newest(&newest, DAY).verdict, verdict);
    }

    #[test]
    fn a_newest_that_is_broken_is_told_whatever_there_is_besides() {
        let young = Age::Past(TimeDelta::minutes(1));
        let newest = NewestBackup {
            newest: listed(BackupState::Forged, young),
            instead: Some(listed(BackupState::Whole, young)),
        };
        let finding = of_newest(&newest, DAY);
        assert_eq!(finding.verdict, Verdict::Bad);
        assert!(finding.says.contains("1 min old"), "{}", finding.says);
    }

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
