//! Spans of time in words.

use chrono::TimeDelta;

/// The largest units of a span, rounded up to minutes, in English.
pub(super) fn english(span: TimeDelta) -> String {
    if span < TimeDelta::minutes(1) {
        return "less than a minute".to_owned();
    }
    let minutes = (span.num_seconds() + 59) / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, 0, _) => "1 day".to_owned(),
        (days, 0, _) => format!("{days} days"),
        (1, hours, _) => format!("1 day {hours} h"),
        (days, hours, _) => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(english(TimeDelta::seconds(seconds)), words);
    }
}
