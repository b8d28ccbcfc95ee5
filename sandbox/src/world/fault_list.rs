//! Faults of one kind that are set.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::guarded::Guarded;

/// What can be set, and lifted again.
pub(crate) trait Fault {
    /// What names it.
    fn id(&self) -> i64;

    /// Whether it has struck as often as it was to.
    fn is_spent(&self) -> bool;
}

/// The faults of a kind that are set, in the order in which they were.
#[derive(Debug)]
pub(crate) struct FaultList<F> {
    all: Guarded<Vec<Arc<F>>>,
    /// How many there are: calls pass without a lock while nothing is set.
    set: AtomicUsize,
}

impl<F> Default for FaultList<F> {
    fn default() -> Self {
        Self {
            all: Guarded::default(),
            set: AtomicUsize::new(0),
        }
    }
}

impl<F: Fault> FaultList<F> {
    pub(crate) fn add(&self, fault: F) -> Arc<F> {
        let fault = Arc::new(fault);
        self.change(|all| {
            all.retain(|it| !it.is_spent());
            all.push(Arc::clone(&fault));
        });
        fault
    }

    /// Those that are not used up.
    pub(crate) fn list(&self) -> Vec<Arc<F>> {
        let all = self.all.read();
        all.iter().filter(|it| !it.is_spent()).cloned().collect()
    }

    /// Lifts one; `false` if there is none with this id.
    pub(crate) fn remove(&self, id: i64) -> bool {
        self.change(|all| {
            let before = all.len();
            all.retain(|it| it.id() != id);
            before != all.len()
        })
    }

    pub(crate) fn clear(&self) {
        self.change(Vec::clear);
    }

    /// Looks for what strikes now; while it does, none is set or lifted.
    pub(crate) fn strike<T>(&self, among: impl FnOnce(&[Arc<F>]) -> Option<T>) -> Option<T> {
        if self.set.load(Ordering::Acquire) == 0 {
            return None;
        }
        among(&self.all.read())
    }

    fn change<T>(&self, how: impl FnOnce(&mut Vec<Arc<F>>) -> T) -> T {
        let mut all = self.all.write();
        let done = how(&mut all);
        self.set.store(all.len(), Ordering::Release);
        done
    }
}
