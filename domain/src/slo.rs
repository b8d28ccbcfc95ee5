//! What Sesame promises (SLO), what may go wrong of it, and how fast that is used
//! up. The same promises, by definition and name, as Prometheus looks at
//! (`deploy/prometheus/rules/slo.yml`).

use std::fmt;

/// Fewer events tell nothing: one failure in a quiet night is no trend.
pub const FEWEST: u64 = 20;

macro_rules! promises {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $thousandths:literal;)+) => {
        /// A promise.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Slo {
            $($(#[$doc])* $name,)+
        }

        impl Slo {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name in the database and in metrics; never changed.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The promise with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == name)
            }

            /// How many of a thousand events may go wrong.
            pub fn thousandths(self) -> u32 {
                match self {
                    $(Self::$name => $thousandths,)+
                }
            }
        }
    };
}

promises! {
    /// Logins that were scanned succeed; what people choose is not counted.
    Login = "login", 1;
    /// What is left of logins is gone within [`CLEAN_UP_WITHIN_SECONDS`].
    CleanUp = "clean_up", 50;
    /// Calls to Telegram are not answered with a flood wait.
    Flood = "flood", 50;
    /// Logins that showed a code do not expire.
    Expiry = "expiry", 100;
}

/// In how many seconds what is left of a login is to be gone.
pub const CLEAN_UP_WITHIN_SECONDS: f64 = 3.0;

impl fmt::Display for Slo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What was counted of a promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many events.
    pub events: u64,
    /// How many of them went wrong.
    pub errors: u64,
}

impl std::ops::AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        self.events = self.events.saturating_add(other.events);
        self.errors = self.errors.saturating_add(other.errors);
    }
}

/// What may go wrong of a promise, as far as it was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorBudget {
    slo: Slo,
    counted: Counted,
}

impl ErrorBudget {
    /// Of what was counted.
    pub fn of(slo: Slo, counted: Counted) -> Self {
        Self { slo, counted }
    }

    /// Whether there were enough events to tell.
    pub fn is_telling(self) -> bool {
        self.counted.events >= FEWEST
    }

    /// Which part of the events went well, in parts of 100,000; `None`: nothing
    /// happened.
    pub fn reached(self) -> Option<u64> {
        let Counted { events, errors } = self.counted;
        let well = events.saturating_sub(errors);
        well.saturating_mul(100_000).checked_div(events)
    }

    /// Which part of the events is promised to go well, in parts of 100,000.
    pub fn objective(self) -> u64 {
        100_000 - u64::from(self.slo.thousandths()) * 100
    }

    /// How many of the events may go wrong.
    pub fn allowed(self) -> u64 {
        let share = u64::from(self.slo.thousandths());
        self.counted.events.saturating_mul(share) / 1_000
    }

    /// How many more may; `Err`: that many too many went wrong.
    ///
    /// # Errors
    /// By how many the promise is broken.
    pub fn left(self) -> Result<u64, u64> {
        let (allowed, errors) = (self.allowed(), self.counted.errors);
        allowed
            .checked_sub(errors)
            .ok_or_else(|| errors.saturating_sub(allowed))
    }

    /// What is left of the budget, in hundredths; 0: it is used up.
    pub fn left_percent(self) -> u64 {
        100_u64.saturating_sub(self.burnt_hundredths())
    }

    /// How fast the budget is used up, in hundredths: 100 is just too fast. What
    /// is used of the budget, if this is all of its time.
    pub fn burnt_hundredths(self) -> u64 {
        let Counted { events, errors } = self.counted;
        let may = events.saturating_mul(u64::from(self.slo.thousandths()));
        errors
            .saturating_mul(100_000)
            .checked_div(may)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(slo: Slo, events: u64, errors: u64) -> ErrorBudget {
        ErrorBudget::of(slo, Counted { events, errors })
    }

    #[test]
    fn what_is_left_is_told_in_events_and_in_percent() {
        let of = |errors| {
            let budget = budget(Slo::Login, 10_000, errors);
            (budget.left(), budget.left_percent(), budget.reached())
        };
        assert_eq!(of(0), (Ok(10), 100, Some(100_000)));
        assert_eq!(of(4), (Ok(6), 60, Some(99_960)));
        assert_eq!(of(10), (Ok(0), 0, Some(99_900)));
        assert_eq!(of(13), (Err(3), 0, Some(99_870)));
    }

    #[test]
    fn a_promise_is_kept_up_to_its_objective_and_no_further() {
        for slo in Slo::ALL {
            let allowed = budget(*slo, 1_000, 0).allowed();
            let kept = budget(*slo, 1_000, allowed);
            assert_eq!(kept.reached(), Some(kept.objective()), "{slo}");
            assert_eq!(kept.burnt_hundredths(), 100, "{slo}");
            assert!(budget(*slo, 1_000, allowed + 1).left().is_err(), "{slo}");
        }
    }

    #[test]
    fn nothing_is_told_of_nothing() {
        let nothing = budget(Slo::Expiry, 0, 0);
        assert_eq!((nothing.reached(), nothing.left()), (None, Ok(0)));
        assert_eq!(nothing.left_percent(), 100);
        assert!(!nothing.is_telling());
        assert!(!budget(Slo::Login, FEWEST - 1, 1).is_telling());
        assert!(budget(Slo::Login, FEWEST, 1).is_telling());
    }

    #[test]
    fn names_stay() {
        let names: Vec<_> = Slo::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(names, ["login", "clean_up", "flood", "expiry"]);
        assert_eq!(Slo::from_name("clean_up"), Some(Slo::CleanUp));
        assert_eq!(Slo::from_name("of boredom"), None);
    }
}
