//! Figures of the overview: logins now, how far those of a day got, how accounts
//! do.

use chrono::{DateTime, TimeDelta};
use sesame_domain::login::Status;
use sesame_domain::ports::listing::{EndingFigure, FunnelBucket, HealthFigure, LiveFigure};
use sesame_domain::time::Timestamp;

use super::error::PageError;
use super::funnel_chart::FunnelChart;
use super::moment::Moment;
use super::signed_in::SignedIn;

/// For how long it is looked back.
const DAY: TimeDelta = TimeDelta::hours(24);

/// The length of what one step of the chart stands for.
const STRETCH: TimeDelta = TimeDelta::minutes(30);

/// How many of them a row of the table has.
const A_ROW: usize = 6;

/// States of logins that are not over, as they follow each other: a name, a
/// title, an icon.
const LIVE: [(Status, &str, &str); 8] = [
    (Status::Starting, "Starting", "busy"),
    (Status::Pending, "Code on show", "person"),
    (Status::Scanned, "Scanned", "busy"),
    (Status::Migrating, "Moving to a DC", "busy"),
    (Status::NumberRequired, "Number asked", "person"),
    (Status::CodeRequired, "Code asked", "person"),
    (Status::PasswordRequired, "Password asked", "person"),
    (Status::Verifying, "Verifying", "busy"),
];

/// How many logins stand like this now.
pub(super) struct Live {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) icon: &'static str,
    pub(super) logins: u64,
}

/// How many accounts do not work, and why.
pub(super) struct Ill {
    pub(super) title: String,
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) accounts: u64,
    pub(super) newly: u64,
    /// Its part of those that do not work, in hundredths.
    pub(super) part: u64,
}

/// Some hours of the funnel, for the table.
pub(super) struct Hours {
    pub(super) from: Moment,
    pub(super) until: Moment,
    pub(super) started: u64,
    pub(super) scanned: u64,
    pub(super) linked: u64,
}

/// The figures.
pub(super) struct Figures {
    pub(super) live: Vec<Live>,
    pub(super) under_way: u64,
    /// How many of them wait for Telegram.
    pub(super) waiting: u64,
    pub(super) started: u64,
    pub(super) scanned: u64,
    pub(super) linked: u64,
    /// Which part of those that were started was scanned: "88.7 %".
    pub(super) scanned_part: String,
    /// Which part of those that were scanned was linked.
    pub(super) linked_part: String,
    /// How those ended that were not linked: "3 expired, 1 cancelled".
    pub(super) not_scanned: String,
    pub(super) failed: u64,
    /// Why they failed, the most frequent first: "2 flood, 1 banned".
    pub(super) failures: String,
    pub(super) chart: FunnelChart,
    pub(super) hours: Vec<Hours>,
    pub(super) accounts: u64,
    pub(super) alive: u64,
    /// Which part of them that is.
    pub(super) alive_part: String,
    pub(super) ill: Vec<Ill>,
}

impl Figures {
    /// Those of the tenants that the operator looks after.
    pub(super) async fn of(who: &SignedIn) -> Result<Self, PageError> {
        let (lists, tenants) = (who.lists(), who.tenants());
        let now = who.app.ports.clock.now();
        // Whole stretches, the one that goes on among them.
        let until = end_of_stretch(now);
        let since = until - DAY;
        let figures = &lists.figures;
        let (live, funnel, endings, health) = futures::try_join!(
            figures.live_logins(&tenants),
            figures.funnel(&tenants, since, until, STRETCH),
            figures.endings(&tenants, since, until),
            figures.health(&tenants, now - DAY),
        )?;
        Ok(Self::from(&live, &funnel, &endings, &health, now))
    }

    fn from(
        live: &[LiveFigure],
        funnel: &[FunnelBucket],
        endings: &[EndingFigure],
        health: &[HealthFigure],
        now: Timestamp,
    ) -> Self {
        let sum = |of: fn(&FunnelBucket) -> u64| funnel.iter().map(of).sum();
        let failed = endings.iter().filter(|it| it.failure.is_some());
        let (started, scanned, linked) = (
            sum(|it| it.started),
            sum(|it| it.scanned),
            sum(|it| it.linked),
        );
        let accounts = health.iter().map(|it| it.accounts).sum();
        let alive = health.iter().filter(|it| it.health == "alive");
        let alive = alive.map(|it| it.accounts).sum();
        Self {
            scanned_part: share(scanned, started),
            linked_part: share(linked, scanned),
            alive_part: share(alive, accounts),
            live: LIVE.map(|it| live_of(it, live)).into(),
            under_way: live.iter().map(|it| it.logins).sum(),
            waiting: live
                .iter()
                .filter(|it| it.is_waiting)
                .map(|it| it.logins)
                .sum(),
            started,
            scanned,
            linked,
            not_scanned: counted(
                endings,
                &[Status::Expired, Status::Cancelled, Status::Superseded],
            ),
            failed: failed.clone().map(|it| it.logins).sum(),
            failures: words(
                failed.map(|it| (it.logins, it.failure.as_deref().unwrap_or_default())),
            ),
            chart: FunnelChart::of(funnel, now),
            hours: hours(funnel, now),
            accounts,
            alive,
            ill: ill(health),
        }
    }
}

/// A part of a whole: "88.7 %"; nothing of nothing.
fn share(part: u64, whole: u64) -> String {
    match part.saturating_mul(1_000).checked_div(whole) {
        Some(thousandths) => format!("{}.{} %", thousandths / 10, thousandths % 10),
        None => String::new(),
    }
}

/// When the stretch ends that goes on now.
fn end_of_stretch(now: Timestamp) -> Timestamp {
    let length = STRETCH.num_seconds();
    let end = (now.timestamp().div_euclid(length) + 1) * length;
    DateTime::from_timestamp(end, 0).unwrap_or(now)
}

fn live_of(
    (status, title, icon): (Status, &'static str, &'static str),
    live: &[LiveFigure],
) -> Live {
    let like_this = live.iter().filter(|it| it.status == status.as_str());
    Live {
        name: status.as_str(),
        title,
        icon,
        logins: like_this.map(|it| it.logins).sum(),
    }
}

/// How many ended like each of these: "3 expired, 1 cancelled".
fn counted(endings: &[EndingFigure], statuses: &[Status]) -> String {
    words(statuses.iter().map(|status| {
        let like_this = endings.iter().filter(|it| it.status == status.as_str());
        (like_this.map(|it| it.logins).sum(), status.as_str())
    }))
}

/// Counts in words, the largest first: "3 expired, 1 cancelled".
fn words<'a>(counts: impl Iterator<Item = (u64, &'a str)>) -> String {
    let mut counts: Vec<_> = counts.filter(|(count, _)| *count > 0).collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let words = counts
        .iter()
        .map(|(count, name)| format!("{count} {}", name.replace('_', " ")));
    words.collect::<Vec<_>>().join(", ")
}

fn hours(funnel: &[FunnelBucket], now: Timestamp) -> Vec<Hours> {
    let rows = funnel.chunks(A_ROW).filter_map(|row| {
        let (first, last) = (row.first()?, row.last()?);
        Some(Hours {
            from: Moment::of(first.from, now),
            until: Moment::of(last.from + STRETCH, now),
            started: row.iter().map(|it| it.started).sum(),
            scanned: row.iter().map(|it| it.scanned).sum(),
            linked: row.iter().map(|it| it.linked).sum(),
        })
    });
    rows.collect()
}

/// What does not work, the most frequent first.
fn ill(health: &[HealthFigure]) -> Vec<Ill> {
    let mut ill: Vec<_> = health.iter().filter(|it| it.health != "alive").collect();
    ill.sort_by_key(|it| std::cmp::Reverse(it.accounts));
    let most = ill.first().map_or(0, |it| it.accounts);
    let rows = ill.into_iter().map(|it| {
        // A session that its owner ended is over, not red.
        let (title, class, icon) = match (it.health.as_str(), it.cause.as_deref()) {
            ("frozen", _) => ("Frozen by Telegram", "cold", "frost"),
            ("dead", Some("revoked")) => ("Ended by its owner", "off", "dash"),
            ("dead", Some("banned")) => ("Banned by Telegram", "off", "dash"),
            ("dead", Some("deleted")) => ("Account deleted", "off", "dash"),
            ("dead", Some("duplicated")) => ("Used elsewhere too", "warn", "warn"),
            ("dead", Some("expired")) => ("Forgotten by Telegram", "off", "dash"),
            ("dead", Some("unreadable")) => ("Cannot be read", "bad", "bad"),
            (other, cause) => (cause.unwrap_or(other), "off", "dash"),
        };
        Ill {
            title: title.to_owned(),
            class,
            icon,
            accounts: it.accounts,
            newly: it.newly,
            part: (it.accounts * 100).checked_div(most).unwrap_or_default(),
        }
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_part_of_nothing_is_not_told() {
        assert_eq!(share(3_471, 3_912), "88.7 %");
        assert_eq!(share(3, 3), "100.0 %");
        assert_eq!(share(0, 0), "");
    }

    #[test]
    fn the_stretch_that_goes_on_is_among_them() {
        assert_eq!(end_of_stretch(at(0)), at(1_800));
        assert_eq!(end_of_stretch(at(1_799)), at(1_800));
        assert_eq!(end_of_stretch(at(1_800)), at(3_600));
    }

    #[test]
    fn counts_are_told_the_largest_first_and_nothing_of_none() {
        let counts = [(1, "cancelled"), (0, "superseded"), (3, "login_budget")];
        assert_eq!(words(counts.into_iter()), "3 login budget, 1 cancelled");
        assert_eq!(words([].into_iter()), "");
    }

    #[test]
    fn what_a_newer_program_knows_is_counted_too() {
        let figure = |health: &str, cause: Option<&str>, accounts| HealthFigure {
            health: health.to_owned(),
            cause: cause.map(str::to_owned),
            accounts,
            newly: 0,
        };
        let health = [
            figure("alive", None, 90),
            figure("dead", Some("revoked"), 2),
            figure("dead", Some("of boredom"), 8),
        ];
        let figures = Figures::from(&[], &[], &[], &health, at(0));
        assert_eq!((figures.accounts, figures.alive), (100, 90));
        let told: Vec<_> = figures
            .ill
            .iter()
            .map(|it| (it.title.as_str(), it.part))
            .collect();
        assert_eq!(told, [("of boredom", 100), ("Ended by its owner", 25)]);
    }
}
