//! Noticing that a key is used from two connections at once.

use std::collections::BTreeSet;

/// Which connections make calls with a key.
///
/// Telegram ends a login whose requests come "in parallel from two separate TCP
/// connections" (<https://core.telegram.org/api/errors#406-not-acceptable>). A
/// client that connects again leaves its old connection behind, maybe open for
/// some time, and with calls that are still on their way; it makes no new ones
/// there. So it takes a call that was *made* (by its message id, which is the
/// client's time) on an earlier connection after a later one has begun to call.
#[derive(Debug, Default)]
pub(super) struct ParallelUse {
    current: Option<Caller>,
    /// Those that made calls before the current one did, and are still open.
    earlier: BTreeSet<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Caller {
    connection: u64,
    /// The message id of its first call.
    first_call: i64,
}

impl ParallelUse {
    /// Notes a call; whether it shows that two connections are used at once.
    pub(super) fn note(&mut self, connection: u64, msg_id: i64) -> bool {
        match self.current {
            Some(current) if current.connection == connection => return false,
            // A latecomer, or proof.
            Some(current) if self.earlier.contains(&connection) => {
                return msg_id > current.first_call;
            }
            Some(current) if msg_id < current.first_call => {
                self.earlier.insert(connection);
                return false;
            }
            Some(current) => {
                self.earlier.insert(current.connection);
            }
            None => {
                self.earlier.remove(&connection);
            }
        }
        let first_call = msg_id;
        self.current = Some(Caller {
            connection,
            first_call,
        });
        false
    }

    /// A connection was closed.
    pub(super) fn forget(&mut self, connection: u64) {
        self.earlier.remove(&connection);
        if self.current.is_some_and(|it| it.connection == connection) {
            self.current = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_connection_after_another_is_no_parallel_use() {
        let mut of_key = ParallelUse::default();
        assert!(!of_key.note(1, 10));
        assert!(!of_key.note(1, 20));
        // The first one was never closed.
        assert!(!of_key.note(2, 30));
        assert!(!of_key.note(2, 40));
        assert!(!of_key.note(3, 50));
    }

    #[test]
    fn calls_in_turn_on_two_connections_are() {
        let mut of_key = ParallelUse::default();
        assert!(!of_key.note(1, 10));
        assert!(!of_key.note(2, 20));
        assert!(of_key.note(1, 30));
    }

    #[test]
    fn calls_that_were_on_their_way_when_the_client_connected_again_are_not() {
        let mut of_key = ParallelUse::default();
        assert!(!of_key.note(1, 10));
        assert!(!of_key.note(2, 20));
        assert!(!of_key.note(1, 15));
        assert!(!of_key.note(2, 30));

        // Not even if nothing at all had arrived on the old connection before.
        let mut of_key = ParallelUse::default();
        assert!(!of_key.note(2, 20));
        assert!(!of_key.note(1, 15));
        assert!(!of_key.note(2, 30));
        assert!(of_key.note(1, 40));
    }

    #[test]
    fn a_connection_that_was_closed_is_in_no_ones_way() {
        let mut of_key = ParallelUse::default();
        assert!(!of_key.note(1, 10));
        assert!(!of_key.note(2, 20));
        of_key.forget(2);
        assert!(!of_key.note(1, 30));
        assert!(!of_key.note(3, 40));
        assert!(of_key.note(1, 50));
        of_key.forget(1);
        assert!(!of_key.note(3, 60));
    }
}
