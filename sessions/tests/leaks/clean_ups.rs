//! How long clean-ups took, as the metric tells.

use std::collections::BTreeMap;
use std::fmt;

/// The metric.
const NAME: &str = "sesame_session_cleanup_duration_seconds";
/// Until how many seconds they are counted together.
pub(crate) const BOUNDS: [f64; 6] = [0.1, 0.5, 1.0, 3.0, 5.0, 10.0];
/// After what, besides how a login ended.
const NOT_ENDS: [&str; 2] = ["adopted", "parked"];
/// How a login can end.
const ENDS: [&str; 5] = ["authorized", "cancelled", "expired", "failed", "superseded"];

/// How many were over within which bound, by what they came after.
#[derive(Debug)]
pub(crate) struct CleanUps(BTreeMap<String, Vec<u64>>);

impl CleanUps {
    /// Those of which a program tells.
    pub(crate) fn of(told: &str) -> Self {
        let mut all = BTreeMap::<String, Vec<u64>>::new();
        let buckets = told.lines().filter_map(|line| line.strip_prefix(NAME));
        for line in buckets.filter_map(|line| line.strip_prefix("_bucket")) {
            let after = line.split("after=\"").nth(1).unwrap();
            let after = after.split('"').next().unwrap().to_owned();
            let count = line.rsplit(' ').next().unwrap().parse().unwrap();
            all.entry(after).or_default().push(count);
        }
        Self(all)
    }

    /// Asserts that each attempt has one.
    pub(crate) fn are_those_of(&self, attempts: u64) {
        let count = |after: &str| {
            let counts = self.0.get(after).and_then(|counts| counts.last());
            counts.copied().unwrap_or(0)
        };
        for after in ENDS.into_iter().chain(NOT_ENDS) {
            assert!(count(after) > 0, "no clean-up after {after}: {self}");
        }
        // What is parked ends elsewhere.
        let over: u64 = ENDS.iter().map(|end| count(end)).sum();
        assert!(over + count("adopted") >= attempts, "{self}");
    }
}

impl fmt::Display for CleanUps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "clean-ups within so many seconds: {BOUNDS:?}, and all")?;
        for (after, counts) in &self.0 {
            writeln!(f, "{after:>12} {counts:?}")?;
        }
        Ok(())
    }
}
