//! The places of the sessions that are open on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
