//! Who waits for what.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// A queue for each sender, all of them bounded. A queue is there for as long
/// as someone works on it.
#[derive(Debug)]
pub(super) struct Queues<K, T> {
    queues: HashMap<K, Queue<T>>,
    waiting: usize,
    limits: Limits,
}

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Of one sender.
    pub(super) each: usize,
    /// Of all together.
    pub(super) all: usize,
}

#[derive(Debug)]
struct Queue<T> {
    items: VecDeque<T>,
    overflowed: bool,
}

/// What became of something that was put into a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It waits in a queue that someone has to work on now.
    Opened,
    /// It waits behind others of its sender.
    Queued,
    /// It waits, and the one that had waited longest was dropped for it.
    Crowded {
        /// Whether it is the first one since the queue was opened.
        first: bool,
    },
}

impl<K: Eq + Hash, T> Queues<K, T> {
    /// No one waits.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            queues: HashMap::new(),
            waiting: 0,
            limits,
        }
    }

    /// Puts something behind what its sender waits for. What came last counts:
    /// of too many, those that waited longest go. Gives it back, if too much
    /// waits of all senders together.
    pub(super) fn put(&mut self, sender: K, item: T) -> Result<Put, T> {
        if let Some(queue) = self.queues.get_mut(&sender) {
            if queue.items.len() >= self.limits.each {
                queue.items.pop_front();
                queue.items.push_back(item);
                let first = !std::mem::replace(&mut queue.overflowed, true);
                return Ok(Put::Crowded { first });
            }
            if self.waiting >= self.limits.all {
                return Err(item);
            }
            queue.items.push_back(item);
            self.waiting += 1;
            return Ok(Put::Queued);
        }
        if self.waiting >= self.limits.all {
            return Err(item);
        }
        let queue = Queue {
            items: VecDeque::from([item]),
            overflowed: false,
        };
        self.queues.insert(sender, queue);
        self.waiting += 1;
        Ok(Put::Opened)
    }

    /// What a sender waits for next; `None`: nothing, and the queue is closed.
    pub(super) fn next(&mut self, sender: &K) -> Option<T> {
        let next = self.queues.get_mut(sender)?.items.pop_front();
        match next {
            Some(_) => self.waiting -= 1,
            None => self.close(sender),
        }
        next
    }

    /// Closes a queue; what waits in it is dropped.
    pub(super) fn close(&mut self, sender: &K) {
        if let Some(queue) = self.queues.remove(sender) {
            self.waiting -= queue.items.len();
        }
    }

    /// Whether nothing more can be put anywhere.
    pub(super) fn is_full(&self) -> bool {
        self.waiting >= self.limits.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queues() -> Queues<char, u32> {
        Queues::new(Limits { each: 2, all: 3 })
    }

    #[test]
    fn what_came_first_is_next() {
        let mut queues = queues();
        assert_eq!(queues.put('a', 1), Ok(Put::Opened));
        assert_eq!(queues.put('a', 2), Ok(Put::Queued));
        let next = [(); 4].map(|()| queues.next(&'a'));
        assert_eq!(next, [Some(1), Some(2), None, None]);
        assert_eq!(queues.put('a', 3), Ok(Put::Opened));
    }

    #[test]
    fn of_too_much_the_newest_stays() {
        let mut queues = queues();
        let put = [1, 2, 3, 4].map(|item| queues.put('a', item).unwrap());
        let crowded = |first| Put::Crowded { first };
        let expected = [Put::Opened, Put::Queued, crowded(true), crowded(false)];
        assert_eq!(put, expected);
        let next = [(); 3].map(|()| queues.next(&'a'));
        assert_eq!(next, [Some(3), Some(4), None]);
    }

    #[test]
    fn all_together_are_bounded_and_nothing_is_lost_for_it() {
        let mut queues = queues();
        queues.put('a', 1).unwrap();
        queues.put('a', 2).unwrap();
        queues.put('b', 3).unwrap();
        assert_eq!((queues.put('b', 4), queues.put('c', 5)), (Err(4), Err(5)));
        assert!(queues.is_full());
        queues.next(&'a');
        assert_eq!(queues.put('c', 5), Ok(Put::Opened));
    }

    #[test]
    fn a_queue_that_is_closed_counts_no_more() {
        let mut queues = queues();
        for item in 0..3 {
            queues.put('a', item).unwrap();
        }
        queues.close(&'a');
        queues.close(&'a');
        for sender in ['x', 'y', 'z'] {
            assert_eq!(queues.put(sender, 1), Ok(Put::Opened));
        }
    }
}
