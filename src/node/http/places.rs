//! How many connections are open: in all, and from each address.

use std::net::IpAddr;
use std::sync::Arc;

use metrics::{counter, gauge};
use sesame_domain::slots::{Slot, Slots};
use sesame_webapp::network_of;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::Limits;

/// Places for connections; clones share them.
#[derive(Clone)]
pub(super) struct Places {
    limits: Limits,
    free: Arc<Semaphore>,
    slots: Slots<IpAddr>,
}

/// A place that is free for whoever comes next.
pub(super) struct Free(OwnedSemaphorePermit);

/// A connection's place, given back with it.
pub(super) struct Place {
    _slot: Option<Slot<IpAddr>>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.all)),
            slots: Slots::new(limits.each),
            limits,
        }
    }

    /// Waits until there is one. Those who connect meanwhile wait with the
    /// system; since no one may be silent for long, not for long.
    pub(super) async fn free(&self) -> Option<Free> {
        let permit = Arc::clone(&self.free).try_acquire_owned();
        if let Ok(permit) = permit {
            return Some(Free(permit));
        }
        tracing::warn!(open = self.limits.all, "too many connections: more wait");
        let permit = Arc::clone(&self.free).acquire_owned().await;
        permit.ok().map(Free)
    }

    /// Takes it for a connection from there; `None`: too many are from there.
    /// A proxy's are from many people.
    pub(super) fn take(&self, Free(permit): Free, peer: IpAddr) -> Option<Place> {
        let slot = if self.limits.proxies.trusts(peer) {
            None
        } else {
            let slot = self.slots.take(network_of(peer));
            if slot.is_none() {
                counter!("sesame_connections_refused_total").increment(1);
                return None;
            }
            slot
        };
        gauge!("sesame_connections").increment(1);
        Some(Place {
            _slot: slot,
            _permit: permit,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        gauge!("sesame_connections").decrement(1);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::node::http::Within;

    fn places(all: usize, each: u32) -> Places {
        Places::new(Limits {
            all,
            each,
            proxies: "10.0.0.0/8".parse().unwrap(),
            within: Within::USUAL,
        })
    }

    fn take(places: &Places, peer: &str) -> Option<Place> {
        let free = places.free().now_or_never().flatten()?;
        places.take(free, peer.parse().unwrap())
    }

    #[test]
    fn an_address_has_so_many_and_others_have_theirs() {
        let places = places(100, 2);
        let first = take(&places, "192.0.2.1").unwrap();
        let _second = take(&places, "192.0.2.1").unwrap();
        assert!(take(&places, "192.0.2.1").is_none());
        let _other = take(&places, "192.0.2.2").unwrap();
        drop(first);
        assert!(take(&places, "192.0.2.1").is_some());
    }

    #[test]
    fn a_network_of_version_6_is_one_address() {
        let places = places(100, 1);
        let _first = take(&places, "2001:db8::1").unwrap();
        assert!(take(&places, "2001:db8::2").is_none());
        assert!(take(&places, "2001:db8:0:1::1").is_some());
    }

    #[test]
    fn proxies_have_all_there_are_and_no_one_more() {
        let places = places(3, 1);
        let all: Vec<_> = (0..3).map(|_| take(&places, "10.1.2.3").unwrap()).collect();
        assert!(take(&places, "10.1.2.3").is_none());
        assert!(take(&places, "192.0.2.1").is_none());
        drop(all);
        assert!(take(&places, "192.0.2.1").is_some());
        assert_eq!(places.slots.taken(), 0);
    }
}
