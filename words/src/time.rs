//! Moments and lengths of time in words.

use chrono::{Datelike, TimeDelta, Timelike};
use sesame_domain::time::Timestamp;

use crate::language::Language;
use crate::markup::Text;

impl Language {
    /// The largest units of a span, rounded up to minutes: "1 h 5 min".
    pub fn span(self, span: TimeDelta) -> Text {
        let words = self.time();
        if span < TimeDelta::minutes(1) {
            return words.span_short();
        }
        let minutes = u64::try_from((span.num_seconds() + 59) / 60).unwrap_or_default();
        let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        match (days, hours, minutes) {
            (0, 0, minutes) => words.span_minutes(minutes),
            (0, hours, 0) => words.span_hours(hours),
            (0, hours, minutes) => words.span_hours_minutes(hours, minutes),
            (days, 0, _) => words.span_days(days),
            (days, hours, _) => words.span_days_hours(days, hours),
        }
    }

    /// A length of time as it is promised: whole days, or hours where it is
    /// less: "90 days".
    pub fn period(self, period: TimeDelta) -> Text {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        match count(period.num_days()) {
            0 => self.time().period_hours(count(period.num_hours())),
            days => self.time().period_days(days),
        }
    }

    /// A day (UTC): "28 November 2026".
    pub fn date(self, at: Timestamp) -> Text {
        let (day, month, year) = day(at);
        self.time().date(day, month, year)
    }

    /// A day and the time (UTC): "28 November 2026, 10:55 UTC".
    pub fn date_time(self, at: Timestamp) -> Text {
        let ((day, month, year), (hour, minute, _)) = (day(at), clock(at));
        self.time().date_time(day, &hour, &minute, month, year)
    }

    /// The same, as short as lists need it: "28 Nov 2026, 10:55 UTC".
    pub fn date_time_short(self, at: Timestamp) -> Text {
        let ((day, month, year), (hour, minute, _)) = (day(at), clock(at));
        self.time()
            .date_time_short(day, &hour, &minute, month, year)
    }

    /// The same with seconds: "28 Nov 2026, 10:55:30 UTC".
    pub fn date_time_exact(self, at: Timestamp) -> Text {
        let ((day, month, year), (hour, minute, second)) = (day(at), clock(at));
        let words = self.time();
        words.date_time_exact(day, &hour, &minute, month, &second, year)
    }
}

fn day(at: Timestamp) -> (u64, u64, u64) {
    let year = u64::try_from(at.year()).unwrap_or_default();
    (at.day().into(), at.month().into(), year)
}

fn clock(at: Timestamp) -> (String, String, String) {
    let two = |number: u32| format!("{number:02}");
    (two(at.hour()), two(at.minute()), two(at.second()))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(-5, "less than a minute")]
    #[case(59, "less than a minute")]
    #[case(60, "1 min")]
    #[case(61, "2 min")]
    #[case(3600, "1 h")]
    #[case(3660, "1 h 1 min")]
    #[case(86_400, "1 day")]
    #[case(90_000, "1 day 1 h")]
    #[case(200_000, "2 days 7 h")]
    fn spans_are_said_in_their_largest_units(#[case] seconds: i64, #[case] words: &str) {
        let span = Language::ENGLISH.span(TimeDelta::seconds(seconds));
        assert_eq!(span.as_str(), words);
    }

    #[rstest]
    #[case(TimeDelta::minutes(90), "1 hour")]
    #[case(TimeDelta::hours(12), "12 hours")]
    #[case(TimeDelta::hours(25), "1 day")]
    #[case(TimeDelta::days(90), "90 days")]
    fn lengths_are_said_in_whole_days(#[case] length: TimeDelta, #[case] words: &str) {
        assert_eq!(Language::ENGLISH.period(length).as_str(), words);
    }

    #[test]
    fn moments_are_said_in_utc() {
        let at = DateTime::parse_from_rfc3339("2026-11-08T09:05:03Z").unwrap();
        let (at, english) = (at.to_utc(), Language::ENGLISH);
        assert_eq!(english.date(at).as_str(), "8 November 2026");
        assert_eq!(english.date_time(at).as_str(), "8 November 2026, 09:05 UTC");
        assert_eq!(
            english.date_time_short(at).as_str(),
            "8 Nov 2026, 09:05 UTC"
        );
        assert_eq!(
            english.date_time_exact(at).as_str(),
            "8 Nov 2026, 09:05:03 UTC"
        );
    }

    #[test]
    fn every_month_has_its_name() {
        for month in 1..=12 {
            let text = format!("2026-{month:02}-01T00:00:00Z");
            let at = DateTime::parse_from_rfc3339(&text).unwrap().to_utc();
            let words = Language::ENGLISH.date(at);
            assert_eq!(words.as_str(), at.format("%-d %B %Y").to_string());
            let words = Language::ENGLISH.date_time_short(at);
            let expected = at.format("%-d %b %Y, %H:%M UTC").to_string();
            assert_eq!(words.as_str(), expected);
        }
    }
}
