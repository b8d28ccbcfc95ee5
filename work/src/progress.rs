//! How far a job that runs has come, until the runner writes it down.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sesame_domain::progress::{Progress, Unit};
use sesame_domain::time::Clock;

/// Is told how far a job has come, as often as one likes: the runner writes the
/// last word into the row when it looks, about once a second.
pub struct ProgressReporter {
    clock: Arc<dyn Clock>,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    progress: Option<Progress>,
    is_written: bool,
}

impl ProgressReporter {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            last: Mutex::default(),
        }
    }

    /// So much is done, of so much. Counting another unit begins anew.
    pub fn tell(&self, done: u64, total: Option<u64>, unit: &Unit) {
        let now = self.clock.now();
        let mut last = self.lock();
        let progress = match &last.progress {
            Some(progress) if progress.unit == *unit => progress.at(done, now),
            _ => Progress::from(done, unit.clone(), now),
        };
        last.progress = Some(progress.of(total));
        last.is_written = false;
    }

    /// So much of another unit is done beside it, of so much. It is counted once
    /// [`Self::tell`] has said what the work itself is.
    pub fn tell_beside(&self, done: u64, total: Option<u64>, unit: &Unit) {
        let mut last = self.lock();
        let progress = last.progress.take();
        last.progress = progress.map(|progress| progress.beside(done, total, unit));
        last.is_written = false;
    }

    /// Something else is being done now: the name of a message.
    pub fn say(&self, message: &'static str) {
        let mut last = self.lock();
        if let Some(progress) = &mut last.progress {
            progress.message = Some(Cow::Borrowed(message));
            last.is_written = false;
        }
    }

    /// How far it has come.
    pub(crate) fn current(&self) -> Option<Progress> {
        self.lock().progress.clone()
    }

    /// What was not written yet; it counts as written from now on.
    pub(crate) fn take_unwritten(&self) -> Option<Progress> {
        let mut last = self.lock();
        if last.is_written {
            return None;
        }
        last.is_written = true;
        last.progress.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for ProgressReporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProgressReporter").finish_non_exhaustive()
    }
}
