//! How many streams and waits a person has open at this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{counter, gauge};
use sesame_domain::ids::Owner;
use tokio_util::sync::CancellationToken;

/// How many a person may have: some devices, each with a page that was left
/// open, and another screen.
const EACH: usize = 6;

/// How many streams and waits each person has open; clones share them.
#[derive(Clone, Default)]
pub(crate) struct OpenStreams(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    /// Of each person, oldest first.
    by_person: HashMap<Owner, Vec<(u64, CancellationToken)>>,
    last: u64,
}

/// A stream or wait that is open until this is dropped.
pub(crate) struct OpenStream {
    streams: OpenStreams,
    owner: Owner,
    number: u64,
    /// Cancelled when a newer one takes its place.
    pub(crate) replaced: CancellationToken,
}

impl OpenStreams {
    /// Opens one. With too many, the person's oldest one ends: it is the one
    /// that no one looks at.
    pub(crate) fn open(&self, owner: &Owner) -> OpenStream {
        let replaced = CancellationToken::new();
        let mut open = self.lock();
        open.last += 1;
        let number = open.last;
        let theirs = open.by_person.entry(owner.clone()).or_default();
        theirs.push((number, replaced.clone()));
        if theirs.len() > EACH {
            let (_, oldest) = theirs.remove(0);
            oldest.cancel();
            counter!("sesame_streams_replaced_total").increment(1);
        }
        gauge!("sesame_open_streams").increment(1);
        OpenStream {
            streams: self.clone(),
            owner: owner.clone(),
            number,
            replaced,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        gauge!("sesame_open_streams").decrement(1);
        let mut open = self.streams.lock();
        if let Some(theirs) = open.by_person.get_mut(&self.owner) {
            theirs.retain(|(number, _)| *number != self.number);
            if theirs.is_empty() {
                open.by_person.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::ids::PersonId;

    use super::*;

    fn owner(person: i64) -> Owner {
        Owner {
            tenant: "main".parse().unwrap(),
            person: PersonId(person),
        }
    }

    #[test]
    fn the_oldest_of_too_many_ends_and_no_one_elses() {
        let streams = OpenStreams::default();
        let other = streams.open(&owner(8));
        let mut theirs: Vec<_> = (0..EACH).map(|_| streams.open(&owner(7))).collect();
        assert!(theirs.iter().all(|it| !it.replaced.is_cancelled()));
        theirs.push(streams.open(&owner(7)));
        let ended: Vec<_> = theirs.iter().map(|it| it.replaced.is_cancelled()).collect();
        assert!(ended[0] && !ended[1..].contains(&true));
        // What ended by itself makes room.
        theirs.truncate(2);
        theirs.push(streams.open(&owner(7)));
        assert!(!theirs[1].replaced.is_cancelled());
        assert!(!other.replaced.is_cancelled());
    }

    #[test]
    fn nothing_is_left_of_whoever_has_none_open() {
        let streams = OpenStreams::default();
        drop([streams.open(&owner(7)), streams.open(&owner(8))]);
        assert!(streams.lock().by_person.is_empty());
    }
}
