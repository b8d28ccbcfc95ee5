//! How far a job has come, in words.

use sesame_domain::progress::{Progress, Unit};

use crate::operators::grouped::Grouped;
use crate::operators::growth::in_units;

/// All that is counted: "120 of 400 messages, 3 of 20 files, 12.5 MiB".
pub(super) fn so_far(progress: &Progress) -> String {
    let mut told = count(progress.done, progress.total, &progress.unit);
    for beside in &progress.beside {
        told.push_str(", ");
        told.push_str(&count(beside.done, beside.total, &beside.unit));
    }
    match &progress.message {
        Some(message) => format!("{told}: {message}"),
        None => told,
    }
}

fn count(done: u64, total: Option<u64>, unit: &Unit) -> String {
    let number = |number| match unit {
        Unit::Bytes => in_units(number),
        _ => Grouped(number).to_string(),
    };
    let counted = match total {
        Some(total) => format!("{} of {}", number(done), number(total)),
        None => number(done),
    };
    match unit {
        Unit::Bytes => counted,
        other => format!("{counted} {}", other.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn all_that_is_counted_is_told() {
        let now = DateTime::UNIX_EPOCH;
        let begun = Progress::from(7, Unit::Items, now);
        assert_eq!(so_far(&begun), "7 items");
        let progress = Progress::from(1_200, Unit::Messages, now)
            .of(Some(20_000))
            .beside(3, Some(20), &Unit::Files)
            .beside(13_107_200, None, &Unit::Bytes);
        assert_eq!(
            so_far(&progress),
            "1,200 of 20,000 messages, 3 of 20 files, 12.5 MiB"
        );
    }
}
