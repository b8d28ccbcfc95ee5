//! How many may be open at once: event streams of a person, connections of an
//! address. Local to a node, and given back by being dropped.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many slots for each of those that may have some; clones share them.
#[derive(Debug)]
pub struct Slots<K> {
    each: u32,
    taken: Arc<Mutex<HashMap<K, u32>>>,
}

impl<K> Clone for Slots<K> {
    fn clone(&self) -> Self {
        Self {
            each: self.each,
            taken: Arc::clone(&self.taken),
        }
    }
}

impl<K: Clone + Eq + Hash> Slots<K> {
    /// So many for each.
    pub fn new(each: u32) -> Self {
        Self {
            each,
            taken: Arc::default(),
        }
    }

    /// Takes a slot; `None`: all of this one's are taken.
    pub fn take(&self, whose: K) -> Option<Slot<K>> {
        let mut taken = lock(&self.taken);
        let count = taken.get(&whose).copied().unwrap_or(0);
        if count >= self.each {
            return None;
        }
        taken.insert(whose.clone(), count + 1);
        drop(taken);
        Some(Slot {
            whose,
            taken: Arc::clone(&self.taken),
        })
    }

    /// How many slots each may have.
    pub fn each(&self) -> u32 {
        self.each
    }

    /// How many slots are taken, by all of them.
    pub fn taken(&self) -> u64 {
        lock(&self.taken).values().copied().map(u64::from).sum()
    }
}

/// A slot that is taken, until this is dropped.
#[derive(Debug)]
pub struct Slot<K: Eq + Hash> {
    whose: K,
    taken: Arc<Mutex<HashMap<K, u32>>>,
}

impl<K: Eq + Hash> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        // Who has none left takes no memory.
        match taken.get_mut(&self.whose) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.remove(&self.whose)),
        }
    }
}

fn lock<K>(taken: &Mutex<HashMap<K, u32>>) -> MutexGuard<'_, HashMap<K, u32>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_slots_of_its_own() {
        let slots = Slots::new(2);
        let held = [slots.take("ann"), slots.take("ann"), slots.take("bob")];
        assert!(held.iter().all(Option::is_some));
        assert!(slots.take("ann").is_none());
        assert!(slots.clone().take("bob").is_some());
    }

    #[test]
    fn a_slot_that_is_dropped_is_free_and_takes_no_memory() {
        let slots = Slots::new(1);
        let slot = slots.take("ann");
        assert!(slots.take("ann").is_none());
        drop(slot);
        assert_eq!((slots.taken(), lock(&slots.taken).len()), (0, 0));
        assert!(slots.take("ann").is_some());
    }
}
