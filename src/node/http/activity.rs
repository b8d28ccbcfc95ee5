//! What a connection is at, and until when it may be.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::limits::Within;

/// What a connection is at; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    stage: Stage,
    /// Since when an answer waits for the other side to read.
    blocked: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// A request is coming in: its headers are not whole.
    Receiving(Instant),
    /// A request is answered.
    Answering,
    /// Nothing is asked.
    Idle(Instant),
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// The headers of a request did not come.
    Head,
    /// No request came.
    Idle,
    /// An answer is not read.
    Unread,
}

impl Overdue {
    /// Its name in metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Idle => "idle",
            Self::Unread => "unread",
        }
    }
}

/// A request is answered for as long as this is there.
pub(super) struct Answering(Activity);

impl Activity {
    /// A connection was taken, and must ask for something now.
    pub(super) fn begin() -> Self {
        Self(Arc::new(Mutex::new(State {
            stage: Stage::Receiving(Instant::now()),
            blocked: None,
        })))
    }

    /// Bytes came in.
    pub(super) fn received(&self) {
        let mut state = self.lock();
        if let Stage::Idle(_) = state.stage {
            state.stage = Stage::Receiving(Instant::now());
        }
    }

    /// The headers of a request are whole.
    pub(super) fn answering(&self) -> Answering {
        self.lock().stage = Stage::Answering;
        Answering(self.clone())
    }

    /// Whether bytes of an answer could not be sent, since the other side does
    /// not read.
    pub(super) fn is_blocked(&self, blocked: bool) {
        let mut state = self.lock();
        state.blocked = blocked.then(|| state.blocked.unwrap_or_else(Instant::now));
    }

    /// Whether no request is answered.
    pub(super) fn is_free(&self) -> bool {
        !matches!(self.lock().stage, Stage::Answering)
    }

    /// When it has taken too long, and what. While an answer is made and read,
    /// it may last for ever: an event stream does.
    pub(super) fn overdue(&self, within: &Within) -> Option<(Instant, Overdue)> {
        let state = self.lock();
        if let Some(since) = state.blocked {
            return Some((since + within.read, Overdue::Unread));
        }
        match state.stage {
            Stage::Receiving(since) => Some((since + within.head, Overdue::Head)),
            Stage::Idle(since) => Some((since + within.idle, Overdue::Idle)),
            Stage::Answering => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.lock().stage = Stage::Idle(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(activity: &Activity) -> Option<Overdue> {
        activity.overdue(&Within::USUAL).map(|(_, why)| why)
    }

    #[test]
    fn whoever_connects_must_ask_and_whoever_asked_may_be_idle() {
        let activity = Activity::begin();
        assert_eq!(why(&activity), Some(Overdue::Head));
        let answering = activity.answering();
        assert_eq!(why(&activity), None);
        activity.received();
        assert_eq!(why(&activity), None, "the body of a request");
        drop(answering);
        assert_eq!(why(&activity), Some(Overdue::Idle));
        activity.received();
        assert_eq!(why(&activity), Some(Overdue::Head));
    }

    #[test]
    fn more_bytes_of_the_same_headers_win_no_time() {
        let activity = Activity::begin();
        let first = activity.overdue(&Within::USUAL);
        activity.received();
        assert_eq!(activity.overdue(&Within::USUAL), first);
    }

    #[test]
    fn an_answer_must_be_read_however_long_it_is() {
        let activity = Activity::begin();
        let _answering = activity.answering();
        activity.is_blocked(true);
        let since = activity.overdue(&Within::USUAL);
        assert_eq!(why(&activity), Some(Overdue::Unread));
        activity.is_blocked(true);
        assert_eq!(activity.overdue(&Within::USUAL), since);
        activity.is_blocked(false);
        assert_eq!(why(&activity), None);
    }
}
