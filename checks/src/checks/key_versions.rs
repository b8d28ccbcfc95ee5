//! The versions of the key: what someone should look after, how old the active
//! one is, and what is still under older ones.

use chrono::TimeDelta;
use sesame_domain::plural::{agreeing, counted};
use sesame_domain::time::Age;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{KeysSeen, Ports};

pub(super) const CHECK: Check = Check::new("key_versions", Group::Keys, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Versions = "versions",
    TooOld = "too_old",
    ToRewrap = "to_rewrap",
}

const ABOUT: &str = "keys";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(Ok(keys)) = &ports.keys else {
        return Vec::new();
    };
    // The check of the keys themselves says it when there is none.
    let Ok(status) = keys.store.status().await else {
        return Vec::new();
    };
    let warnings = status.warnings.iter();
    let warnings = warnings
        .map(|warning| Finding::warning(ABOUT, Why::Versions, warning, "see `sesame keys list`"));
    let too_old = keys.max_age.and_then(|max| too_old(status.age, max));
    warnings
        .chain(too_old)
        .chain(rewrapping(&status))
        .collect()
}

fn too_old(age: Age, max: TimeDelta) -> Option<Finding> {
    // A running node looks every hour.
    age.is_over(max + TimeDelta::hours(2)).then(|| {
        Finding::warning(
            ABOUT,
            Why::TooOld,
            format!(
                "the active key is {}, KEY_MAX_AGE_DAYS is {}",
                age.old(),
                max.num_days()
            ),
            "is Sesame running? `sesame keys rotate` makes a new one at once",
        )
    })
}

fn rewrapping(status: &KeysSeen) -> Option<Finding> {
    (status.to_rewrap > 0).then(|| {
        Finding::warning(
            ABOUT,
            Why::ToRewrap,
            format!(
                "{} {} under older versions",
                counted(status.to_rewrap, "data key"),
                agreeing(status.to_rewrap, "is", "are")
            ),
            "a running Sesame wraps them anew by itself; `sesame keys rewrap` does it at once",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn an_old_key_is_told_and_one_that_is_dated_ahead() {
        let max = TimeDelta::days(90);
        assert_eq!(too_old(Age::Past(max), max), None);
        for age in [Age::Past(max * 2), Age::Ahead(max)] {
            assert_eq!(too_old(age, max).unwrap().verdict, Verdict::Warning);
        }
    }
}
