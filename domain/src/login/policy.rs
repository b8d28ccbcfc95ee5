//! The deadlines of a login, all derived from one number.

use chrono::TimeDelta;

/// The part of the life of a login that is kept back for what follows a scan.
const RESERVE: TimeDelta = TimeDelta::seconds(10);

/// How long a login lives, and all that follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `QR_TTL_SECONDS`: the life of a login.
    pub ttl: TimeDelta,
    /// How many passwords a person may try.
    pub password_attempts: u8,
    /// To how many numbers a person may have a code sent.
    pub numbers: u8,
    /// How many codes a person may type for each that was sent.
    pub code_attempts: u8,
}

impl Policy {
    /// The shortest life that leaves time to scan.
    pub const MIN_TTL: TimeDelta = TimeDelta::seconds(20);

    /// Connection retries before a login is given up, and their distance.
    pub const RETRIES: u32 = 10;
    /// The wait between two of those retries.
    pub const RETRY_AFTER: TimeDelta = TimeDelta::seconds(2);
    /// The longest life of a token; what lies beyond comes from a clock that is
    /// wrong, or was set.
    pub const TOKEN_LIFE_MAX: TimeDelta = TimeDelta::seconds(60);
    /// How long before its end a token is renewed, at most; a token that
    /// lives less than three times as long is renewed after two thirds.
    pub const RENEW_EARLY: TimeDelta = TimeDelta::seconds(5);
    /// How often the token is exported again although nothing was heard:
    /// Telegram may lose the update that tells of the scan.
    pub const POLL: TimeDelta = TimeDelta::seconds(10);
    /// How long after its acceptance a token is asked for again.
    pub const SCAN_RETRY: TimeDelta = TimeDelta::seconds(1);

    /// A policy with this life, at least [`Policy::MIN_TTL`].
    pub fn new(ttl: TimeDelta) -> Self {
        Self {
            ttl: ttl.max(Self::MIN_TTL),
            password_attempts: 5,
            numbers: 3,
            code_attempts: 5,
        }
    }

    /// The end of the wait for the scan, counted back from the end of the login.
    pub fn reserve() -> TimeDelta {
        RESERVE
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(TimeDelta::seconds(600))
    }
}
