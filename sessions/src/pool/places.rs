//! The places of the sessions that are open on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sesame_domain::ids::SessionId;

use super::live::Live;

/// One session's place: whoever needs it first opens it, others wait for that.
pub(super) type Place = Arc<tokio::sync::Mutex<Option<Live>>>;

/// The places of the sessions that are open on this node.
#[derive(Default)]
pub(super) struct Places(Mutex<HashMap<SessionId, Place>>);

impl Places {
    fn all(&self) -> MutexGuard<'_, HashMap<SessionId, Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session's place, made if need be.
    pub(super) fn place(&self, id: SessionId) -> Place {
        Arc::clone(self.all().entry(id).or_default())
    }

    /// A session's place, if it has one.
    pub(super) fn find(&self, id: SessionId) -> Option<Place> {
        self.all().get(&id).cloned()
    }

    /// Of the sessions that no one was at work with for so long, the one that was
    /// used the longest time ago.
    pub(super) fn idlest(&self, idle_for: Duration) -> Option<Live> {
        let all = self.all();
        let idle = all.values().filter_map(|place| {
            // Who is opening or closing one has its place.
            let seat = place.try_lock().ok()?;
            let live = seat.as_ref()?;
            let is_idle =
                live.is_usable() && !live.is_in_use() && live.activity.last().elapsed() >= idle_for;
            is_idle.then(|| live.clone())
        });
        idle.min_by_key(|live| live.activity.last())
    }

    /// Forgets the places of sessions that are closed and that no one waits for.
    pub(super) fn tidy(&self) {
        self.all().retain(|_, place| {
            Arc::strong_count(place) > 1
                || place
                    .try_lock()
                    .is_ok_and(|live| live.as_ref().is_some_and(Live::is_usable))
        });
    }
}
