//! Moments in pages. The script says them in the person's own time and keeps
//! clocks running; until then, and without it, the words of the server stand.

use chrono::SecondsFormat;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Html, Text};

/// A moment as the script reads it.
pub(super) fn iso(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A moment in figures that need no translation.
pub(super) fn utc(at: &Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Moments as they stand in pages.
pub(super) trait Moments {
    /// How long ago it was.
    fn ago(self, at: &Timestamp) -> Html;
    /// When it was, as short as lists of chats say it.
    fn listed(self, at: &Timestamp) -> Html;
    /// The same, where the day is enough.
    fn day_ago(self, at: &Timestamp) -> Html;
    /// When exactly it was.
    fn exactly(self, at: &Timestamp) -> Html;
    /// The same, to the second.
    fn to_the_second(self, at: &Timestamp) -> Html;
    /// On which day it is.
    fn on(self, at: &Timestamp) -> Html;
}

impl Moments for AppWords {
    fn ago(self, at: &Timestamp) -> Html {
        time(at, "data-when", self.language().date_time_short(*at))
    }

    fn listed(self, at: &Timestamp) -> Html {
        time(at, "data-listed", self.language().date(*at))
    }

    fn day_ago(self, at: &Timestamp) -> Html {
        time(at, "data-when", self.language().date(*at))
    }

    fn exactly(self, at: &Timestamp) -> Html {
        time(at, "data-exact", self.language().date_time_short(*at))
    }

    fn to_the_second(self, at: &Timestamp) -> Html {
        time(at, "data-exact", self.language().date_time_exact(*at))
    }

    fn on(self, at: &Timestamp) -> Html {
        time(at, "data-day", self.language().date(*at))
    }
}

fn time(at: &Timestamp, kind: &'static str, words: Text) -> Html {
    let attributes = [("datetime", at.to_rfc3339()), (kind, String::new())];
    let attributes = attributes.each_ref().map(|(name, it)| (*name, it.as_str()));
    Html::element("time", &attributes, words)
}

/// A clock that runs down to a moment.
pub(super) fn countdown(until: &str, left: &str) -> Html {
    let attributes = [("data-until", until), ("role", "timer")];
    Html::element("time", &attributes, Html::escaped(left))
}

/// The clock of a link for another screen, which the script sets.
pub(super) fn screen_left() -> Html {
    let attributes = [("data-until", ""), ("id", "screen-left")];
    Html::element("time", &attributes, Html::escaped("5:00"))
}

/// The time left as `m:ss`, or `h:mm:ss`.
pub(super) fn left(until: Timestamp, now: Timestamp) -> String {
    let seconds = (until - now).num_seconds().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}
