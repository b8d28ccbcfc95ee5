//! What of a channel a person wants.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use crate::post::PostContent;
use crate::time::Timestamp;

/// The most days for which posts can be kept; for longer, they are kept as long as the
/// channel is read.
pub const KEPT_DAYS_MAX: u16 = 3_650;
/// The most characters that a post can be asked to have: more than Telegram allows.
pub const SHORTEST_MAX: u16 = 4_096;

/// How far back a channel is read when a person chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowFarBack {
    /// Not at all: what comes from now on.
    Nothing,
    /// A week.
    Week,
    /// Thirty days.
    Month,
    /// A year.
    Year,
    /// To its first post.
    All,
}

/// A name that is none of how far back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("how far back is one of none, week, month, year and all")]
pub struct UnknownHowFar;

impl HowFarBack {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] = [
        Self::Nothing,
        Self::Week,
        Self::Month,
        Self::Year,
        Self::All,
    ];

    /// Its name, in the API and on the command line; never changed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::All => "all",
        }
    }

    /// From which moment on; `None`: from the first post.
    pub fn from(self, now: Timestamp) -> Option<Timestamp> {
        let days = match self {
            Self::Nothing => 0,
            Self::Week => 7,
            Self::Month => 30,
            Self::Year => 365,
            Self::All => return None,
        };
        Some(now - TimeDelta::days(days))
    }
}

impl fmt::Display for HowFarBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for HowFarBack {
    type Err = UnknownHowFar;

    fn from_str(name: &str) -> Result<Self, UnknownHowFar> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == name);
        found.ok_or(UnknownHowFar)
    }
}

/// What of a channel a person wants, and for how long it is kept for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingPolicy {
    /// Posts from this moment on; `None`: from the first.
    pub from: Option<Timestamp>,
    /// For how many days after it was sent a post is kept; `None`: as long as the
    /// channel is read for them.
    pub kept_days: Option<u16>,
    /// Whether posts that were forwarded are wanted.
    pub forwards: bool,
    /// Whether messages that tell what happened are wanted ("pinned a message").
    pub service_messages: bool,
    /// Posts of fewer characters are left out; 0: none.
    pub shortest: u16,
}

impl ReadingPolicy {
    /// What is usual, from this moment on.
    pub fn usual(from: Option<Timestamp>) -> Self {
        Self {
            from,
            kept_days: None,
            forwards: true,
            service_messages: false,
            shortest: 0,
        }
    }

    /// Posts from this moment on are shown; `None`: from the first.
    pub fn shown_from(&self, now: Timestamp) -> Option<Timestamp> {
        let kept = self
            .kept_days
            .map(|days| now - TimeDelta::days(days.into()));
        self.from.max(kept)
    }

    /// Whether a post that says this is one that they want, however old it is.
    pub fn wants(&self, post: &PostContent) -> bool {
        let is_long_enough = || {
            let most = usize::from(self.shortest);
            post.text.chars().take(most).count() >= most
        };
        match &post.action {
            Some(_) => self.service_messages,
            None => (self.forwards || !post.source.is_forwarded()) && is_long_enough(),
        }
    }

    /// The same within its bounds.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            kept_days: self.kept_days.map(|days| days.clamp(1, KEPT_DAYS_MAX)),
            shortest: self.shortest.min(SHORTEST_MAX),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::PostSource;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    fn saying(text: &str) -> PostContent {
        PostContent {
            at: at(0),
            edited_at: None,
            text: text.to_owned(),
            hashtags: Vec::new(),
            links: Vec::new(),
            messages: 1,
            source: PostSource::Own,
            action: None,
            has_media: false,
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for back in HowFarBack::ALL {
            assert_eq!(back.to_string().parse(), Ok(back));
        }
        assert_eq!("decade".parse::<HowFarBack>(), Err(UnknownHowFar));
        assert_eq!(HowFarBack::All.from(at(0)), None);
        assert_eq!(HowFarBack::Nothing.from(at(0)), Some(at(0)));
        assert_eq!(HowFarBack::Week.from(at(0)), Some(at(-7 * 86_400)));
    }

    #[test]
    fn what_is_not_wanted_is_left_out() {
        let usual = ReadingPolicy::usual(None);
        let mut forwarded = saying("news");
        forwarded.source = PostSource::Unnamed;
        let mut pinned = saying("");
        pinned.action = Some("messageActionPinMessage".to_owned());
        assert!(usual.wants(&saying("")) && usual.wants(&forwarded) && !usual.wants(&pinned));
        let strict = ReadingPolicy {
            forwards: false,
            service_messages: true,
            shortest: 3,
            ..usual
        };
        assert!(!strict.wants(&forwarded) && strict.wants(&pinned));
        assert!(!strict.wants(&saying("ыы")) && strict.wants(&saying("ыыы")));
    }

    #[test]
    fn the_later_of_what_is_wanted_and_kept_is_shown() {
        let policy = |from: Option<i64>, kept_days| ReadingPolicy {
            kept_days,
            ..ReadingPolicy::usual(from.map(at))
        };
        assert_eq!(policy(None, None).shown_from(at(0)), None);
        assert_eq!(policy(Some(-5), None).shown_from(at(0)), Some(at(-5)));
        let day = Some(at(-86_400));
        assert_eq!(policy(None, Some(1)).shown_from(at(0)), day);
        assert_eq!(policy(Some(-100_000), Some(1)).shown_from(at(0)), day);
        assert_eq!(policy(Some(-5), Some(1)).shown_from(at(0)), Some(at(-5)));
        assert_eq!(policy(None, Some(0)).bounded().kept_days, Some(1));
    }
}
