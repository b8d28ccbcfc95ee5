//! The time zone in which an export says when something was.

use chrono::{DateTime, NaiveDateTime, TimeDelta};

/// A time zone, as far as an export needs one: its name, and from when on its
/// clocks differed by how much from UTC. Whoever starts the export knows it (a
/// browser, the machine of the command line), so that no table of the world's
/// time zones is needed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone {
    name: String,
    /// In seconds since 1970, in order; before the first, its own offset holds.
    offsets: Vec<(i64, i32)>,
}

/// The largest difference from UTC that there is, with room.
const MOST: i32 = 24 * 3600;

impl TimeZone {
    /// UTC.
    pub fn utc() -> Self {
        Self::fixed("UTC", 0)
    }

    /// One whose clocks always differ by so many seconds.
    pub fn fixed(name: &str, seconds: i32) -> Self {
        Self::changing(name, vec![(0, seconds)])
    }

    /// One whose clocks differ, from each of these moments on (in seconds since
    /// 1970), by so many seconds.
    pub fn changing(name: &str, mut offsets: Vec<(i64, i32)>) -> Self {
        for (_, seconds) in &mut offsets {
            *seconds = (*seconds).clamp(-MOST, MOST);
        }
        offsets.sort_unstable();
        offsets.dedup_by_key(|(from, _)| *from);
        Self {
            name: name.to_owned(),
            offsets,
        }
    }

    /// One of which the difference can be asked for: its changes within a span
    /// are looked for, to the second.
    pub fn sampled(name: &str, span: (i64, i64), offset_at: impl Fn(i64) -> i32) -> Self {
        /// Clocks change at most a few times a year.
        const STEP: i64 = 7 * 24 * 3600;
        let (from, until) = span;
        let mut offsets = vec![(from, offset_at(from))];
        let mut at = from;
        while at < until {
            let next = at.saturating_add(STEP).min(until);
            let (before, after) = (offset_at(at), offset_at(next));
            if before != after {
                let (mut low, mut high) = (at, next);
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if offset_at(middle) == before {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                offsets.push((high, after));
            }
            at = next;
        }
        Self::changing(name, offsets)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What clocks there showed at a moment, in seconds since 1970.
    pub fn local(&self, at: i64) -> NaiveDateTime {
        let until = self.offsets.partition_point(|(from, _)| *from <= at);
        let held = self.offsets.get(until.saturating_sub(1));
        let offset = held.map_or(0, |(_, seconds)| *seconds);
        let utc = DateTime::from_timestamp(at, 0).unwrap_or_default();
        let local = utc.naive_utc();
        local
            .checked_add_signed(TimeDelta::seconds(offset.into()))
            .unwrap_or(local)
    }

    /// `2026-11-28T12:00:00`.
    pub fn iso(&self, at: i64) -> String {
        self.local(at).format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// `28-11-2026_12-00-00`, as names of files have it.
    pub(super) fn in_a_name(&self, at: i64) -> String {
        self.local(at).format("%d-%m-%Y_%H-%M-%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last Sundays of March and October 2026, at 01:00 UTC.
    const SUMMER: i64 = 1_774_746_000;
    const WINTER: i64 = 1_792_890_000;

    fn berlin(at: i64) -> i32 {
        if (SUMMER..WINTER).contains(&at) {
            7200
        } else {
            3600
        }
    }

    #[test]
    fn clocks_change_when_they_change() {
        let zone = TimeZone::sampled("Europe/Berlin", (1_767_225_600, 1_798_761_600), berlin);
        for (at, shown) in [
            (1_767_225_600, "2026-01-01T01:00:00"),
            (SUMMER - 1, "2026-03-29T01:59:59"),
            (SUMMER, "2026-03-29T03:00:00"),
            (WINTER - 1, "2026-10-25T02:59:59"),
            (WINTER, "2026-10-25T02:00:00"),
            (0, "1970-01-01T01:00:00"),
        ] {
            assert_eq!(zone.iso(at), shown, "{at}");
        }
        assert_eq!(zone.name(), "Europe/Berlin");
        assert_eq!(zone.in_a_name(SUMMER), "29-03-2026_03-00-00");
    }

    #[test]
    fn nonsense_is_still_a_time_zone() {
        let none = TimeZone::changing("none", Vec::new());
        assert_eq!(none.iso(0), "1970-01-01T00:00:00");
        let far = TimeZone::fixed("far", i32::MAX);
        assert_eq!(far.iso(0), "1970-01-02T00:00:00");
        far.iso(i64::MAX);
        far.iso(i64::MIN);
    }
}
