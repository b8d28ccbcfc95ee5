//! What happened, and when.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much is told around a moment.
const BEFORE: Duration = Duration::from_secs(25);
const AFTER: Duration = Duration::from_secs(1);

/// Whom a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// All.
    Everyone,
    /// A person, by number.
    Person(u64),
}

#[derive(Debug)]
struct Line {
    at: Duration,
    about: About,
    text: String,
}

/// What happened, and when.
#[derive(Debug)]
pub(crate) struct Chronicle {
    began: Instant,
    lines: Mutex<Vec<Line>>,
}

impl Chronicle {
    /// Nothing happened yet.
    pub(crate) fn begin() -> Self {
        Self {
            began: Instant::now(),
            lines: Mutex::default(),
        }
    }

    /// How long it is since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// When something was, counted from the beginning.
    pub(crate) fn when(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.began)
    }

    /// Something happened.
    pub(crate) fn note(&self, about: About, text: impl Into<String>) {
        let line = Line {
            at: self.elapsed(),
            about,
            text: text.into(),
        };
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line);
    }

    /// What happened around a moment, to all and to each.
    pub(crate) fn around(&self, moment: Instant) -> String {
        let at = self.when(moment);
        let told = self.told(at.saturating_sub(BEFORE), at + AFTER);
        format!("around {:.3}:\n{told}", at.as_secs_f64())
    }

    /// All that happened, to all and to each.
    pub(crate) fn whole(&self) -> String {
        self.told(Duration::ZERO, Duration::MAX)
    }

    fn told(&self, from: Duration, to: Duration) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let told = lines.iter().filter(|line| line.at >= from && line.at <= to);
        let told = told.map(|line| {
            let who = match line.about {
                About::Everyone => "*".to_owned(),
                About::Person(number) => format!("person {number}"),
            };
            format!("  {:9.3} {who:>11} {}", line.at.as_secs_f64(), line.text)
        });
        told.collect::<Vec<_>>().join("\n")
    }

    /// What happened to a person, and to everyone meanwhile.
    pub(crate) fn story(&self, person: u64) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let own = |line: &&Line| line.about == About::Person(person);
        let first = lines.iter().find(own).map(|line| line.at);
        let last = lines.iter().rev().find(own).map(|line| line.at);
        let (Some(first), Some(last)) = (first, last) else {
            return format!("person {person}: nothing");
        };
        let meanwhile = |line: &&Line| {
            own(line) || (line.about == About::Everyone && line.at >= first && line.at <= last)
        };
        let told = lines.iter().filter(meanwhile).map(|line| {
            let mark = if own(&line) { "" } else { "          * " };
            format!("  {:9.3} {mark}{}", line.at.as_secs_f64(), line.text)
        });
        let told: Vec<_> = told.collect();
        format!("person {person}:\n{}", told.join("\n"))
    }
}

#[test]
fn a_story_is_ones_own_and_what_happened_to_all_meanwhile() {
    let chronicle = Chronicle::begin();
    chronicle.note(About::Everyone, "before");
    chronicle.note(About::Person(1), "begins");
    chronicle.note(About::Person(2), "begins too");
    chronicle.note(About::Everyone, "it rains");
    chronicle.note(About::Person(1), "is done");
    chronicle.note(About::Everyone, "after");
    let story = chronicle.story(1);
    let told: Vec<_> = story.lines().skip(1).map(|line| &line[12..]).collect();
    assert_eq!(told, ["begins", "          * it rains", "is done"]);
}
