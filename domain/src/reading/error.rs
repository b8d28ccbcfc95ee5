//! Why something could not be read.

use crate::account::DeathCause;
use crate::ports::{StoreError, VaultError};
use crate::time::Timestamp;

use super::TakeoutRefusal;

/// Why something could not be read, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Telegram wants a wait that is too long to sit out: park until then.
    #[error("a flood until {until}")]
    Flood {
        /// Until when.
        until: Timestamp,
    },
    /// The account may not read this: it left, was removed, or the chat is
    /// private (`CHANNEL_PRIVATE` and the like).
    #[error("the account may not read this chat")]
    NoAccess,
    /// The session has not met this peer, or what it remembers of it is no
    /// longer right: list the dialogs, or resolve the name.
    #[error("the peer is not known to the session")]
    PeerUnknown,
    /// There is nothing by this name (`USERNAME_NOT_OCCUPIED`).
    #[error("there is no such name")]
    NoSuchName,
    /// The file's reference is too old, and the message that it was in does not
    /// give another.
    #[error("the file's reference expired")]
    FileReferenceExpired,
    /// The file is not to be had (`LOCATION_INVALID` and the like): no wait helps.
    #[error("the file is not to be had: {0}")]
    FileUnavailable(String),
    /// A part was asked for that Telegram does not give; see
    /// [`super::FILE_PART_MAX`].
    #[error("not a part of a file: {offset}, {length} bytes")]
    FilePart {
        /// From where.
        offset: u64,
        /// How long.
        length: u32,
    },
    /// Telegram cannot go on from this cursor (`PERSISTENT_TIMESTAMP_*`): read
    /// the history back to what is known.
    #[error("the channel cannot be read on from there: {0}")]
    CursorInvalid(String),
    /// Telegram does not begin an export of its own, or not go on with one.
    #[error(transparent)]
    Takeout(TakeoutRefusal),
    /// The account is frozen: it can be read in part only; never try again by
    /// itself.
    #[error("the account is frozen")]
    Frozen,
    /// The session is gone for good.
    #[error("the session is dead: {}", .0.as_str())]
    SessionDead(DeathCause),
    /// Another node has the session open: leave the work to it.
    #[error("another node uses the session")]
    Elsewhere,
    /// This node stops.
    #[error("the node stops")]
    Stopping,
    /// A data centre did not answer again and again, and is left alone until then.
    #[error("data centre {dc} does not answer; it is tried again at {until}")]
    Down {
        /// Which one.
        dc: i32,
        /// From when on it is asked again.
        until: Timestamp,
    },
    /// No connection to Telegram can be made.
    #[error("Telegram cannot be reached: {0}")]
    Unreachable(String),
    /// Telegram did not answer in time, or the connection broke before it did.
    #[error("Telegram did not answer: {0}")]
    NoAnswer(String),
    /// Telegram has a problem of its own, or says what cannot be read: try again
    /// later.
    #[error("it does not work at the moment: {0}")]
    Temporary(String),
    /// Telegram refused for another reason.
    #[error("refused: {code} {name}")]
    Refused {
        /// Telegram's code.
        code: i32,
        /// Telegram's name for it, without numbers.
        name: String,
    },
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Custody failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// What is not there at the moment, so that nothing is wrong and waiting helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    /// Telegram, or the data centre that was asked.
    Telegram {
        /// When it is asked again, if that is known.
        until: Option<Timestamp>,
    },
    /// The account's session: another node has it open.
    Session,
    /// Something of Sesame itself: the database, the keys, or this node, which stops.
    Sesame,
}

impl ReadError {
    /// What is not there, if that is why.
    pub fn away(&self) -> Option<Away> {
        match self {
            Self::Down { until, .. } => Some(Away::Telegram {
                until: Some(*until),
            }),
            Self::Unreachable(_) | Self::NoAnswer(_) => Some(Away::Telegram { until: None }),
            // Whoever took it meanwhile claimed it under a lease of their own.
            Self::Elsewhere | Self::Store(StoreError::Fenced(_)) => Some(Away::Session),
            Self::Stopping => Some(Away::Sesame),
            Self::Store(_) | Self::Vault(_) if self.is_temporary() => Some(Away::Sesame),
            _ => None,
        }
    }

    /// Whether the same may work in a moment, without anyone's doing.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Elsewhere
            | Self::Stopping
            | Self::Down { .. }
            | Self::Unreachable(_)
            | Self::NoAnswer(_)
            | Self::Temporary(_) => true,
            Self::Store(error) => !error.needs_someone(),
            Self::Vault(error) => matches!(
                error,
                VaultError::Provider(_) | VaultError::Register(_) | VaultError::Audit(_)
            ),
            Self::Flood { .. }
            | Self::NoAccess
            | Self::PeerUnknown
            | Self::NoSuchName
            | Self::FileReferenceExpired
            | Self::FileUnavailable(_)
            | Self::FilePart { .. }
            | Self::CursorInvalid(_)
            | Self::Takeout(_)
            | Self::Frozen
            | Self::SessionDead(_)
            | Self::Refused { .. } => false,
        }
    }
}
