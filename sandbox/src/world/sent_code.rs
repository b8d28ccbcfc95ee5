//! Login codes for logging in by phone number.

use std::collections::HashMap;
use std::fmt;

use super::entropy;
use super::feed::{Event, Feed};
use super::guarded::Guarded;

/// How many codes of one number are remembered.
const KEPT_PER_PHONE: usize = 10;

/// The length of a login code.
pub(crate) const CODE_DIGITS: usize = 5;

/// A login code that was sent.
#[derive(Clone)]
pub struct SentCode {
    /// The number it was sent to, digits only.
    pub phone: String,
    /// The code.
    pub code: String,
    /// What names this sending to the client.
    pub hash: String,
    /// The id of the key of the client that asked.
    pub key: i64,
    /// When it was sent, in seconds.
    pub sent_at: i64,
    /// When it becomes void, in seconds.
    pub expires_at: i64,
    /// How many wrong codes are still forgiven; none: the code is void.
    pub attempts_left: u8,
}

impl fmt::Debug for SentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentCode")
            .field("sent_at", &self.sent_at)
            .field("attempts_left", &self.attempts_left)
            .finish_non_exhaustive()
    }
}

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// Another code was sent.
    Invalid,
    /// The code is void, or none was sent.
    Expired,
}

/// The register of login codes.
#[derive(Debug, Default)]
pub struct SentCodes {
    by_phone: Guarded<HashMap<String, Vec<SentCode>>>,
    feed: Feed,
}

impl SentCodes {
    pub(crate) fn new(feed: Feed) -> Self {
        Self {
            by_phone: Guarded::default(),
            feed,
        }
    }

    /// Sends a code; those sent before to the same client are void.
    pub(crate) fn send(
        &self,
        phone: &str,
        person: Option<i64>,
        key: i64,
        attempts: u8,
        (now, life): (i64, i64),
    ) -> SentCode {
        let sent = SentCode {
            phone: phone.to_owned(),
            code: entropy::code(CODE_DIGITS),
            hash: hex::encode(entropy::bytes::<9>()),
            key,
            sent_at: now,
            expires_at: now + life,
            attempts_left: attempts,
        };
        {
            let mut by_phone = self.by_phone.write();
            let list = by_phone.entry(phone.to_owned()).or_default();
            for older in list.iter_mut().filter(|older| older.key == key) {
                older.attempts_left = 0;
            }
            list.push(sent.clone());
            if list.len() > KEPT_PER_PHONE {
                list.remove(0);
            }
        }
        self.feed.publish(Event::CodeSent { person });
        sent
    }

    /// Uses up a code.
    pub(crate) fn redeem(
        &self,
        phone: &str,
        hash: &str,
        code: &str,
        now: i64,
    ) -> Result<(), CodeError> {
        let mut by_phone = self.by_phone.write();
        let sent = by_phone
            .get_mut(phone)
            .and_then(|list| list.iter_mut().find(|sent| sent.hash == hash))
            .filter(|sent| sent.attempts_left > 0 && sent.expires_at > now)
            .ok_or(CodeError::Expired)?;
        if sent.code != code {
            sent.attempts_left -= 1;
            return Err(CodeError::Invalid);
        }
        sent.attempts_left = 0;
        Ok(())
    }

    /// Makes a code void; `false` if there is none with this hash.
    pub(crate) fn cancel(&self, phone: &str, hash: &str) -> bool {
        let mut by_phone = self.by_phone.write();
        let sent = by_phone
            .get_mut(phone)
            .and_then(|list| list.iter_mut().find(|sent| sent.hash == hash));
        match sent {
            Some(sent) => {
                let live = sent.attempts_left > 0;
                sent.attempts_left = 0;
                live
            }
            None => false,
        }
    }

    /// The codes sent to a number, newest first.
    pub fn of(&self, phone: &str) -> Vec<SentCode> {
        let by_phone = self.by_phone.read();
        let list = by_phone.get(phone).map(Vec::as_slice).unwrap_or_default();
        list.iter().rev().cloned().collect()
    }

    pub(crate) fn sweep(&self, expired_before: i64) {
        self.by_phone.write().retain(|_, list| {
            list.retain(|sent| sent.expires_at >= expired_before);
            !list.is_empty()
        });
    }
}
