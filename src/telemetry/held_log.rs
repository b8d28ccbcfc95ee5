//! The log of a command, which waits until the command has answered: people came
//! for the answer.

use std::io::{self, Write};
use std::mem;
use std::sync::{Mutex, PoisonError};

/// How much waits; what comes after that takes it along.
const MOST_BYTES: usize = 1 << 20;

/// What waits. There is one log a process.
static HELD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Lets go of what waits when it is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct HeldLog(());

impl HeldLog {
    /// Whatever was logged by the end of this is told then.
    pub(crate) fn released_in_the_end() -> Self {
        Self(())
    }
}

impl Drop for HeldLog {
    fn drop(&mut self) {
        release_held_log();
    }
}

/// Writes what waits to standard error, before the process ends.
pub(crate) fn release_held_log() {
    let held = mem::take(&mut *HELD.lock().unwrap_or_else(PoisonError::into_inner));
    // Nothing is left to try when standard error is gone.
    let _ = io::stderr().lock().write_all(&held);
}

/// Where a command's log is written to.
pub(super) struct Holding;

impl Write for Holding {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let is_much = {
            let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
            held.extend_from_slice(line);
            held.len() > MOST_BYTES
        };
        if is_much {
            release_held_log();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
