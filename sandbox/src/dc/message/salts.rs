//! Server salts.

use grammers_tl_types::types::FutureSalt;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::world::{AuthKey, Clock, random_bytes, seconds, wire};

/// A new salt begins this often; each is valid for two such periods, so that
/// clients can change over. Telegram's last as long.
const PERIOD_SECONDS: i64 = 1800;

/// The salts of all keys: computed, not kept.
pub(crate) struct Salts {
    secret: [u8; 32],
}

impl Default for Salts {
    fn default() -> Self {
        Self {
            secret: random_bytes(),
        }
    }
}

impl Salts {
    /// The salt to use with a key now.
    pub(crate) fn current(&self, key: &AuthKey) -> i64 {
        self.of_period(key, period())
    }

    /// Whether a client may use this salt now.
    pub(crate) fn accepts(&self, key: &AuthKey, salt: i64) -> bool {
        let now = period();
        let fresh = key.created_at > (now - 1) * PERIOD_SECONDS;
        self.of_period(key, now) == salt
            || self.of_period(key, now - 1) == salt
            || (fresh && key.first_salt == Some(salt))
    }

    /// The salts from now on. Never fewer than two: a client that gets one
    /// asks again at once.
    pub(crate) fn future(&self, key: &AuthKey, count: i32) -> Vec<FutureSalt> {
        let now = period();
        let salts = (0..i64::from(count.clamp(2, 64))).map(|ahead| {
            let period = now + ahead;
            FutureSalt {
                valid_since: wire(period * PERIOD_SECONDS),
                valid_until: wire((period + 2) * PERIOD_SECONDS),
                salt: self.of_period(key, period),
            }
        });
        salts.collect()
    }

    fn of_period(&self, key: &AuthKey, period: i64) -> i64 {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else {
            return 0;
        };
        mac.update(&key.id.to_le_bytes());
        mac.update(&period.to_le_bytes());
        let mut salt = [0; 8];
        salt.copy_from_slice(&mac.finalize().into_bytes()[..8]);
        i64::from_le_bytes(salt)
    }
}

fn period() -> i64 {
    seconds(Clock::wall()) / PERIOD_SECONDS
}
