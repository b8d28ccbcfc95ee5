//! Backups: whether there are any, and how old the newest is.

use chrono::TimeDelta;
use sesame_domain::reason::Reason;
use sesame_domain::time::Age;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{BackupState, NewestBackup, Ports};

pub(super) const CHECK: Check = Check::new("backup", Group::Records, |ports| {
    Box::pin(look(ports))
});

reasons! {
    NoPlace = "no_place",
    None = "none",
    Unreachable = "unreachable",
    Locked = "locked",
    Broken = "broken",
    Undated = "undated",
    DatedAhead = "dated_ahead",
    Late = "late",
}

const ABOUT: &str = "backup";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(backups) = &ports.backups else {
        return Vec::new();
    };
    let place = match &backups.place {
        Ok(Some(place)) => place,
        Ok(None) => {
            return vec![Finding::warning(
                ABOUT,
                Why::NoPlace,
                "none are made: BACKUP_TO is not set",
                "set it to a folder on another disk or to s3://bucket/prefix; a lost database \
                 means that everyone links anew",
            )];
        }
        Err(unusable) => return vec![Finding::unusable(ABOUT, unusable)],
    };
    let finding = match place.newest().await {
        Ok(Some(newest)) => of_newest(&newest, backups.every),
        Ok(None) => Finding::bad(ABOUT, Why::None, "there is none", "make one: `sesame backup`"),
        Err(error) => Finding::bad(
            ABOUT,
            Why::Unreachable,
            Reason::of(error.as_ref()).to_string(),
            "the place of the backups must be reachable from here",
        ),
    };
    vec![finding]
}

fn of_newest(newest: &NewestBackup, every: TimeDelta) -> Finding {
    match &newest.state {
        BackupState::Whole => of_age(newest.age, every),
        BackupState::Locked(keys) => Finding::bad(
            ABOUT,
            Why::Locked,
            format!("the newest needs retired keys: {}", keys.join(", ")),
            "make a new one: `sesame backup`",
        ),
        BackupState::Broken => Finding::bad(
            ABOUT,
            Why::Broken,
            format!(
                "the newest ({}) cannot be used; {}",
                newest.file,
                instead(newest.instead)
            ),
            "`sesame backup verify` names what is wrong; make a new one: `sesame backup`",
        ),
    }
}

fn instead(other: Option<Age>) -> String {
    match other {
        None => "no other can".to_owned(),
        Some(age) => format!("the newest that can is {}", age.old()),
    }
}

fn of_age(age: Option<Age>, every: TimeDelta) -> Finding {
    let Some(age) = age else {
        return Finding::bad(
            ABOUT,
            Why::Undated,
            "the newest says nothing",
            "make a new one",
        );
    };
    let old = age.old();
    if let Age::Ahead(_) = age {
        return Finding::bad(
            ABOUT,
            Why::DatedAhead,
            format!("the newest is {old}"),
            "is the clock right? If it is, make a new one: `sesame backup`",
        );
    }
    if is_late(age, every) {
        return Finding::bad(
            ABOUT,
            Why::Late,
            format!("the newest is {old}"),
            "is Sesame running? The log of the duty `backup` says what is in the way",
        );
    }
    Finding::good(ABOUT, format!("the newest is {old} and whole"))
}

/// Twice the time between two, and an hour for doing it. What lies ahead was
/// never seen to be done.
pub(super) fn is_late(age: Age, every: TimeDelta) -> bool {
    age.is_over(every * 2 + TimeDelta::hours(1))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::finding::Verdict;

    const DAY: TimeDelta = TimeDelta::days(1);

    fn newest(state: BackupState, age: Age) -> NewestBackup {
        NewestBackup {
            file: "manifests/1.json".to_owned(),
            state,
            age: Some(age),
            instead: None,
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
        let newest = newest(BackupState::Whole, age);
        assert_eq!(of_newest(&newest, DAY).verdict, verdict);
    }

    #[test]
    fn a_newest_that_is_broken_is_told_whatever_there_is_besides() {
        let young = Age::Past(TimeDelta::minutes(1));
        let newest = NewestBackup {
            instead: Some(young),
            ..newest(BackupState::Broken, young)
        };
        let finding = of_newest(&newest, DAY);
        assert_eq!(finding.verdict, Verdict::Bad);
        assert!(finding.says.contains("1 min old"), "{}", finding.says);
    }
}
