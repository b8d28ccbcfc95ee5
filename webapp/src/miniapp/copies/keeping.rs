//! How a copy is kept up to date by itself.

use chrono::TimeDelta;
use sesame_domain::export::Renewal;
use sesame_domain::ids::JobId;
use sesame_domain::time::Timestamp;
use sesame_words::{AppWords, Text};

/// Among which one chooses, as the API names them.
const EVERY: [&str; 3] = ["never", "daily", "weekly"];

/// A way among which one chooses.
pub(super) struct Every {
    pub(super) name: &'static str,
    pub(super) is_chosen: bool,
}

/// How a copy is kept up to date.
pub(super) struct Keeping {
    pub(super) ways: Vec<Every>,
    pub(super) next_at: Option<Timestamp>,
    pub(super) last_at: Option<Timestamp>,
    /// Whether the last run did not work.
    pub(super) has_failed: bool,
    /// Why it stopped by itself.
    pub(super) stopped: Option<Text>,
    /// What it means for how long the copy is kept.
    pub(super) note: Text,
    /// The job of the run that is under way.
    pub(super) job: Option<JobId>,
}

impl Keeping {
    pub(super) fn of(renewal: Option<&Renewal>, kept: TimeDelta, words: AppWords) -> Self {
        let going = renewal.filter(|renewal| !renewal.has_stopped());
        let chosen = going.map_or(EVERY[0], |renewal| renewal.every.as_str());
        let last = renewal.and_then(|renewal| renewal.last.as_ref());
        let code = last.and_then(|last| last.failure.as_deref());
        let stopped = renewal.filter(|renewal| renewal.has_stopped());
        Self {
            ways: EVERY
                .map(|name| Every {
                    name,
                    is_chosen: name == chosen,
                })
                .into(),
            next_at: going.and_then(|renewal| renewal.next_at),
            last_at: last.map(|last| last.at),
            has_failed: code.is_some_and(|code| code != "cancelled"),
            stopped: stopped.map(|_| words.copy_failed(code.unwrap_or_default())),
            note: if going.is_some() {
                words.keep_note(kept)
            } else {
                words.keep_never_note()
            },
            job: renewal.and_then(|renewal| renewal.job),
        }
    }
}
