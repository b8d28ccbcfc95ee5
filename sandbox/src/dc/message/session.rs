//! Sessions: what a client has said so far, and whether the next message fits
//! (<https://core.telegram.org/mtproto/service_messages_about_messages>).

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::msg_ids::time_id;
use crate::world::{Clock, Guarded, seconds};

/// How many message ids are remembered.
const REMEMBERED: usize = 1024;
/// How old a message may be, in seconds.
const MAX_AGE: i64 = 300;
/// How far ahead a client's clock may be, in seconds.
const MAX_AHEAD: i64 = 30;

/// What is wrong with a message: Telegram's error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// The id is older than 300 s.
    TooOld = 16,
    /// The id is more than 30 s ahead.
    TooNew = 17,
    /// The id is not divisible by four.
    Parity = 18,
    /// A container has the id of an earlier message.
    ContainerAgain = 19,
    /// Too old to say whether it was received before.
    Forgotten = 20,
    /// The sequence number is lower than that of an earlier message.
    SeqnoTooLow = 32,
    /// The sequence number is higher than that of a later message.
    SeqnoTooHigh = 33,
    /// An odd sequence number where an even one belongs.
    SeqnoOdd = 34,
    /// An even sequence number where an odd one belongs.
    SeqnoEven = 35,
    /// The server salt is wrong.
    Salt = 48,
    /// A message in a container is newer than the container.
    Container = 64,
}

/// What kind of message it is, as far as sequence numbers go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A container: even.
    Container,
    /// An acknowledgement: even.
    Acknowledgement,
    /// A service message: clients differ.
    Service,
    /// A call: odd.
    Call,
}

/// Whether a message is to be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// It is.
    Fresh,
    /// It was processed before: only acknowledge it.
    Duplicate,
    /// It is not, and the client has to be told.
    Bad(Bad),
}

/// A session of a client.
#[derive(Debug)]
pub(crate) struct Session {
    /// The id that the client chose.
    pub(crate) id: i64,
    /// What names this session to the client, should it be made anew.
    pub(crate) unique_id: i64,
    used_at: AtomicI64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Sequence numbers by message id.
    seen: BTreeMap<i64, i32>,
    /// Everything up to this id may have been forgotten.
    floor: i64,
    /// How many messages that need an acknowledgement were sent.
    sent: i32,
    greeted: bool,
}

impl Session {
    fn new(id: i64, unique_id: i64) -> Self {
        Self {
            id,
            unique_id,
            used_at: AtomicI64::new(seconds(Clock::wall())),
            state: Mutex::default(),
        }
    }

    /// Checks a message and, if it is fresh, remembers it.
    pub(crate) fn receive(&self, msg_id: i64, seqno: i32, kind: Kind) -> Check {
        self.used_at
            .store(seconds(Clock::wall()), Ordering::Relaxed);
        if let Some(bad) = misplaced(msg_id, time_id()) {
            return Check::Bad(bad);
        }
        let mut state = self.lock();
        if state.seen.contains_key(&msg_id) {
            return match kind {
                Kind::Container => Check::Bad(Bad::ContainerAgain),
                _ => Check::Duplicate,
            };
        }
        if msg_id <= state.floor {
            return Check::Bad(Bad::Forgotten);
        }
        if let Some(bad) = state.misnumbered(msg_id, seqno, kind) {
            return Check::Bad(bad);
        }
        state.remember(msg_id, seqno);
        Check::Fresh
    }

    /// The state of a message as `msgs_state_info` tells it: 4 for received,
    /// 3 for not yet, 2 for not received, 1 for unknown.
    pub(crate) fn state_of(&self, msg_id: i64) -> u8 {
        let state = self.lock();
        let newest = state.seen.keys().next_back().copied().unwrap_or(0);
        match msg_id {
            id if state.seen.contains_key(&id) => 4,
            id if id > newest => 3,
            id if id > state.floor => 2,
            _ => 1,
        }
    }

    /// Whether the client has yet to be told that the session is new.
    pub(crate) fn greet(&self) -> bool {
        !std::mem::replace(&mut self.lock().greeted, true)
    }

    /// The next sequence number of ours.
    pub(crate) fn next_seqno(&self, content: bool) -> i32 {
        let mut state = self.lock();
        let seqno = state.sent.wrapping_mul(2);
        if content {
            state.sent = state.sent.wrapping_add(1);
            seqno | 1
        } else {
            seqno
        }
    }

    // Every change under the lock is complete in itself.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn misnumbered(&self, msg_id: i64, seqno: i32, kind: Kind) -> Option<Bad> {
        let odd = seqno % 2 != 0;
        match kind {
            Kind::Container | Kind::Acknowledgement if odd => return Some(Bad::SeqnoOdd),
            Kind::Call if !odd => return Some(Bad::SeqnoEven),
            _ => {}
        }
        let earlier = self.seen.range(..msg_id).next_back();
        if earlier.is_some_and(|(_, other)| *other > seqno || (*other == seqno && odd)) {
            return Some(Bad::SeqnoTooLow);
        }
        let later = self.seen.range(msg_id..).next();
        if later.is_some_and(|(_, other)| *other < seqno || (*other == seqno && odd)) {
            return Some(Bad::SeqnoTooHigh);
        }
        None
    }

    fn remember(&mut self, msg_id: i64, seqno: i32) {
        self.seen.insert(msg_id, seqno);
        if self.seen.len() > REMEMBERED
            && let Some((oldest, _)) = self.seen.pop_first()
        {
            self.floor = oldest;
        }
    }
}

/// What is wrong with a message id at this time.
fn misplaced(msg_id: i64, now: i64) -> Option<Bad> {
    if msg_id % 4 != 0 {
        Some(Bad::Parity)
    } else if msg_id < now - (MAX_AGE << 32) {
        Some(Bad::TooOld)
    } else if msg_id > now + (MAX_AHEAD << 32) {
        Some(Bad::TooNew)
    } else {
        None
    }
}

/// The sessions of a data centre, by key and id.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Guarded<HashMap<(i64, i64), Arc<Session>>>);

impl Sessions {
    /// A client's session; a new one if it has none of this id.
    pub(crate) fn get(&self, key: i64, id: i64) -> Arc<Session> {
        if let Some(session) = self.0.read().get(&(key, id)) {
            return Arc::clone(session);
        }
        let mut sessions = self.0.write();
        let session = sessions
            .entry((key, id))
            .or_insert_with(|| Arc::new(Session::new(id, crate::world::random_id())));
        Arc::clone(session)
    }

    /// Forgets a session; `false` if there is none.
    pub(crate) fn remove(&self, key: i64, id: i64) -> bool {
        self.0.write().remove(&(key, id)).is_some()
    }

    /// Forgets the sessions that no connection uses and whose every message
    /// has become too old to be sent again.
    pub(crate) fn sweep(&self) {
        let horizon = seconds(Clock::wall()) - MAX_AGE - MAX_AHEAD;
        self.0.write().retain(|_, session| {
            Arc::strong_count(session) > 1 || session.used_at.load(Ordering::Relaxed) > horizon
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session::new(1, 2)
    }

    #[test]
    fn ids_that_are_misplaced_in_time_or_odd_are_refused() {
        let now = time_id();
        let check = |id: i64| session().receive(id, 1, Kind::Call);
        assert_eq!(check(now - (301 << 32)), Check::Bad(Bad::TooOld));
        assert_eq!(check(now + (40 << 32)), Check::Bad(Bad::TooNew));
        assert_eq!(check(now | 1), Check::Bad(Bad::Parity));
        assert_eq!(check(now | 2), Check::Bad(Bad::Parity));
        assert_eq!(check(now - (250 << 32)), Check::Fresh);
        assert_eq!(check(now + (20 << 32)), Check::Fresh);
    }

    #[test]
    fn a_message_is_taken_once() {
        let (session, now) = (session(), time_id());
        assert_eq!(session.receive(now, 1, Kind::Call), Check::Fresh);
        assert_eq!(session.receive(now, 1, Kind::Call), Check::Duplicate);
        assert_eq!(session.receive(now + 4, 2, Kind::Container), Check::Fresh);
        let again = session.receive(now + 4, 2, Kind::Container);
        assert_eq!(again, Check::Bad(Bad::ContainerAgain));
    }

    #[test]
    fn sequence_numbers_follow_the_ids() {
        let (session, now) = (session(), time_id());
        let receive = |ahead: i64, seqno, kind| session.receive(now + 4 * ahead, seqno, kind);
        assert_eq!(receive(10, 5, Kind::Call), Check::Fresh);
        assert_eq!(receive(20, 3, Kind::Call), Check::Bad(Bad::SeqnoTooLow));
        assert_eq!(receive(20, 5, Kind::Call), Check::Bad(Bad::SeqnoTooLow));
        assert_eq!(receive(5, 7, Kind::Call), Check::Bad(Bad::SeqnoTooHigh));
        assert_eq!(receive(5, 3, Kind::Call), Check::Fresh);
        assert_eq!(receive(20, 6, Kind::Call), Check::Bad(Bad::SeqnoEven));
        let odd_ack = receive(20, 7, Kind::Acknowledgement);
        assert_eq!(odd_ack, Check::Bad(Bad::SeqnoOdd));
        assert_eq!(receive(20, 6, Kind::Acknowledgement), Check::Fresh);
        assert_eq!(receive(21, 6, Kind::Container), Check::Fresh);
    }

    #[test]
    fn memory_is_bounded_and_what_was_forgotten_is_not_taken_again() {
        let (session, now) = (session(), time_id());
        for turn in 0..5000 {
            let seqno = turn * 2 + 1;
            let id = now + 4 * i64::from(turn);
            assert_eq!(session.receive(id, seqno, Kind::Call), Check::Fresh);
        }
        assert!(session.lock().seen.len() <= REMEMBERED);
        assert_eq!(
            session.receive(now, 1, Kind::Call),
            Check::Bad(Bad::Forgotten)
        );
    }
}
