//! A terminal that does not show what is typed.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// As long as this lives, the terminal does not show what is typed: a password that
/// someone begins before they are asked for it, or keys amid a code. Ctrl-C goes on to
/// be a signal.
pub(crate) struct Silence {
    before: Option<Termios>,
}

impl Silence {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let Ok(before) = tcgetattr(io::stdin()) else {
            return Self { before: None };
        };
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        let is_silent = tcsetattr(io::stdin(), OptionalActions::Now, &silent).is_ok();
        Self {
            before: is_silent.then_some(before),
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // Nothing is left to try when the terminal is gone.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
