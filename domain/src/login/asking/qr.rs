//! Asking by a QR code (<https://core.telegram.org/api/qr-login>): a token is
//! shown and renewed until a phone accepts it, and may lead to another data
//! centre.

use std::fmt;

use zeroize::Zeroizing;

use super::super::policy::Policy;
use super::super::status::Status;
use crate::sealed::Sealed;
use crate::time::Timestamp;

/// The token that is on show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// The token, sealed ([`crate::sealed::Purpose::QrToken`]): the raw bytes
    /// that Telegram gave. The code shows `tg://login?token=` and their
    /// base64url without padding.
    pub token: Sealed,
    /// When Telegram forgets it.
    pub expires_at: Timestamp,
    /// When the next one is asked for.
    pub renew_at: Timestamp,
}

/// How far the asking by a QR code is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QrAsking {
    /// No token yet.
    Starting,
    /// A token is on show and waits to be scanned.
    Pending(Qr),
    /// The token was accepted on the phone; Telegram is asked for the outcome.
    Scanned {
        /// When to ask (again).
        ask_at: Timestamp,
    },
    /// The account lives in another data centre; the login moves there.
    Migrating {
        /// The data centre.
        dc: i32,
    },
}

/// The token that lets a login move to another data centre. It is a secret
/// for as long as it lives.
#[derive(Clone, PartialEq, Eq)]
pub struct MigrationToken(pub Zeroizing<Vec<u8>>);

impl fmt::Debug for MigrationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MigrationToken(…)")
    }
}

/// What is heard of a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QrEvent {
    /// Telegram gave a token to show.
    TokenExported {
        /// The token, sealed.
        token: Sealed,
        /// When Telegram forgets it.
        expires_at: Timestamp,
    },
    /// Telegram says that the token was accepted (`updateLoginToken`).
    TokenAccepted,
    /// The account lives in another data centre (`auth.loginTokenMigrateTo`).
    MigrationAsked {
        /// The data centre.
        dc: i32,
        /// What to show there.
        token: MigrationToken,
    },
}

/// What a QR code wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QrEffect {
    /// Ask Telegram for a token, or for what became of the last one
    /// (`auth.exportLoginToken`).
    ExportToken,
    /// Move to another data centre and show the token there
    /// (`auth.importLoginToken`).
    ImportToken {
        /// The data centre.
        dc: i32,
        /// The token.
        token: MigrationToken,
    },
}

impl QrAsking {
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Starting => Status::Starting,
            Self::Pending(_) => Status::Pending,
            Self::Scanned { .. } => Status::Scanned,
            Self::Migrating { .. } => Status::Migrating,
        }
    }

    pub(super) fn is_unanswered(&self) -> bool {
        match self {
            Self::Starting | Self::Pending(_) => true,
            Self::Scanned { .. } | Self::Migrating { .. } => false,
        }
    }

    pub(super) fn due_at(&self) -> Option<Timestamp> {
        match self {
            Self::Pending(qr) => Some(qr.renew_at),
            Self::Scanned { ask_at } => Some(*ask_at),
            Self::Starting | Self::Migrating { .. } => None,
        }
    }

    pub(super) fn tick(&mut self, now: Timestamp) -> Option<QrEffect> {
        match self {
            Self::Pending(qr) if now >= qr.renew_at => {
                // If the answer stays away, the next try is a little later.
                qr.renew_at = now + Policy::RETRY_AFTER;
                Some(QrEffect::ExportToken)
            }
            Self::Scanned { ask_at } if now >= *ask_at => {
                *ask_at = now + Policy::SCAN_RETRY;
                Some(QrEffect::ExportToken)
            }
            Self::Starting | Self::Pending(_) | Self::Scanned { .. } | Self::Migrating { .. } => {
                None
            }
        }
    }

    pub(super) fn resume(&self, now: Timestamp) -> (Option<Self>, QrEffect) {
        let from = match self {
            Self::Starting | Self::Pending(_) | Self::Scanned { .. } => None,
            // The token for the move was not kept; Telegram gives another.
            Self::Migrating { .. } => Some(Self::scanned(now)),
        };
        (from, QrEffect::ExportToken)
    }

    pub(super) fn is_dead_at(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Pending(qr) => qr.expires_at.clamp(now, now + Policy::TOKEN_LIFE_MAX),
            Self::Starting | Self::Scanned { .. } | Self::Migrating { .. } => now,
        }
    }

    /// The token was accepted just now.
    pub(in super::super) fn scanned(now: Timestamp) -> Self {
        Self::Scanned {
            ask_at: now + Policy::SCAN_RETRY,
        }
    }

    /// This token is on show from now on.
    pub(in super::super) fn pending(token: Sealed, expires_at: Timestamp, now: Timestamp) -> Self {
        let life = expires_at - now;
        let early = Policy::RENEW_EARLY.min(life / 3);
        let renew_at = (expires_at - early).min(now + Policy::POLL);
        Self::Pending(Qr {
            token,
            expires_at,
            renew_at,
        })
    }
}
