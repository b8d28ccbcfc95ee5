//! Faults of answers: what is carried out is told late, or never.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::fault_list::{Fault, FaultList};

/// How long an answer is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Always so long.
    Fixed(Duration),
    /// Some time between the two; with the same seed, the same times in the
    /// same order.
    Random {
        /// The shortest.
        least: Duration,
        /// The longest.
        most: Duration,
        /// What the times follow from.
        seed: u64,
    },
}

/// What happens to an answer. The call itself is carried out at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerHarm {
    /// It is sent later; other answers may overtake it.
    Late(Delay),
    /// It is never sent, and the connection goes on.
    Lost,
    /// It is never sent, and the connection breaks.
    Cut,
}

/// An [`AnswerFault`] that is to be set.
#[derive(Clone, Debug)]
pub struct NewAnswerFault {
    /// The method, as in the schema; `*` for all.
    pub method: String,
    /// What happens.
    pub harm: AnswerHarm,
    /// To how many answers; to all until it is lifted if absent.
    pub times: Option<u32>,
    /// Only to those for this person.
    pub person: Option<i64>,
    /// Only to those of this data centre.
    pub dc: Option<i32>,
}

/// What happens to the answers of a method.
#[derive(Debug)]
pub struct AnswerFault {
    /// What names the fault.
    pub id: i64,
    /// The method, as in the schema; `*` for all.
    pub method: String,
    /// What happens.
    pub harm: AnswerHarm,
    /// Only to answers for this person.
    pub person: Option<i64>,
    /// Only to answers of this data centre.
    pub dc: Option<i32>,
    left: Option<AtomicU32>,
    struck: AtomicU64,
}

/// What becomes of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is sent.
    Sent,
    /// It is sent after this time.
    Late(Duration),
    /// It is not sent.
    Lost,
    /// It is not sent, and the connection breaks.
    Cut,
}

impl Delay {
    /// The `n`th time.
    fn nth(self, n: u64) -> Duration {
        match self {
            Self::Fixed(time) => time,
            Self::Random { least, most, seed } => {
                let span = most.saturating_sub(least).as_millis();
                let span = u64::try_from(span).unwrap_or(u64::MAX - 1);
                least + Duration::from_millis(mixed(seed, n) % (span + 1))
            }
        }
    }
}

/// The `n`th number of a seed (splitmix64: good enough to scatter times).
fn mixed(seed: u64, n: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(n + 1));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl AnswerFault {
    /// How many answers are left to it; `None`: all, until it is lifted.
    pub fn left(&self) -> Option<u32> {
        self.left.as_ref().map(|left| left.load(Ordering::Relaxed))
    }

    fn applies(&self, method: &str, person: Option<i64>, dc: i32) -> bool {
        (self.method == "*" || self.method == method)
            && self.person.is_none_or(|only| person == Some(only))
            && self.dc.is_none_or(|only| only == dc)
    }

    /// Strikes one answer, unless it is used up.
    fn strike(&self) -> Option<Fate> {
        if let Some(left) = &self.left {
            let down = |left: u32| left.checked_sub(1);
            let order = Ordering::Relaxed;
            left.fetch_update(order, order, down).ok()?;
        }
        let n = self.struck.fetch_add(1, Ordering::Relaxed);
        Some(match self.harm {
            AnswerHarm::Late(delay) => Fate::Late(delay.nth(n)),
            AnswerHarm::Lost => Fate::Lost,
            AnswerHarm::Cut => Fate::Cut,
        })
    }
}

impl Fault for AnswerFault {
    fn id(&self) -> i64 {
        self.id
    }

    fn is_spent(&self) -> bool {
        self.left() == Some(0)
    }
}

/// The faults of answers that are set.
#[derive(Debug, Default)]
pub(crate) struct AnswerFaults(FaultList<AnswerFault>);

impl AnswerFaults {
    pub(crate) fn add(&self, id: i64, new: NewAnswerFault) -> Arc<AnswerFault> {
        self.0.add(AnswerFault {
            id,
            method: new.method,
            harm: new.harm,
            person: new.person,
            dc: new.dc,
            left: new.times.map(AtomicU32::new),
            struck: AtomicU64::new(0),
        })
    }

    pub(crate) fn list(&self) -> Vec<Arc<AnswerFault>> {
        self.0.list()
    }

    /// Lifts one; `false` if there is none with this id.
    pub(crate) fn remove(&self, id: i64) -> bool {
        self.0.remove(id)
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }

    /// What becomes of an answer. One that is lost is not late as well.
    pub(crate) fn strike(&self, method: &str, person: Option<i64>, dc: i32) -> Fate {
        let struck = self.0.strike(|all| {
            let fitting = all.iter().filter(|it| it.applies(method, person, dc));
            let (late, lost): (Vec<_>, Vec<_>) =
                fitting.partition(|it| matches!(it.harm, AnswerHarm::Late(_)));
            let mut in_order = lost.into_iter().chain(late);
            in_order.find_map(|it| it.strike())
        });
        struck.unwrap_or(Fate::Sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(method: &str, harm: AnswerHarm, times: Option<u32>) -> NewAnswerFault {
        NewAnswerFault {
            method: method.to_owned(),
            harm,
            times,
            person: None,
            dc: None,
        }
    }

    fn random(seed: u64) -> AnswerHarm {
        AnswerHarm::Late(Delay::Random {
            least: Duration::from_millis(50),
            most: Duration::from_millis(60),
            seed,
        })
    }

    #[test]
    fn random_times_follow_from_the_seed_and_stay_within_their_bounds() {
        let times = |seed| {
            let faults = AnswerFaults::default();
            faults.add(1, fault("*", random(seed), None));
            let draw = |_| match faults.strike("users.getUsers", None, 1) {
                Fate::Late(time) => time.as_millis(),
                other => panic!("{other:?}"),
            };
            (0..200).map(draw).collect::<Vec<_>>()
        };
        assert_eq!(times(7), times(7));
        assert_ne!(times(7), times(8));
        let (least, most) = (times(7).into_iter().min(), times(7).into_iter().max());
        assert_eq!((least, most), (Some(50), Some(60)));
    }

    #[test]
    fn a_lost_answer_is_not_late_and_what_is_used_up_strikes_no_more() {
        let faults = AnswerFaults::default();
        let hour = Delay::Fixed(Duration::from_secs(3600));
        faults.add(1, fault("*", AnswerHarm::Late(hour), Some(1)));
        faults.add(2, fault("users.getUsers", AnswerHarm::Lost, Some(1)));
        assert_eq!(faults.strike("users.getUsers", None, 1), Fate::Lost);
        assert_eq!(
            faults.strike("users.getUsers", None, 1),
            Fate::Late(Duration::from_secs(3600))
        );
        assert_eq!(faults.strike("users.getUsers", None, 1), Fate::Sent);
        assert!(faults.list().is_empty());
    }
}
