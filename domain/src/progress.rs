//! How far work has come: what the command line, the API, the Mini App and the
//! admin page read alike.

use std::borrow::Cow;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Before so much time is over, a rate would be a guess.
const MEASURED_FOR: TimeDelta = TimeDelta::seconds(1);

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Unit {
    /// Rows, keys, records: things without a name of their own.
    Items,
    /// Messages or posts.
    Messages,
    /// Files.
    Files,
    /// Bytes.
    Bytes,
    /// Something that a newer program counts.
    Other(String),
}

impl Unit {
    /// The name in the database and in answers; never changed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Items => "items",
            Self::Messages => "messages",
            Self::Files => "files",
            Self::Bytes => "bytes",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Unit {
    fn from(name: String) -> Self {
        let known = [Self::Items, Self::Messages, Self::Files, Self::Bytes];
        let mut known = known.into_iter();
        known
            .find(|it| it.as_str() == name)
            .unwrap_or(Self::Other(name))
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.as_str().to_owned()
    }
}

/// Something else that is counted while work goes on, such as the bytes of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How much is done.
    pub done: u64,
    /// Of how much; `None`: that is not known.
    #[serde(default)]
    pub total: Option<u64>,
    /// Of what.
    pub unit: Unit,
    /// How much was done when it was begun to count how fast it goes.
    #[serde(default)]
    pub done_by_then: u64,
}

/// How far work has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How much is done.
    pub done: u64,
    /// Of how much; `None`: that is not known.
    pub total: Option<u64>,
    /// Of what.
    pub unit: Unit,
    /// What is being done, as the name of a message; `None`: what the kind of
    /// the job says.
    #[serde(default)]
    pub message: Option<Cow<'static, str>>,
    /// Since when it is counted how fast it goes.
    pub since: Timestamp,
    /// How much was done by then.
    #[serde(default)]
    pub done_by_then: u64,
    /// When this was so.
    pub at: Timestamp,
    /// What else is counted, each unit once: how much, but not how long it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Count>,
}

impl Progress {
    /// Work that begins, or goes on with so much of it done.
    pub fn from(done: u64, unit: Unit, now: Timestamp) -> Self {
        Self {
            done,
            total: None,
            unit,
            message: None,
            since: now,
            done_by_then: done,
            at: now,
            beside: Vec::new(),
        }
    }

    /// The same, of so much in all.
    #[must_use]
    pub fn of(mut self, total: Option<u64>) -> Self {
        self.total = total;
        self
    }

    /// The same work, further on.
    #[must_use]
    pub fn at(&self, done: u64, now: Timestamp) -> Self {
        Self {
            done,
            at: now,
            ..self.clone()
        }
    }

    /// The same, with so much of another unit done. Its rate is that since it was
    /// first told.
    #[must_use]
    pub fn beside(mut self, done: u64, total: Option<u64>, unit: &Unit) -> Self {
        match self.beside.iter_mut().find(|it| it.unit == *unit) {
            Some(count) => (count.done, count.total) = (done, total),
            None => self.beside.push(Count {
                done,
                total,
                unit: unit.clone(),
                done_by_then: done,
            }),
        }
        self
    }

    /// How much of another unit is done, if it is counted.
    pub fn count(&self, unit: &Unit) -> Option<&Count> {
        self.beside.iter().find(|it| it.unit == *unit)
    }

    /// How much is done in a second; `None`: too soon to tell.
    pub fn rate(&self) -> Option<f64> {
        self.rate_from(self.done_by_then, self.done)
    }

    /// How much of another unit is done in a second; `None`: too soon to tell, or it
    /// is not counted.
    pub fn rate_of(&self, unit: &Unit) -> Option<f64> {
        let count = self.count(unit)?;
        self.rate_from(count.done_by_then, count.done)
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "a figure to look at: exact up to 2^53"
    )]
    fn rate_from(&self, from: u64, to: u64) -> Option<f64> {
        let measured = self.at - self.since;
        let done = to.checked_sub(from)?;
        (measured >= MEASURED_FOR)
            .then(|| done as f64 * 1000.0 / measured.num_milliseconds() as f64)
    }

    /// How long the rest takes at this rate; `None`: that cannot be told.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "an estimate, in whole seconds"
    )]
    pub fn time_left(&self) -> Option<TimeDelta> {
        const CENTURY: f64 = 100.0 * 365.0 * 86_400.0;
        let left = self.total?.saturating_sub(self.done);
        if left == 0 {
            return Some(TimeDelta::zero());
        }
        let rate = self.rate().filter(|rate| *rate > 0.0)?;
        let seconds = (left as f64 / rate).ceil();
        (seconds <= CENTURY).then(|| TimeDelta::seconds(seconds as i64))
    }

    /// The part that is done, from 0 to 1; `None`: of how much is not known.
    #[allow(clippy::cast_precision_loss, reason = "a figure to look at")]
    pub fn part(&self) -> Option<f64> {
        match self.total? {
            0 => Some(1.0),
            total => Some((self.done as f64 / total as f64).min(1.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn begun(done: u64) -> Progress {
        Progress::from(done, Unit::Messages, DateTime::UNIX_EPOCH)
    }

    fn after(seconds: i64) -> Timestamp {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn the_rate_is_that_of_this_run_and_not_of_what_was_done_before() {
        let progress = begun(1000).of(Some(2000)).at(1100, after(10));
        assert_eq!(progress.rate().map(f64::to_bits), Some(10_f64.to_bits()));
        assert_eq!(progress.time_left(), Some(TimeDelta::seconds(90)));
        assert_eq!(progress.part().map(f64::to_bits), Some(0.55_f64.to_bits()));
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        // Too soon, nothing done, a clock that went back, no total.
        assert_eq!(begun(0).at(5, after(0)).rate(), None);
        assert_eq!(begun(0).of(Some(9)).at(0, after(60)).time_left(), None);
        assert_eq!(begun(0).at(5, after(-60)).rate(), None);
        assert_eq!(begun(9).at(5, after(60)).rate(), None);
        assert_eq!(begun(0).at(5, after(60)).time_left(), None);
        assert_eq!(begun(0).at(5, after(60)).part(), None);
        let endless = begun(0).of(Some(u64::MAX)).at(1, after(60));
        assert_eq!(endless.time_left(), None);
    }

    #[test]
    fn what_is_counted_beside_has_its_own_rate_and_is_kept() {
        let files = |progress: Progress, done| progress.beside(done, Some(40), &Unit::Files);
        let bytes = |progress: Progress, done| progress.beside(done, None, &Unit::Bytes);
        let begun = bytes(files(begun(0), 3), 1_000);
        let later = bytes(files(begun.at(50, after(10)), 8), 21_000);
        let rate = |unit| later.rate_of(&unit).map(f64::to_bits);
        assert_eq!(rate(Unit::Files), Some(0.5_f64.to_bits()));
        assert_eq!(rate(Unit::Bytes), Some(2_000_f64.to_bits()));
        assert_eq!(rate(Unit::Items), None);
        assert_eq!(later.rate().map(f64::to_bits), Some(5_f64.to_bits()));
        assert_eq!(later.count(&Unit::Files).and_then(|it| it.total), Some(40));
        let json = serde_json::to_string(&later).unwrap();
        let read: Progress = serde_json::from_str(&json).unwrap();
        assert_eq!(read, later);
        // Rows from before there was such a thing say nothing of it.
        let old = serde_json::to_value(super::tests::begun(1)).unwrap();
        assert_eq!(old.get("beside"), None);
        let read: Progress = serde_json::from_value(old).unwrap();
        assert_eq!(read.beside, []);
    }

    #[test]
    fn more_than_all_is_all() {
        let over = begun(0).of(Some(10)).at(12, after(60));
        assert_eq!(over.time_left(), Some(TimeDelta::zero()));
        assert_eq!(over.part().map(f64::to_bits), Some(1_f64.to_bits()));
        let nothing = begun(0).of(Some(0)).at(0, after(0));
        assert_eq!(nothing.part().map(f64::to_bits), Some(1_f64.to_bits()));
    }
}
