//! How a call may be made.

use std::time::Duration;

/// The longest flood that is slept through while a person waits.
const INTERACTIVE_PATIENCE: Duration = Duration::from_mins(1);
/// The longest flood that is slept through while an answer is held up that soon
/// is of no use any more.
const PROMPT_PATIENCE: Duration = Duration::from_secs(4);
/// The longest flood that is slept through when no one waits.
const BACKGROUND_PATIENCE: Duration = Duration::from_mins(2);

/// How a call may be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallPolicy {
    /// The longest sum of floods to sleep through.
    pub(super) patience: Duration,
    /// Whether the errors that follow a move between data centres are waited out.
    pub(super) settles: bool,
}

impl CallPolicy {
    /// A person waits for the answer.
    pub(crate) const INTERACTIVE: Self = Self {
        patience: INTERACTIVE_PATIENCE,
        settles: false,
    };
    /// A page waits for the answer: it can say until when Telegram wants a wait,
    /// and ask again then.
    pub(crate) const PROMPT: Self = Self {
        patience: PROMPT_PATIENCE,
        ..Self::INTERACTIVE
    };
    /// No one waits for the answer.
    pub(crate) const BACKGROUND: Self = Self {
        patience: BACKGROUND_PATIENCE,
        ..Self::INTERACTIVE
    };
    /// The answer is wanted at once or not at all.
    pub(crate) const IMPATIENT: Self = Self {
        patience: Duration::ZERO,
        ..Self::INTERACTIVE
    };

    /// Right after a move to another data centre, Telegram's data centres do
    /// not agree for a second or two.
    pub(crate) const fn settling(self) -> Self {
        Self {
            settles: true,
            ..self
        }
    }
}
