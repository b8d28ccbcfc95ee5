//! Asking whoever sits before the terminal, while other things go on.

use std::io::{self, Write as _};

use inquire::InquireError;
use inquire::error::InquireResult;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::failure::Failure;

/// What came of a prompt.
pub(crate) enum Typed<T> {
    /// An answer.
    Answer(T),
    /// None: Escape, or the end of the input.
    Nothing,
    /// None: Ctrl-C, which is no signal while a prompt reads the keys.
    Interrupt,
}

/// A prompt on the terminal. It reads in a thread of its own: whoever asks hears
/// everything else meanwhile. Dropping it leaves the terminal as it was before; what
/// is typed then goes nowhere, and no other prompt can follow.
pub(crate) struct Prompt<T> {
    answer: JoinHandle<InquireResult<T>>,
    before: Option<Termios>,
}

impl<T: Send + 'static> Prompt<T> {
    /// Asks.
    pub(crate) fn begin(ask: impl FnOnce() -> InquireResult<T> + Send + 'static) -> Self {
        Self {
            before: tcgetattr(io::stdin()).ok(),
            answer: spawn_blocking(ask),
        }
    }

    /// Waits for what is typed. To be called once it answers no more.
    pub(crate) async fn typed(&mut self) -> Result<Typed<T>, Failure> {
        let typed = (&mut self.answer).await;
        // The prompt itself has left the terminal as it was.
        self.before = None;
        match typed {
            Ok(Ok(answer)) => Ok(Typed::Answer(answer)),
            Ok(Err(InquireError::OperationCanceled)) => Ok(Typed::Nothing),
            Ok(Err(InquireError::OperationInterrupted)) => Ok(Typed::Interrupt),
            Ok(Err(error)) => Err(Failure::other("the terminal cannot be read", error)),
            Err(error) => Err(Failure::other("the terminal cannot be read", error)),
        }
    }
}

impl<T> Drop for Prompt<T> {
    fn drop(&mut self) {
        let Some(before) = self.before.take() else {
            return;
        };
        // Nothing is left to try when the terminal is gone.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        // A cursor that is seen, and a line of its own.
        let _ = writeln!(io::stderr().lock(), "\x1b[?25h");
    }
}
