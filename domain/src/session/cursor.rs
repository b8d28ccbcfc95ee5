//! Up to where a session has processed what Telegram told it.
//!
//! A cursor says what was kept, so it is written in the transaction that keeps
//! it ([`CursorAdvance`] is part of that write), never before and never by
//! itself when there is something to keep.

use std::collections::BTreeMap;

use super::SessionClaim;

/// Where the account's common sequence of updates stands: private chats, basic
/// groups and everything that has no sequence of its own
/// (<https://core.telegram.org/api/updates>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountCursor {
    /// The number of the last event.
    pub pts: i32,
    /// The number of the last event of secret chats and bots.
    pub qts: i32,
    /// When that was, in seconds since 1970, as Telegram said it.
    pub date: i32,
    /// The number of the last package of updates.
    pub seq: i32,
}

/// Everything that a session has processed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionCursors {
    /// The common sequence; `None`: reading has not begun.
    pub account: Option<AccountCursor>,
    /// The last event of each channel that is read, by the channel's id.
    pub channels: BTreeMap<i64, i32>,
}

impl SessionCursors {
    /// Whether nothing was processed yet.
    pub fn is_empty(&self) -> bool {
        self.account.is_none() && self.channels.is_empty()
    }
}

/// Where a session's cursors are to stand once something is kept. What it does
/// not mention stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorAdvance {
    /// Under which claim.
    pub claim: SessionClaim,
    /// The common sequence.
    pub account: Option<AccountCursor>,
    /// The last event of channels, by id.
    pub channels: BTreeMap<i64, i32>,
}

impl CursorAdvance {
    /// Only the common sequence moves.
    pub fn of_account(claim: SessionClaim, cursor: AccountCursor) -> Self {
        Self {
            claim,
            account: Some(cursor),
            channels: BTreeMap::new(),
        }
    }

    /// Only one channel's sequence moves.
    pub fn of_channel(claim: SessionClaim, channel: i64, pts: i32) -> Self {
        Self {
            claim,
            account: None,
            channels: BTreeMap::from([(channel, pts)]),
        }
    }

    /// Whether nothing moves.
    pub fn is_empty(&self) -> bool {
        self.account.is_none() && self.channels.is_empty()
    }
}
