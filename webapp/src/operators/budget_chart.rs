//! How the error budget of a promise went: a drawing that the server makes.

use std::fmt::Write as _;

use sesame_domain::slo::{Counted, ErrorBudget, Slo};

/// The size of the drawing.
const WIDTH: u64 = 100;
const HEIGHT: u64 = 24;

/// What was left of the budget at the end of each day, in hundredths of what the
/// whole time allows.
pub(super) fn left_by_day(slo: Slo, days: &[Counted]) -> Vec<u64> {
    let mut whole = Counted::default();
    for day in days {
        whole += *day;
    }
    let mut so_far = Counted {
        events: whole.events,
        errors: 0,
    };
    let left = days.iter().map(|day| {
        so_far.errors = so_far.errors.saturating_add(day.errors);
        ErrorBudget::of(slo, so_far).left_percent()
    });
    left.collect()
}

/// The same as something to be filled: a step a day, from the left to the right.
pub(super) fn drawn(left: &[u64]) -> String {
    let mut path = String::new();
    let days = left.len() as u64;
    for (nth, left) in (0_u64..).zip(left) {
        let begins = if nth == 0 { "M0 " } else { "V" };
        let (y, until) = (
            HEIGHT - left.min(&100) * HEIGHT / 100,
            (nth + 1) * WIDTH / days,
        );
        // A text takes whatever is written to it.
        let _ = write!(path, "{begins}{y}H{until}");
    }
    if !path.is_empty() {
        let _ = write!(path, "V{HEIGHT}H0z");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(events: u64, errors: u64) -> Counted {
        Counted { events, errors }
    }

    #[test]
    fn what_goes_wrong_is_gone_from_the_budget_of_the_whole_time() {
        // A hundred of a thousand may expire.
        let days = [day(400, 0), day(300, 25), day(300, 50), day(0, 0)];
        assert_eq!(left_by_day(Slo::Expiry, &days), [100, 75, 25, 25]);
        let broken = [day(20, 1), day(0, 0), day(20, 20)];
        assert_eq!(left_by_day(Slo::Expiry, &broken), [75, 75, 0]);
        assert_eq!(left_by_day(Slo::Login, &[day(0, 0); 2]), [100, 100]);
    }

    #[test]
    fn days_are_steps() {
        assert_eq!(drawn(&[100, 50, 0, 0]), "M0 0H25V12H50V24H75V24H100V24H0z");
        assert_eq!(drawn(&[]), "");
    }
}
