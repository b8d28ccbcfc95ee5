//! Why an export does not go on.

use sesame_domain::reading::{Away, ReadError, TakeoutRefusal};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;

use super::target::TargetError;

/// Why an export does not go on. All that it read is kept.
#[derive(Debug, thiserror::Error)]
pub enum ExportStopped {
    /// Telegram wants a wait.
    #[error("Telegram wants a wait until {until}")]
    Flood {
        /// Until when.
        until: Timestamp,
    },
    /// Telegram asks the person first whether it may begin an export of theirs.
    #[error("Telegram asks whether to allow the export, or lets it begin at {until}")]
    TakeoutDelay {
        /// When it may begin although no one allowed it.
        until: Timestamp,
    },
    /// The export of Telegram's that it read in is over: whether to begin another one
    /// is for the person to say.
    #[error("Telegram's export is over: another one was begun, or it took too long")]
    TakeoutOver,
    /// What it reads with is not there: nothing is wrong, and waiting helps.
    #[error("{why}")]
    Away {
        /// What.
        what: Away,
        /// Why, in a line.
        why: String,
    },
    /// It may work in a moment.
    #[error("it does not work at the moment: {0}")]
    Temporary(String),
    /// It cannot be read, and trying again is of no use.
    #[error(transparent)]
    Refused(ReadError),
    /// It cannot be kept.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// What lies there is of another dialog or account, or with another choice.
    #[error("what is there is another export: {0}")]
    Another(&'static str),
}

impl From<ReadError> for ExportStopped {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Flood { until } => Self::Flood { until },
            ReadError::Takeout(TakeoutRefusal::Delay { until }) => Self::TakeoutDelay { until },
            ReadError::Takeout(TakeoutRefusal::Over) => Self::TakeoutOver,
            error if let Some(what) = error.away() => Self::Away {
                what,
                why: Reason::of(&error).to_string(),
            },
            error if error.is_temporary() => Self::Temporary(Reason::of(&error).to_string()),
            error => Self::Refused(error),
        }
    }
}
