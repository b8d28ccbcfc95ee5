//! Which connection uses which authorization key, as seen on the lines to the
//! data centres.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sesame_test_support::proxy::Sent;

use crate::nodes::Processes;

/// What names a key in each packet.
type KeyId = [u8; 8];
/// A line and a connection over it.
type Wire = (i32, u64);

/// How much of a packet must be there to know its key: length, number, key.
const HEAD_BYTES: usize = 16;
/// Length, number and checksum around what is said: a packet with less has no key.
const EMPTY_BYTES: usize = 12;

/// What a key was used for on one connection.
#[derive(Clone, Debug)]
struct Use {
    wire: Wire,
    /// Whose connection it is, if that could be found out.
    node: Option<usize>,
    first: Instant,
    last: Instant,
}

/// A key was used on a connection after another one had taken it over.
#[derive(Clone, Debug)]
pub(crate) struct UsedTwice {
    pub(crate) key: String,
    /// Who had it before, and used it again.
    pub(crate) former: Option<usize>,
    /// Who had taken it over.
    pub(crate) latter: Option<usize>,
    /// When they had.
    pub(crate) taken_over: Instant,
    /// When the former one had used it last before that.
    pub(crate) used_before: Instant,
    /// When the former one used it again.
    pub(crate) at: Instant,
}

impl UsedTwice {
    /// For how long the other connection had had it.
    pub(crate) fn after(&self) -> Duration {
        self.at.saturating_duration_since(self.taken_over)
    }
}

#[derive(Debug, Default)]
struct Ledger {
    unread: HashMap<Wire, Vec<u8>>,
    /// By key, in the order in which connections took it.
    keys: HashMap<KeyId, Vec<Use>>,
    twice: Vec<UsedTwice>,
}

/// Which connection uses which key.
#[derive(Debug)]
pub(crate) struct AuthKeys {
    processes: Arc<Processes>,
    ledger: Mutex<Ledger>,
}

impl AuthKeys {
    /// None yet; connections are those of these processes.
    pub(crate) fn of(processes: &Arc<Processes>) -> Self {
        Self {
            processes: Arc::clone(processes),
            ledger: Mutex::default(),
        }
    }

    /// Hears what a client sends to a data centre.
    pub(crate) fn hear(&self, dc: i32, sent: Sent<'_>) {
        let wire = (dc, sent.connection);
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        for key in ledger.read(wire, sent.bytes) {
            ledger.note(key, wire, || self.processes.at(sent.from));
        }
    }

    /// Keys that were in use on two connections at once.
    pub(crate) fn used_twice(&self) -> Vec<UsedTwice> {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.twice.clone()
    }

    /// How many keys were seen.
    pub(crate) fn count(&self) -> usize {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.keys.len()
    }
}

impl Ledger {
    /// The keys of packets that are complete now. Packets of the transport
    /// "full": length, number, payload, checksum. A payload begins with the
    /// key's id; zero stands for none.
    fn read(&mut self, wire: Wire, bytes: &[u8]) -> Vec<KeyId> {
        let mut unread = self.unread.remove(&wire).unwrap_or_default();
        unread.extend_from_slice(bytes);
        let mut rest = &unread[..];
        let mut keys = Vec::new();
        while let Some((length, tail)) = rest.split_first_chunk() {
            let length = u32::from_le_bytes(*length) as usize;
            if length < EMPTY_BYTES || rest.len() < length {
                break;
            }
            if length >= HEAD_BYTES {
                keys.extend(tail.get(4..).and_then(<[u8]>::first_chunk).copied());
            }
            rest = &rest[length..];
        }
        let rest = rest.to_vec();
        self.unread.insert(wire, rest);
        keys.retain(|key: &KeyId| *key != KeyId::default());
        keys
    }

    fn note(&mut self, key: KeyId, wire: Wire, node: impl FnOnce() -> Option<usize>) {
        let now = Instant::now();
        let uses = self.keys.entry(key).or_default();
        let Some(at) = uses.iter().position(|used| used.wire == wire) else {
            uses.push(Use {
                wire,
                node: node(),
                first: now,
                last: now,
            });
            return;
        };
        if let Some(next) = uses.get(at + 1) {
            self.twice.push(UsedTwice {
                key: hex::encode(key),
                former: uses[at].node,
                latter: next.node,
                taken_over: next.first,
                used_before: uses[at].last,
                at: now,
            });
        }
        uses[at].last = now;
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

    fn sent(connection: u64, bytes: &[u8]) -> Sent<'_> {
        Sent {
            connection,
            from: ([127, 0, 0, 1], 1).into(),
            bytes,
        }
    }

    #[test]
    fn a_key_may_move_to_another_connection_and_not_be_used_on_the_first_again() {
        let keys = AuthKeys::of(&Arc::default());
        keys.hear(1, sent(1, &packet(7)));
        keys.hear(1, sent(2, &packet(7)));
        keys.hear(1, sent(2, &packet(7)));
        keys.hear(1, sent(3, &packet(8)));
        assert!(keys.used_twice().is_empty());
        keys.hear(1, sent(1, &packet(7)));
        assert_eq!(keys.used_twice().len(), 1);
        assert_eq!(keys.count(), 2);
    }

    #[test]
    fn packets_that_come_in_pieces_are_put_together() {
        let keys = AuthKeys::of(&Arc::default());
        let bytes = [packet(7), packet(8)].concat();
        for piece in bytes.chunks(5) {
            keys.hear(2, sent(1, piece));
        }
        assert_eq!(keys.count(), 2);
    }
}
