//! Which connection uses which authorization key, as seen on the lines to the
//! data centres.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What names a key in each packet.
type KeyId = [u8; 8];
/// A line and a connection over it.
type Wire = (i32, u64);

/// How much of a packet must be there to know its key: length, number, key.
const HEAD_BYTES: usize = 16;
/// Length, number and checksum around what is said: a packet with less has no key.
const EMPTY_BYTES: usize = 12;

#[derive(Debug)]
struct Use {
    now: Wire,
    since: Instant,
    before: HashSet<Wire>,
}

/// A key was used on a connection after another one had taken it over.
#[derive(Clone, Debug)]
pub(crate) struct UsedTwice {
    pub(crate) key: String,
    /// For how long the other connection had had it.
    pub(crate) after: Duration,
    pub(crate) at: Instant,
}

#[derive(Debug, Default)]
struct Ledger {
    unread: HashMap<Wire, Vec<u8>>,
    keys: HashMap<KeyId, Use>,
    twice: Vec<UsedTwice>,
}

/// Which connection uses which key.
#[derive(Debug, Default)]
pub(crate) struct AuthKeys(Mutex<Ledger>);

impl AuthKeys {
    /// Hears what a client sends to a data centre.
    pub(crate) fn hear(&self, dc: i32, connection: u64, bytes: &[u8]) {
        let mut ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.hear((dc, connection), bytes);
    }

    /// Keys that were in use on two connections at once.
    pub(crate) fn used_twice(&self) -> Vec<UsedTwice> {
        let ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.twice.clone()
    }

    /// How many keys were seen.
    pub(crate) fn count(&self) -> usize {
        let ledger = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.keys.len()
    }
}

impl Ledger {
    /// Packets of the transport "full": length, number, payload, checksum. A
    /// payload begins with the key's id; zero stands for none.
    fn hear(&mut self, wire: Wire, bytes: &[u8]) {
        let mut unread = self.unread.remove(&wire).unwrap_or_default();
        unread.extend_from_slice(bytes);
        let mut rest = &unread[..];
        while let Some((length, tail)) = rest.split_first_chunk() {
            let length = u32::from_le_bytes(*length) as usize;
            if length < EMPTY_BYTES || rest.len() < length {
                break;
            }
            if length >= HEAD_BYTES
                && let Some(key) = tail.get(4..).and_then(<[u8]>::first_chunk)
            {
                self.note(*key, wire);
            }
            rest = &rest[length..];
        }
        let rest = rest.to_vec();
        self.unread.insert(wire, rest);
    }

    fn note(&mut self, key: KeyId, wire: Wire) {
        if key == KeyId::default() {
            return;
        }
        let now = Instant::now();
        let known = self.keys.entry(key).or_insert_with(|| Use {
            now: wire,
            since: now,
            before: HashSet::new(),
        });
        if known.now == wire {
            return;
        }
        if known.before.contains(&wire) {
            let key = hex::encode(key);
            let after = now - known.since;
            self.twice.push(UsedTwice {
                key,
                after,
                at: now,
            });
            return;
        }
        let left = std::mem::replace(&mut known.now, wire);
        known.before.insert(left);
        known.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(key: u8) -> Vec<u8> {
        let payload = [key; 24];
        let length = u32::try_from(payload.len() + EMPTY_BYTES).unwrap();
        let mut packet = length.to_le_bytes().to_vec();
        packet.extend([0; 4]);
        packet.extend(payload);
        packet.extend([0; 4]);
        packet
    }

    #[test]
    fn a_key_may_move_to_another_connection_and_not_be_used_on_the_first_again() {
        let keys = AuthKeys::default();
        keys.hear(1, 1, &packet(7));
        keys.hear(1, 2, &packet(7));
        keys.hear(1, 2, &packet(7));
        keys.hear(1, 3, &packet(8));
        assert!(keys.used_twice().is_empty());
        keys.hear(1, 1, &packet(7));
        assert_eq!(keys.used_twice().len(), 1);
        assert_eq!(keys.count(), 2);
    }

    #[test]
    fn packets_that_come_in_pieces_are_put_together() {
        let keys = AuthKeys::default();
        let bytes = [packet(7), packet(8)].concat();
        for piece in bytes.chunks(5) {
            keys.hear(2, 1, piece);
        }
        assert_eq!(keys.count(), 2);
    }
}
