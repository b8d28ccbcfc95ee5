//! Login codes for logging in by phone number.

use std::collections::HashMap;
use std::fmt;

use super::code_delivery::{CodeDelivery, CodeWay, TakenCalls};
use super::entropy;
use super::feed::{Event, Feed};
use super::guarded::Guarded;

/// How many codes of one number are remembered.
const KEPT_PER_PHONE: usize = 10;

/// A login code that was sent.
#[derive(Clone)]
pub struct SentCode {
    /// The number it was sent to, digits only.
    pub phone: String,
    /// Whose number it is, if anyone's.
    pub person: Option<i64>,
    /// How it was sent.
    pub way: CodeWay,
    /// The code; empty where none is sent.
    pub code: String,
    /// The number that called, if the code was sent by a call that is hung up.
    pub caller: Option<String>,
    /// What names this sending to the client.
    pub hash: String,
    /// The id of the key of the client that asked; it alone can use the code.
    pub key: i64,
    /// When it was sent, in seconds.
    pub sent_at: i64,
    /// When it becomes void, in seconds.
    pub expires_at: i64,
    /// How many wrong codes are still forgiven; none: the code is void.
    pub attempts_left: u8,
    /// The ways that are left when it is asked for once more.
    pub next_ways: Vec<CodeWay>,
    /// How many seconds after it was sent it can be asked for once more.
    pub timeout: Option<u32>,
}

impl fmt::Debug for SentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentCode")
            .field("way", &self.way)
            .field("sent_at", &self.sent_at)
            .field("attempts_left", &self.attempts_left)
            .finish_non_exhaustive()
    }
}

impl SentCode {
    /// Whether it can be used.
    pub fn is_valid(&self, now: i64) -> bool {
        self.attempts_left > 0 && self.expires_at > now
    }

    /// Whether this is the code. Words may be in any case.
    fn matches(&self, typed: &TypedCode) -> bool {
        let typed = match (typed, self.way) {
            (TypedCode::Email(code), CodeWay::Email) => code,
            (TypedCode::Email(_), _) | (TypedCode::Phone(_), CodeWay::Email) => return false,
            (TypedCode::Phone(code), _) => code,
        };
        !self.code.is_empty() && self.code.eq_ignore_ascii_case(typed.trim())
    }
}

/// A code that a person typed, and as what the client sent it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum TypedCode {
    /// As a code that came by phone or in an app.
    Phone(String),
    /// As one that came by e-mail.
    Email(String),
}

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// Another code was sent.
    Invalid,
    /// The code is void, or none was sent to this client.
    Expired,
}

/// Why a code is not sent once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResendError {
    /// The former code is void, or none was sent to this client.
    Expired,
    /// No way is left.
    Unavailable,
    /// It is too early.
    Early {
        /// How long to wait, in seconds.
        seconds: i64,
    },
}

/// A code that is asked for.
pub(crate) struct CodeOrder<'a> {
    /// The number, digits only.
    pub(crate) phone: &'a str,
    /// Whose number it is, if anyone's.
    pub(crate) person: Option<i64>,
    /// The id of the key of the client that asks.
    pub(crate) key: i64,
    /// How codes reach this number.
    pub(crate) delivery: &'a CodeDelivery,
    /// What the client says about calls.
    pub(crate) calls: TakenCalls,
    /// How codes live.
    pub(crate) term: CodeTerm,
}

/// How codes live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeTerm {
    /// What time it is, in seconds.
    pub(crate) now: i64,
    /// For how many seconds a code is valid.
    pub(crate) life: i64,
    /// How many wrong codes are forgiven.
    pub(crate) attempts: u8,
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
    pub(crate) fn send(&self, order: &CodeOrder<'_>) -> SentCode {
        let mut ways = order.delivery.open_to(order.calls);
        let way = ways.remove(0);
        let new = way.code();
        self.keep(SentCode {
            phone: order.phone.to_owned(),
            person: order.person,
            way,
            code: new.code,
            caller: new.caller,
            hash: hash(),
            key: order.key,
            sent_at: order.term.now,
            expires_at: order.term.now + order.term.life,
            attempts_left: order.term.attempts,
            next_ways: ways,
            timeout: order.delivery.timeout,
        })
    }

    /// Sends another code in place of one, the next way that is left.
    pub(crate) fn resend(
        &self,
        phone: &str,
        (hash_before, key): (&str, i64),
        term: CodeTerm,
    ) -> Result<SentCode, ResendError> {
        let former = self
            .of(phone)
            .into_iter()
            .find(|sent| sent.hash == hash_before && sent.key == key)
            .filter(|sent| sent.is_valid(term.now))
            .ok_or(ResendError::Expired)?;
        let mut ways = former.next_ways.clone();
        if ways.is_empty() {
            return Err(ResendError::Unavailable);
        }
        let seconds = former.sent_at + former.timeout.map_or(0, i64::from) - term.now;
        if seconds > 0 {
            return Err(ResendError::Early { seconds });
        }
        let way = ways.remove(0);
        let new = way.code();
        Ok(self.keep(SentCode {
            way,
            code: new.code,
            caller: new.caller,
            hash: hash(),
            sent_at: term.now,
            expires_at: term.now + term.life,
            attempts_left: term.attempts,
            next_ways: ways,
            ..former
        }))
    }

    /// Keeps a code that is sent, and says so.
    fn keep(&self, sent: SentCode) -> SentCode {
        {
            let mut by_phone = self.by_phone.write();
            let list = by_phone.entry(sent.phone.clone()).or_default();
            for older in list.iter_mut().filter(|older| older.key == sent.key) {
                older.attempts_left = 0;
            }
            list.push(sent.clone());
            if list.len() > KEPT_PER_PHONE {
                list.remove(0);
            }
        }
        let person = sent.person;
        self.feed.publish(Event::CodeSent { person });
        sent
    }

    /// Uses up a code.
    pub(crate) fn redeem(
        &self,
        phone: &str,
        (hash, key): (&str, i64),
        typed: &TypedCode,
        now: i64,
    ) -> Result<(), CodeError> {
        let mut by_phone = self.by_phone.write();
        let sent = by_phone
            .get_mut(phone)
            .and_then(|list| find(list, hash, key))
            .filter(|sent| sent.is_valid(now))
            .ok_or(CodeError::Expired)?;
        if !sent.matches(typed) {
            sent.attempts_left -= 1;
            return Err(CodeError::Invalid);
        }
        sent.attempts_left = 0;
        Ok(())
    }

    /// Makes a code void; `false` if the client has none with this hash that
    /// could be used.
    pub(crate) fn cancel(&self, phone: &str, (hash, key): (&str, i64), now: i64) -> bool {
        let mut by_phone = self.by_phone.write();
        let sent = by_phone
            .get_mut(phone)
            .and_then(|list| find(list, hash, key))
            .filter(|sent| sent.is_valid(now));
        match sent {
            Some(sent) => {
                sent.attempts_left = 0;
                true
            }
            None => false,
        }
    }

    /// Makes the codes of a number void whose digits stand in a text.
    pub(crate) fn void_said(&self, phone: &str, text: &str) {
        if let Some(list) = self.by_phone.write().get_mut(phone) {
            for sent in list.iter_mut().filter(|sent| stands_in(&sent.code, text)) {
                sent.attempts_left = 0;
            }
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

fn find<'a>(list: &'a mut [SentCode], hash: &str, key: i64) -> Option<&'a mut SentCode> {
    list.iter_mut()
        .find(|sent| sent.hash == hash && sent.key == key)
}

/// Whether a text has the digits of a code, perhaps set apart.
fn stands_in(code: &str, text: &str) -> bool {
    let digits_only = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    let apart = |c: char| c.is_whitespace() || "-.,_/*".contains(c);
    let close = || text.chars().filter(|c| !apart(*c)).collect::<String>();
    digits_only && close().contains(code)
}

/// A name for a sending.
fn hash() -> String {
    hex::encode(entropy::bytes::<9>())
}
