//! Who does what, and what goes wrong then: all of it follows from the seed.

use std::time::Duration;

use crate::dice::Dice;
use crate::fault::{Fault, Stores};
use crate::phase::Phase;

/// How many nodes there are.
pub(crate) const NODES: usize = 3;

/// A fault that strikes an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strike {
    /// In which phase.
    pub(crate) phase: Phase,
    /// How long after it began.
    pub(crate) after: Duration,
    pub(crate) fault: Fault,
    pub(crate) lasts: Duration,
}

/// What a person has in mind when they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// To link the account.
    Link,
    /// To link it, but first they scan a code that is long dead.
    DeadCodeFirst,
    /// To cancel once it has come this far.
    Cancel(Phase),
    /// To begin anew once a code is shown.
    BeginAnew,
    /// Nothing: they leave the page open.
    WalkAway,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) aim: Aim,
    /// An account that is linked already is linked again.
    pub(crate) relink: bool,
    /// How many wrong passwords come before the right one.
    pub(crate) slips: u32,
    /// How long the person takes before they scan or type.
    pub(crate) dawdles: Duration,
    /// Asks another node each time, as behind a proxy, or stays with one.
    pub(crate) wanders: bool,
    pub(crate) strike: Option<Strike>,
}

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Attempt(Attempt),
    /// Unlinks in the Mini App.
    Unlink(Option<Strike>),
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonPlan {
    pub(crate) number: u64,
    pub(crate) home_dc: i32,
    pub(crate) password: Option<String>,
    /// Which node they reach first.
    pub(crate) node: usize,
    pub(crate) acts: Vec<Act>,
}

/// What a run is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) stores: Stores,
    /// Whether the disk can be filled.
    pub(crate) disk: bool,
    /// The one fault that strikes, instead of all.
    pub(crate) only: Option<Fault>,
    /// Whether some walk away, which takes a login's whole life.
    pub(crate) patient: bool,
}

impl Plan {
    /// The person with this number, from 0 on.
    pub(crate) fn person(&self, number: u64) -> PersonPlan {
        let mut dice = Dice::of(self.seed, "person", number);
        let strike = self.strike(number, &mut dice);
        let needs_password = matches!(strike.phase, Phase::PasswordRequired | Phase::Checking);
        let password =
            (needs_password || dice.chance(35)).then(|| format!("opens-{:016x}", dice.next()));
        let home_dc = if strike.phase == Phase::Migrating || dice.chance(40) {
            2
        } else {
            1
        };
        let acts = self.acts(strike, password.is_some(), &mut dice);
        PersonPlan {
            number,
            home_dc,
            password,
            node: dice.index(NODES),
            acts,
        }
    }

    fn strike(&self, number: u64, dice: &mut Dice) -> Strike {
        let mut faults = Fault::over(self.stores);
        faults.retain(|fault| match self.only {
            Some(only) => *fault == only,
            None => self.disk || *fault != Fault::DiskFull,
        });
        let fault = Dice::card(self.seed, "faults", &faults, number);
        let phase = Dice::card(self.seed, "phases", &Phase::ALL, number);
        // These two are over soon.
        let is_short = matches!(phase, Phase::Verifying | Phase::Linking);
        let most = if is_short || dice.chance(30) { 0 } else { 100 };
        Strike {
            phase,
            after: dice.millis((0, most)),
            fault,
            lasts: dice.millis(fault.row().lasts),
        }
    }

    fn acts(&self, strike: Strike, has_password: bool, dice: &mut Dice) -> Vec<Act> {
        let attempt = |aim, strike, dice: &mut Dice| {
            let slips = if has_password && dice.chance(30) {
                1 + u32::from(dice.chance(30))
            } else {
                0
            };
            Attempt {
                aim,
                relink: false,
                slips,
                dawdles: dice.millis((100, 1_500)),
                wanders: dice.chance(60),
                strike,
            }
        };
        match strike.phase {
            Phase::CleanUp => {
                let far = if has_password && dice.chance(50) {
                    Phase::PasswordRequired
                } else {
                    Phase::Pending
                };
                let cancelled = attempt(Aim::Cancel(far), Some(strike), dice);
                let mut acts = vec![Act::Attempt(cancelled)];
                if dice.chance(40) {
                    acts.push(Act::Attempt(attempt(Aim::Link, None, dice)));
                }
                acts
            }
            Phase::Leaving => {
                let linked = Act::Attempt(attempt(Aim::Link, None, dice));
                let last = if dice.chance(50) {
                    Act::Unlink(Some(strike))
                } else {
                    // What leaves is the session before.
                    Act::Attempt(Attempt {
                        relink: true,
                        ..attempt(Aim::Link, Some(strike), dice)
                    })
                };
                vec![linked, last]
            }
            Phase::Starting
            | Phase::Pending
            | Phase::Scanned
            | Phase::Migrating
            | Phase::PasswordRequired
            | Phase::Checking
            | Phase::Verifying
            | Phase::Linking => {
                let aim = match dice.below(100) {
                    0..8 => Aim::DeadCodeFirst,
                    8..14 if strike.phase == Phase::Starting || strike.phase == Phase::Pending => {
                        Aim::BeginAnew
                    }
                    14..18 if self.patient && strike.phase == Phase::Pending => Aim::WalkAway,
                    _ => Aim::Link,
                };
                let mut acts = vec![Act::Attempt(attempt(aim, Some(strike), dice))];
                if dice.chance(25) {
                    acts.push(Act::Unlink(None));
                    if dice.chance(50) {
                        acts.push(Act::Attempt(attempt(Aim::Link, None, dice)));
                    }
                }
                acts
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn plan(seed: u64, stores: Stores) -> Plan {
        Plan {
            seed,
            stores,
            disk: true,
            only: None,
            patient: true,
        }
    }

    fn strikes(person: &PersonPlan) -> Vec<Strike> {
        let strike = |act: &Act| match act {
            Act::Attempt(attempt) => attempt.strike,
            Act::Unlink(strike) => *strike,
        };
        person.acts.iter().filter_map(strike).collect()
    }

    #[test]
    fn a_seed_always_gives_the_same_plan() {
        for stores in [Stores::PostgresAndRedis, Stores::SqliteAndRedis] {
            for number in 0..500 {
                let person = plan(7, stores).person(number);
                assert_eq!(person, plan(7, stores).person(number));
                assert_ne!(person, plan(8, stores).person(number));
            }
        }
    }

    #[test]
    fn every_fault_meets_every_phase_in_a_long_run() {
        for stores in [Stores::PostgresAndRedis, Stores::SqliteAndRedis] {
            let mut seen = BTreeSet::new();
            for number in 0..5_000 {
                for strike in strikes(&plan(7, stores).person(number)) {
                    seen.insert((strike.fault, strike.phase));
                }
            }
            let all = Fault::over(stores).len() * Phase::ALL.len();
            assert_eq!(seen.len(), all);
        }
    }

    #[test]
    fn each_person_meets_one_fault_and_could_meet_it() {
        let plan = plan(7, Stores::PostgresAndRedis);
        for number in 0..2_000 {
            let person = plan.person(number);
            let strikes = strikes(&person);
            let [strike] = &strikes[..] else {
                panic!("{person:?}");
            };
            match strike.phase {
                Phase::Migrating => assert_eq!(person.home_dc, 2),
                Phase::PasswordRequired | Phase::Checking => assert!(person.password.is_some()),
                _ => {}
            }
        }
    }

    #[test]
    fn no_one_scans_more_often_than_telegram_lets_them() {
        let plan = plan(7, Stores::PostgresAndRedis);
        for number in 0..2_000 {
            let person = plan.person(number);
            let attempts = person.acts.iter();
            let attempts = attempts.filter(|act| matches!(act, Act::Attempt(_)));
            assert!(attempts.count() <= 2, "{person:?}");
        }
    }
}
