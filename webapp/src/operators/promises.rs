//! What Sesame promises, what was reached of it, and what may still go wrong.

use chrono::{DateTime, TimeDelta};
use sesame_domain::ports::SloStretch;
use sesame_domain::slo::{Counted, ErrorBudget, Slo};
use sesame_domain::time::Timestamp;

use super::budget_chart::{drawn, left_by_day};
use super::error::PageError;
use super::grouped::Grouped;
use super::signed_in::SignedIn;

/// Over how many days a promise is looked at, today among them.
const DAYS: i64 = 30;

/// The hours of a day.
const A_DAY: u32 = 24;

/// Faster than this in the last day, the budget is gone long before its time: as
/// fast as the slower ticket of the rules.
const FAST_HUNDREDTHS: u64 = 100;

/// Less of the budget than this is little.
const LITTLE_PERCENT: u64 = 25;

/// A day, for the table.
pub(super) struct Day {
    /// "28 Nov".
    pub(super) title: String,
    pub(super) events: Grouped,
    pub(super) errors: Grouped,
    pub(super) left_percent: u64,
}

/// A promise, as the page shows it.
pub(super) struct Promise {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What is counted: "logins that were scanned".
    pub(super) events_are: &'static str,
    /// What went wrong with one: "failed logins".
    pub(super) errors_are: &'static str,
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    /// "kept", "little left", "broken", "too few to say".
    pub(super) verdict: &'static str,
    /// "99.9 %".
    pub(super) objective: String,
    /// "99.97 %"; empty: too few events to say.
    pub(super) reached: String,
    pub(super) events: Grouped,
    pub(super) errors: Grouped,
    /// What is left of the budget; `None`: too few events to say.
    pub(super) left_percent: Option<u64>,
    /// The same in words: "room for 12 more failed logins".
    pub(super) left: String,
    /// How fast it was used up in the last day.
    pub(super) burn: String,
    pub(super) chart: String,
    pub(super) days: Vec<Day>,
}

/// The promises.
pub(super) struct Promises {
    pub(super) all: Vec<Promise>,
    /// Since when there are figures, if that is not the whole time.
    pub(super) since: Option<String>,
}

impl Promises {
    /// As far as they concern the tenants that the operator looks after.
    pub(super) async fn of(who: &SignedIn) -> Result<Self, PageError> {
        let (counts, tenants) = (&who.app.ports.operators.slo_counts, who.tenants());
        let now = who.app.ports.clock.now();
        let (days, hours) = futures::try_join!(
            counts.counted(&tenants, first_day(now), now, A_DAY),
            // The hour that goes on, and those of a day before it.
            counts.counted(&tenants, now - TimeDelta::hours(23), now, 1),
        )?;
        Ok(Self::from(&days, &hours, now))
    }

    /// Whether anything was counted.
    pub(super) fn has_days(&self) -> bool {
        self.all.iter().any(|it| !it.days.is_empty())
    }

    /// Whether there is a drawing of any.
    pub(super) fn is_drawn(&self) -> bool {
        self.all.iter().any(|it| it.left_percent.is_some())
    }

    fn from(days: &[SloStretch], hours: &[SloStretch], now: Timestamp) -> Self {
        let all = Slo::ALL.iter().map(|slo| {
            let mut last_day = Counted::default();
            let hours = hours.iter().filter(|it| it.slo == *slo);
            hours.for_each(|it| last_day += it.counted);
            promise(*slo, &by_day(*slo, days, now), last_day, now)
        });
        let first = days.iter().map(|it| it.from).min();
        let since = first.filter(|first| *first > first_day(now));
        Self {
            all: all.collect(),
            since: since.map(day_title),
        }
    }
}

/// When the first of the days begins.
fn first_day(now: Timestamp) -> Timestamp {
    let today = now.timestamp().div_euclid(86_400);
    DateTime::from_timestamp((today - DAYS + 1) * 86_400, 0).unwrap_or(now)
}

fn day_title(day: Timestamp) -> String {
    day.format("%-d %b").to_string()
}

/// What was counted of a promise on each of the days.
fn by_day(slo: Slo, days: &[SloStretch], now: Timestamp) -> Vec<Counted> {
    let first = first_day(now);
    let mut counted = vec![Counted::default(); usize::try_from(DAYS).unwrap_or_default()];
    for stretch in days.iter().filter(|it| it.slo == slo) {
        let nth = usize::try_from((stretch.from - first).num_days());
        if let Some(day) = nth.ok().and_then(|nth| counted.get_mut(nth)) {
            *day += stretch.counted;
        }
    }
    counted
}

fn promise(slo: Slo, by_day: &[Counted], last_day: Counted, now: Timestamp) -> Promise {
    let mut counted = Counted::default();
    for day in by_day {
        counted += *day;
    }
    let budget = ErrorBudget::of(slo, counted);
    let (title, events_are, errors_are) = words(slo);
    let (class, icon, verdict) = verdict(budget, ErrorBudget::of(slo, last_day));
    let left = left_by_day(slo, by_day);
    let first = first_day(now);
    let days = (0..).zip(by_day.iter().zip(&left));
    let days = days.filter(|(_, (day, _))| **day != Counted::default());
    let days = days.map(|(nth, (day, left))| Day {
        title: day_title(first + TimeDelta::days(nth)),
        events: Grouped(day.events),
        errors: Grouped(day.errors),
        left_percent: *left,
    });
    Promise {
        name: slo.as_str(),
        title,
        events_are,
        errors_are,
        class,
        icon,
        verdict,
        objective: percent(budget.objective()),
        reached: told(budget, budget.reached().map(percent)).unwrap_or_default(),
        events: Grouped(counted.events),
        errors: Grouped(counted.errors),
        left_percent: told(budget, Some(budget.left_percent())),
        left: left_in_words(budget, counted.events, errors_are),
        burn: burn_in_words(ErrorBudget::of(slo, last_day), last_day.events),
        chart: told(budget, Some(drawn(&left))).unwrap_or_default(),
        days: days.collect(),
    }
}

/// Of so few events nothing is told.
fn told<T>(budget: ErrorBudget, figure: Option<T>) -> Option<T> {
    figure.filter(|_| budget.is_telling())
}

/// Its title, what is counted, and what of it went wrong.
fn words(slo: Slo) -> (&'static str, &'static str, &'static str) {
    match slo {
        Slo::Login => ("Scanned logins succeed", "scanned logins", "failed logins"),
        Slo::CleanUp => ("Cleaned up within 3 s", "clean-ups", "slow clean-ups"),
        Slo::Flood => (
            "Calls meet no flood wait",
            "calls to Telegram",
            "calls with a flood wait",
        ),
        Slo::Expiry => ("Codes do not expire", "codes shown", "expired logins"),
    }
}

fn verdict(
    budget: ErrorBudget,
    last_day: ErrorBudget,
) -> (&'static str, &'static str, &'static str) {
    let burns = last_day.is_telling() && last_day.burnt_hundredths() > FAST_HUNDREDTHS;
    match (budget.is_telling(), budget.left()) {
        (false, _) => ("off", "dash", "too few to say"),
        (true, Err(_)) => ("bad", "bad", "broken"),
        (true, Ok(_)) if burns => ("warn", "warn", "burns too fast"),
        (true, Ok(_)) if budget.left_percent() < LITTLE_PERCENT => ("warn", "warn", "little left"),
        (true, Ok(_)) => ("good", "check", "kept"),
    }
}

fn left_in_words(budget: ErrorBudget, events: u64, errors_are: &str) -> String {
    if !budget.is_telling() {
        return too_few(events);
    }
    match budget.left() {
        Ok(0) => format!("no room for more {errors_are}"),
        Ok(more) => format!("room for {} more {errors_are}", Grouped(more)),
        Err(over) => format!("{} {errors_are} too many", Grouped(over)),
    }
}

fn burn_in_words(last_day: ErrorBudget, events: u64) -> String {
    let burnt = last_day.burnt_hundredths();
    match (last_day.is_telling(), burnt) {
        (false, _) => too_few(events),
        (true, 0) => "nothing".to_owned(),
        (true, _) => format!("{}.{:02} times its share", burnt / 100, burnt % 100),
    }
}

fn too_few(events: u64) -> String {
    match events {
        0 => "nothing was counted".to_owned(),
        few => format!("too few to say: {few}"),
    }
}

/// Parts of 100,000 as people read them: "99.9 %", "99.97 %".
fn percent(parts: u64) -> String {
    let (whole, rest) = (parts / 1_000, parts % 1_000);
    let rest = format!("{rest:03}");
    match rest.trim_end_matches('0') {
        "" => format!("{whole} %"),
        rest => format!("{whole}.{rest} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_796_000_000, 0).unwrap()
    }

    fn stretch(slo: Slo, days_ago: i64, events: u64, errors: u64) -> SloStretch {
        SloStretch {
            slo,
            from: now()
                - TimeDelta::days(days_ago)
                - TimeDelta::seconds(now().timestamp() % 86_400),
            counted: Counted { events, errors },
        }
    }

    fn of(slo: Slo, days: &[SloStretch], hours: &[SloStretch]) -> Promise {
        let promises = Promises::from(days, hours, now());
        promises
            .all
            .into_iter()
            .find(|it| it.name == slo.as_str())
            .unwrap()
    }

    #[test]
    fn what_is_left_is_told_in_percent_and_in_words() {
        let days = [
            stretch(Slo::Login, 3, 10_000, 4),
            stretch(Slo::Login, 0, 10_000, 4),
            stretch(Slo::Flood, 0, 100, 50),
        ];
        let promise = of(Slo::Login, &days, &[stretch(Slo::Login, 0, 4_000, 1)]);
        assert_eq!((promise.class, promise.verdict), ("good", "kept"));
        assert_eq!(promise.objective, "99.9 %");
        assert_eq!(promise.reached, "99.96 %");
        assert_eq!(promise.left_percent, Some(60));
        assert_eq!(promise.left, "room for 12 more failed logins");
        assert_eq!(promise.burn, "0.25 times its share");
        assert_eq!(promise.days.len(), 2);
        assert_eq!(promise.days[0].left_percent, 80);
    }

    #[test]
    fn few_events_say_nothing() {
        let days = [stretch(Slo::Login, 0, 19, 3)];
        let promise = of(Slo::Login, &days, &days);
        assert_eq!((promise.class, promise.verdict), ("off", "too few to say"));
        assert_eq!((promise.reached.as_str(), promise.left_percent), ("", None));
        assert_eq!(promise.left, "too few to say: 19");
        assert_eq!(promise.burn, "too few to say: 19");
        assert_eq!(promise.chart, "");
        let none = of(Slo::Flood, &days, &[]);
        assert_eq!(none.left, "nothing was counted");
        assert_eq!(none.burn, "nothing was counted");
        let few = Promises::from(&days, &days, now());
        assert!(few.has_days() && !few.is_drawn());
        assert!(!Promises::from(&[], &[], now()).has_days());
    }

    #[test]
    fn a_broken_promise_says_by_how_much_and_one_that_burns_is_told_before() {
        let days = [stretch(Slo::Expiry, 1, 1_000, 103)];
        let broken = of(Slo::Expiry, &days, &[]);
        assert_eq!((broken.class, broken.verdict), ("bad", "broken"));
        assert_eq!(broken.left, "3 expired logins too many");
        assert_eq!(broken.left_percent, Some(0));
        let days = [
            stretch(Slo::Expiry, 9, 9_000, 0),
            stretch(Slo::Expiry, 0, 100, 30),
        ];
        let burning = of(Slo::Expiry, &days, &[stretch(Slo::Expiry, 0, 100, 30)]);
        assert_eq!(burning.verdict, "burns too fast");
        assert_eq!(burning.burn, "3.00 times its share");
        let days = [stretch(Slo::Expiry, 9, 1_000, 80)];
        assert_eq!(of(Slo::Expiry, &days, &[]).verdict, "little left");
    }

    #[test]
    fn since_when_there_are_figures_is_told_if_that_is_not_the_whole_time() {
        let since = |days_ago| {
            let days = [stretch(Slo::Flood, days_ago, 5, 0)];
            Promises::from(&days, &[], now()).since
        };
        assert_eq!(since(29), None);
        assert_eq!(since(2).as_deref(), Some("28 Nov"));
        assert_eq!(Promises::from(&[], &[], now()).since, None);
    }

    #[test]
    fn parts_are_read_as_percent() {
        let told = [100_000, 99_900, 99_973, 95_000, 0].map(percent);
        assert_eq!(told, ["100 %", "99.9 %", "99.973 %", "95 %", "0 %"]);
    }
}
