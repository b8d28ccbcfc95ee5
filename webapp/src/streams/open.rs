//! How many streams and waits are open at this node: of each person, and in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{counter, gauge};
use sesame_domain::ids::{Owner, TenantId};
use tokio_util::sync::CancellationToken;

use crate::problem::ApiError;

/// How many a person may have: some devices, each with a page that was left
/// open, and another screen.
const EACH: usize = 6;

/// Which streams and waits are open; clones share them.
#[derive(Clone)]
pub(crate) struct OpenStreams {
    /// Of whose people.
    tenant: TenantId,
    /// How many may be, of all people together.
    most: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    /// Of each person, oldest first.
    by_person: HashMap<Owner, Vec<(u64, CancellationToken)>>,
    last: u64,
    count: usize,
    /// Whether it was told that there are too many.
    told: bool,
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
    /// None are; so many may be.
    pub(crate) fn new(tenant: &TenantId, most: usize) -> Self {
        Self {
            tenant: tenant.clone(),
            most,
            open: Arc::default(),
        }
    }

    /// Opens one. With too many of theirs, the person's oldest one ends: it is
    /// the one that no one looks at.
    ///
    /// # Errors
    /// With too many of all people: what neither streams nor waits needs
    /// connections, too.
    pub(crate) fn open(&self, owner: &Owner) -> Result<OpenStream, ApiError> {
        let replaced = CancellationToken::new();
        let mut open = self.lock();
        if open.count >= self.most {
            counter!("sesame_streams_refused_total", "tenant" => self.tenant()).increment(1);
            if !std::mem::replace(&mut open.told, true) {
                tracing::warn!(
                    open = open.count,
                    "too many watch logins at this node: more are refused"
                );
            }
            return Err(ApiError::Crowded);
        }
        open.count += 1;
        open.last += 1;
        let number = open.last;
        let theirs = open.by_person.entry(owner.clone()).or_default();
        theirs.push((number, replaced.clone()));
        if theirs.len() > EACH {
            let (_, oldest) = theirs.remove(0);
            oldest.cancel();
            counter!("sesame_streams_replaced_total", "tenant" => self.tenant()).increment(1);
        }
        gauge!("sesame_open_streams", "tenant" => self.tenant()).increment(1);
        Ok(OpenStream {
            streams: self.clone(),
            owner: owner.clone(),
            number,
            replaced,
        })
    }

    fn tenant(&self) -> String {
        self.tenant.as_str().to_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        gauge!("sesame_open_streams", "tenant" => self.streams.tenant()).decrement(1);
        let mut open = self.streams.lock();
        open.count -= 1;
        // Told again only after it was better for a while.
        if open.count < self.streams.most / 2 {
            open.told = false;
        }
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
        let streams = OpenStreams::new(&"main".parse().unwrap(), 100);
        let other = streams.open(&owner(8)).unwrap();
        let mut theirs: Vec<_> = (0..EACH)
            .map(|_| streams.open(&owner(7)).unwrap())
            .collect();
        assert!(theirs.iter().all(|it| !it.replaced.is_cancelled()));
        theirs.push(streams.open(&owner(7)).unwrap());
        let ended: Vec<_> = theirs.iter().map(|it| it.replaced.is_cancelled()).collect();
        assert!(ended[0] && !ended[1..].contains(&true));
        // What ended by itself makes room.
        theirs.truncate(2);
        theirs.push(streams.open(&owner(7)).unwrap());
        assert!(!theirs[1].replaced.is_cancelled());
        assert!(!other.replaced.is_cancelled());
    }

    #[test]
    fn nothing_is_left_of_whoever_has_none_open() {
        let streams = OpenStreams::new(&"main".parse().unwrap(), 100);
        drop([7, 8].map(|person| streams.open(&owner(person)).unwrap()));
        assert!(streams.lock().by_person.is_empty());
        assert_eq!(streams.lock().count, 0);
    }

    #[test]
    fn too_many_of_all_people_are_refused_until_some_end() {
        let streams = OpenStreams::new(&"main".parse().unwrap(), 3);
        let mut open: Vec<_> = (0..3).map(|n| streams.open(&owner(n)).unwrap()).collect();
        for person in [0, 9] {
            assert!(matches!(
                streams.open(&owner(person)),
                Err(ApiError::Crowded)
            ));
        }
        assert!(open.iter().all(|it| !it.replaced.is_cancelled()));
        open.pop();
        assert!(streams.open(&owner(9)).is_ok());
    }
}
