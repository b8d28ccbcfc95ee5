//! Faults of channels: what is not told, not remembered, or not to be seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::chats::mixed;
use super::fault_list::{Fault, FaultList};

/// Which live updates are withheld, in the order in which something happens. The
/// clients find what it was with `updates.getChannelDifference`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// Every so many-th, from that one on.
    Every(u32),
    /// So many in a hundred; with the same seed, the same ones.
    Share {
        /// How many in a hundred.
        percent: u32,
        /// What it follows from which.
        seed: u64,
    },
}

impl Withheld {
    /// Whether the `n`th, from 0 on, is withheld.
    fn takes(self, n: u64) -> bool {
        match self {
            Self::Every(every) => (n + 1).is_multiple_of(u64::from(every.max(1))),
            Self::Share { percent, seed } => {
                let place = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                mixed(place) % 100 < u64::from(percent)
            }
        }
    }
}

/// How Telegram does not know where someone's log of a channel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampTrouble {
    /// `PERSISTENT_TIMESTAMP_OUTDATED`: its own trouble, to be tried again.
    Outdated,
    /// `PERSISTENT_TIMESTAMP_INVALID`: the number is none that there was.
    Invalid,
}

impl TimestampTrouble {
    /// The error's code and its name.
    pub fn error(self) -> (i32, &'static str) {
        match self {
            Self::Outdated => (500, "PERSISTENT_TIMESTAMP_OUTDATED"),
            Self::Invalid => (400, "PERSISTENT_TIMESTAMP_INVALID"),
        }
    }
}

/// What goes wrong with a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelHarm {
    /// Live updates are not sent.
    Withhold(Withheld),
    /// `updates.getChannelDifference` is answered with `updates.channelDifferenceTooLong`.
    TooLong,
    /// `updates.getChannelDifference` is answered with an error.
    Timestamp(TimestampTrouble),
    /// No one gets in: `CHANNEL_PRIVATE`, and no updates.
    Private,
}

/// A [`ChannelFault`] that is to be set.
#[derive(Clone, Copy, Debug)]
pub struct NewChannelFault {
    /// What goes wrong.
    pub harm: ChannelHarm,
    /// With this channel or supergroup; with all if absent.
    pub channel: Option<i64>,
    /// Only for this person.
    pub person: Option<i64>,
    /// How often; until it is lifted if absent. A channel that is private is so until
    /// then.
    pub times: Option<u32>,
}

/// What goes wrong with channels.
#[derive(Debug)]
pub struct ChannelFault {
    /// What names the fault.
    pub id: i64,
    /// What goes wrong.
    pub harm: ChannelHarm,
    /// With this channel or supergroup; with all if absent.
    pub channel: Option<i64>,
    /// Only for this person.
    pub person: Option<i64>,
    left: Option<AtomicU32>,
    /// How many updates it was asked about.
    seen: AtomicU64,
}

impl ChannelFault {
    /// How often it is still to strike; `None`: until it is lifted.
    pub fn left(&self) -> Option<u32> {
        self.left.as_ref().map(|left| left.load(Ordering::Relaxed))
    }

    fn concerns(&self, channel: i64, person: Option<i64>) -> bool {
        self.channel.is_none_or(|only| only == channel)
            && (self.person.is_none() || person.is_none() || self.person == person)
    }

    /// Takes one of the times that are left.
    fn strike(&self) -> bool {
        self.left.as_ref().is_none_or(|left| {
            let down = |left: u32| left.checked_sub(1);
            let order = Ordering::Relaxed;
            left.fetch_update(order, order, down).is_ok()
        })
    }

    /// Whether the next update is withheld.
    fn withholds(&self, which: Withheld) -> bool {
        let n = self.seen.fetch_add(1, Ordering::Relaxed);
        which.takes(n) && self.strike()
    }
}

impl Fault for ChannelFault {
    fn id(&self) -> i64 {
        self.id
    }

    fn is_spent(&self) -> bool {
        self.left() == Some(0)
    }
}

/// From whom an update is withheld.
#[derive(Debug, Default)]
pub(crate) struct WithheldFrom(Vec<Option<i64>>);

impl WithheldFrom {
    pub(crate) fn has(&self, person: i64) -> bool {
        self.0.iter().any(|only| only.is_none_or(|it| it == person))
    }
}

/// The faults of channels that are set.
#[derive(Debug, Default)]
pub(crate) struct ChannelFaults(FaultList<ChannelFault>);

impl ChannelFaults {
    pub(crate) fn add(&self, id: i64, new: NewChannelFault) -> Arc<ChannelFault> {
        self.0.add(ChannelFault {
            id,
            harm: new.harm,
            channel: new.channel,
            person: new.person,
            left: new.times.map(AtomicU32::new),
            seen: AtomicU64::new(0),
        })
    }

    pub(crate) fn list(&self) -> Vec<Arc<ChannelFault>> {
        self.0.list()
    }

    /// Lifts one; `false` if there is none with this id.
    pub(crate) fn remove(&self, id: i64) -> bool {
        self.0.remove(id)
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }

    /// Whether someone is kept out of a channel.
    pub(crate) fn keeps_out(&self, channel: i64, person: i64) -> bool {
        let found = self.0.strike(|all| {
            let private = all.iter().filter(|it| it.harm == ChannelHarm::Private);
            let mut concerned = private.filter(|it| it.concerns(channel, Some(person)));
            concerned.next().map(|_| ())
        });
        found.is_some()
    }

    /// From whom the news of what just happened in a channel is withheld. To be asked
    /// once for everything that happens.
    pub(crate) fn withheld(&self, channel: i64) -> WithheldFrom {
        let from = self.0.strike(|all| {
            let concerned = all.iter().filter(|it| it.concerns(channel, None));
            let from = concerned.filter_map(|it| match it.harm {
                ChannelHarm::Withhold(which) => it.withholds(which).then_some(it.person),
                _ => None,
            });
            Some(from.collect())
        });
        WithheldFrom(from.unwrap_or_default())
    }

    /// What becomes of a call for the difference of a channel, if not an answer.
    pub(crate) fn of_difference(&self, channel: i64, person: i64) -> Option<ChannelHarm> {
        self.0.strike(|all| {
            let concerned = all.iter().filter(|it| it.concerns(channel, Some(person)));
            let mut harmful = concerned.filter(|it| {
                let harm = matches!(it.harm, ChannelHarm::TooLong | ChannelHarm::Timestamp(_));
                harm && it.strike()
            });
            harmful.next().map(|it| it.harm)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(harm: ChannelHarm, times: Option<u32>) -> NewChannelFault {
        NewChannelFault {
            harm,
            channel: Some(7),
            person: None,
            times,
        }
    }

    fn withheld(which: Withheld, count: usize) -> Vec<bool> {
        let faults = ChannelFaults::default();
        faults.add(1, fault(ChannelHarm::Withhold(which), None));
        let ask = |_| faults.withheld(7).has(3);
        (0..count).map(ask).collect()
    }

    #[test]
    fn every_third_update_is_withheld_or_a_share_that_follows_from_its_seed() {
        let every = withheld(Withheld::Every(3), 7);
        assert_eq!(every, [false, false, true, false, false, true, false]);
        assert!(withheld(Withheld::Every(1), 5).iter().all(|it| *it));
        let share = |seed| withheld(Withheld::Share { percent: 10, seed }, 2_000);
        assert_eq!(share(1), share(1));
        assert_ne!(share(1), share(2));
        let count = share(1).iter().filter(|it| **it).count();
        assert!((150..250).contains(&count), "{count}");
        let none = Withheld::Share {
            percent: 0,
            seed: 1,
        };
        assert!(!withheld(none, 100).contains(&true));
        let all = Withheld::Share {
            percent: 100,
            seed: 1,
        };
        assert!(!withheld(all, 100).contains(&false));
    }

    #[test]
    fn what_is_withheld_from_one_reaches_the_others_and_what_is_used_up_is_over() {
        let faults = ChannelFaults::default();
        let one = NewChannelFault {
            person: Some(3),
            ..fault(ChannelHarm::Withhold(Withheld::Every(1)), Some(2))
        };
        faults.add(1, one);
        for _ in 0..2 {
            let from = faults.withheld(7);
            assert!(from.has(3) && !from.has(4));
        }
        assert!(!faults.withheld(7).has(3));
        assert!(faults.list().is_empty());
        assert!(!faults.withheld(8).has(3), "another channel");
    }

    #[test]
    fn a_difference_fails_as_often_as_ordered_and_each_fault_has_its_turn() {
        let faults = ChannelFaults::default();
        faults.add(1, fault(ChannelHarm::TooLong, Some(1)));
        let outdated = ChannelHarm::Timestamp(TimestampTrouble::Outdated);
        faults.add(2, fault(outdated, None));
        faults.add(3, fault(ChannelHarm::Private, None));
        assert_eq!(faults.of_difference(8, 3), None);
        let first = faults.of_difference(7, 3);
        assert_eq!(first, Some(ChannelHarm::TooLong));
        for _ in 0..3 {
            assert_eq!(faults.of_difference(7, 3), Some(outdated));
        }
        assert!(faults.keeps_out(7, 3) && !faults.keeps_out(8, 3));
        assert!(faults.remove(2) && faults.remove(3) && !faults.remove(3));
        assert_eq!(faults.of_difference(7, 3), None);
        assert!(!faults.keeps_out(7, 3));
    }
}
