//! Signals that ask to stop.

use std::fmt;

/// What shells add to the number of the signal that ended a program.
const ENDED_BY: u8 = 128;

/// A signal that asks to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `SIGHUP`: the terminal was closed.
    HangUp,
    /// `SIGINT`: Ctrl-C.
    Interrupt,
    /// `SIGQUIT`: Ctrl-\.
    Quit,
    /// `SIGTERM`: what service managers and containers send.
    Terminate,
}

impl Asked {
    /// What a shell would report of a program that the signal ended.
    pub(crate) fn exit_code(self) -> u8 {
        ENDED_BY
            + match self {
                Self::HangUp => 1,
                Self::Interrupt => 2,
                Self::Quit => 3,
                Self::Terminate => 15,
            }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HangUp => "SIGHUP",
            Self::Interrupt => "SIGINT",
            Self::Quit => "SIGQUIT",
            Self::Terminate => "SIGTERM",
        })
    }
}
