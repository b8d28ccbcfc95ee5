//! Exports of Telegram's, which it calls takeouts
//! (<https://core.telegram.org/api/takeout>).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What Telegram calls a takeout by: a number that is good for the session that
/// began it, and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TakeoutId(pub i64);

impl fmt::Display for TakeoutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Chats as takeouts tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TakeoutChats {
    /// With people and bots, and Saved Messages.
    Private,
    /// Basic groups.
    Groups,
    /// Supergroups.
    Supergroups,
    /// Channels in which one writes and many read.
    Channels,
}

/// Which files a takeout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeoutFiles {
    /// None.
    None,
    /// Of any size.
    Any,
    /// Of no more than so many bytes.
    UpTo(u64),
}

/// What a takeout is for: Telegram is told before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeoutScope {
    /// Messages of which chats.
    pub chats: Vec<TakeoutChats>,
    /// Which files.
    pub files: TakeoutFiles,
}

impl TakeoutScope {
    /// Whether it is for messages of these chats.
    pub fn has(&self, chats: TakeoutChats) -> bool {
        self.chats.contains(&chats)
    }
}

/// Why Telegram does not begin a takeout, or does not go on with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TakeoutRefusal {
    /// Telegram asks on the person's other devices (`TAKEOUT_INIT_DELAY`): it begins
    /// once it was allowed there, or then.
    #[error("Telegram asks whether to allow the export, or lets it begin at {until}")]
    Delay {
        /// When it may begin although no one allowed it.
        until: Timestamp,
    },
    /// It is over (`TAKEOUT_INVALID`): another one was begun, or it took too long.
    #[error("Telegram's export is over: another one was begun, or it took too long")]
    Over,
    /// Telegram wants this done inside of a takeout (`TAKEOUT_REQUIRED`).
    #[error("Telegram wants an export to be begun for this")]
    Required,
}
