//! The schedules of all channels.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::schedule::Schedule;
use super::turn::Turn;
use crate::world::Guarded;

/// How many turns are taken at once, when the clock was put on.
const MOST: usize = 1_000;

/// The schedules of all channels.
#[derive(Debug)]
pub(crate) struct Schedules {
    all: Guarded<BTreeMap<i64, Scheduled>>,
    /// How many lists were given.
    given: AtomicU64,
    /// Counts changes.
    changed: watch::Sender<u64>,
}

/// A channel's schedule.
#[derive(Clone, Debug)]
pub(crate) struct Scheduled {
    pub(crate) schedule: Schedule,
    /// When the next turn is, by the sandbox's clock since 1970.
    pub(crate) due: Duration,
    /// Which list it is, of all that were ever given.
    pub(crate) list: u64,
}

/// A turn that is to be taken.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) channel: i64,
    pub(crate) turn: Turn,
    /// How often the list was gone through before.
    pub(crate) round: u64,
    /// Which turn of the channel it is, from 0 on.
    pub(crate) number: u64,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
}

impl Default for Schedules {
    fn default() -> Self {
        Self {
            all: Guarded::default(),
            given: AtomicU64::new(0),
            changed: watch::Sender::new(0),
        }
    }
}

impl Schedules {
    /// Gives a channel a schedule in place of the one that it has; the first turn is
    /// when the first time is over.
    pub(crate) fn set(&self, channel: i64, schedule: Schedule, now: Duration) {
        let due = now + schedule.every();
        let list = self.given.fetch_add(1, Ordering::Relaxed);
        let scheduled = Scheduled {
            schedule,
            due,
            list,
        };
        self.change(|all| all.insert(channel, scheduled));
    }

    pub(crate) fn get(&self, channel: i64) -> Option<Scheduled> {
        self.all.read().get(&channel).cloned()
    }

    /// All of them, by channel.
    pub(crate) fn list(&self) -> Vec<(i64, Scheduled)> {
        let all = self.all.read();
        all.iter().map(|(id, it)| (*id, it.clone())).collect()
    }

    /// Changes a schedule; from now on it waits for the whole time. `None`: there is
    /// none.
    pub(crate) fn alter(
        &self,
        channel: i64,
        now: Duration,
        how: impl FnOnce(&mut Schedule),
    ) -> Option<Scheduled> {
        self.change(|all| {
            let it = all.get_mut(&channel)?;
            how(&mut it.schedule);
            it.due = now + it.schedule.every();
            Some(it.clone())
        })
    }

    /// Takes a channel's schedule away; whether there was one.
    pub(crate) fn remove(&self, channel: i64) -> bool {
        self.change(|all| all.remove(&channel).is_some())
    }

    /// The turns whose time has come, in its order; no more than a thousand.
    pub(super) fn due(&self, now: Duration) -> Vec<Due> {
        if self.next().is_none_or(|next| next > now) {
            return Vec::new();
        }
        self.change(|all| {
            let mut taken = Vec::new();
            while taken.len() < MOST {
                let on = all.iter_mut().filter(|(_, it)| it.schedule.on);
                let Some((channel, it)) = on.min_by_key(|(id, it)| (it.due, **id)) else {
                    break;
                };
                if it.due > now {
                    break;
                }
                let at = it.due;
                it.due += it.schedule.every();
                taken.extend(next(*channel, &mut it.schedule, at));
            }
            taken
        })
    }

    /// So many next turns of a channel, whatever the time.
    pub(crate) fn at_once(&self, channel: i64, count: usize, now: Duration) -> Vec<Due> {
        self.change(|all| {
            let Some(it) = all.get_mut(&channel) else {
                return Vec::new();
            };
            let turns = (0..count.min(MOST)).filter_map(|_| next(channel, &mut it.schedule, now));
            turns.collect()
        })
    }

    /// When the next turn of any channel is.
    pub(super) fn next(&self) -> Option<Duration> {
        let all = self.all.read();
        let on = all.values().filter(|it| it.schedule.on);
        on.map(|it| it.due).min()
    }

    /// Tells of every change.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn change<T>(&self, how: impl FnOnce(&mut BTreeMap<i64, Scheduled>) -> T) -> T {
        let done = how(&mut self.all.write());
        self.changed.send_modify(|count| *count += 1);
        done
    }
}

fn next(channel: i64, schedule: &mut Schedule, at: Duration) -> Option<Due> {
    let number = schedule.taken;
    let (turn, round) = schedule.take_next()?;
    Some(Due {
        channel,
        turn,
        round,
        number,
        at: i64::try_from(at.as_secs()).unwrap_or(i64::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::super::turn::Place;
    use super::*;

    fn schedule(seconds: u64, turns: u16) -> Schedule {
        let turns = (1..=turns).map(|back| Turn::Delete(Place { back }));
        Schedule::new(Duration::from_secs(seconds), true, turns.collect())
    }

    fn told(due: &[Due]) -> Vec<(i64, u16, u64, i64)> {
        let told = due.iter().map(|it| {
            let Turn::Delete(Place { back }) = it.turn else {
                panic!("{it:?}");
            };
            (it.channel, back, it.round, it.at)
        });
        told.collect()
    }

    #[test]
    fn turns_come_in_the_order_of_their_times_and_the_list_begins_anew() {
        let schedules = Schedules::default();
        let second = Duration::from_secs;
        schedules.set(7, schedule(10, 2), second(100));
        schedules.set(8, schedule(15, 1), second(100));
        assert_eq!(schedules.next(), Some(second(110)));
        assert!(schedules.due(second(109)).is_empty());
        let due = schedules.due(second(140));
        assert_eq!(
            told(&due),
            [
                (7, 1, 0, 110),
                (8, 1, 0, 115),
                (7, 2, 0, 120),
                (7, 1, 1, 130),
                (8, 1, 1, 130),
                (7, 2, 1, 140),
            ]
        );
        assert!(schedules.due(second(140)).is_empty());
        // What is off waits, and begins with the whole time.
        schedules.alter(7, second(140), |it| it.on = false).unwrap();
        assert_eq!(told(&schedules.due(second(150))), [(8, 1, 2, 145)]);
        schedules.alter(7, second(150), |it| it.on = true).unwrap();
        assert!(schedules.due(second(159)).is_empty());
        assert_eq!(told(&schedules.due(second(160))).len(), 2);
        let now = schedules.at_once(7, 2, second(161));
        assert_eq!(told(&now), [(7, 2, 2, 161), (7, 1, 3, 161)]);
        assert!(schedules.remove(7) && !schedules.remove(7));
        assert!(schedules.at_once(7, 2, second(161)).is_empty());
        assert_eq!(schedules.next(), Some(second(175)));
    }

    #[test]
    fn a_clock_that_was_put_on_by_far_brings_a_thousand_turns_at_once() {
        let schedules = Schedules::default();
        schedules.set(7, schedule(1, 3), Duration::ZERO);
        let far = Duration::from_secs(2_500);
        let counts = [(); 4].map(|()| schedules.due(far).len());
        assert_eq!(counts, [1_000, 1_000, 500, 0]);
    }
}
