//! The chart of how far logins got: a drawing that the server makes.

use std::fmt::Write as _;

use sesame_domain::ports::listing::FunnelBucket;
use sesame_domain::time::Timestamp;

use super::moment::Moment;

/// The size of the drawing.
const WIDTH: u64 = 480;
const HEIGHT: u64 = 120;

/// How many hours are named below it.
const NAMED: usize = 4;

/// The chart, as paths.
pub(super) struct FunnelChart {
    pub(super) started: String,
    pub(super) scanned: String,
    pub(super) linked: String,
    /// What the lines across it stand for, from the top.
    pub(super) scale: [u64; 4],
    /// Moments below it.
    pub(super) hours: Vec<Moment>,
    /// The least and the most that were started in one stretch.
    pub(super) least: u64,
    pub(super) most: u64,
}

impl FunnelChart {
    /// The chart of these stretches.
    pub(super) fn of(funnel: &[FunnelBucket], now: Timestamp) -> Self {
        let of = |figure: fn(&FunnelBucket) -> u64| funnel.iter().map(figure).collect::<Vec<_>>();
        let started = of(|it| it.started);
        let most = started.iter().copied().max().unwrap_or_default();
        let top = top(most);
        let step = funnel.len().div_ceil(NAMED).max(1);
        let hours = funnel.iter().step_by(step);
        Self {
            least: started.iter().copied().min().unwrap_or_default(),
            most,
            scale: [top, top / 3 * 2, top / 3, 0],
            hours: hours.map(|it| Moment::of(it.from, now)).collect(),
            scanned: closed(&outline(&of(|it| it.scanned), top)),
            linked: closed(&outline(&of(|it| it.linked), top)),
            started: outline(&started, top),
        }
    }
}

/// The top of the scale: a number that three parts of are whole, and read well.
fn top(most: u64) -> u64 {
    let mut unit = 1;
    loop {
        for times in [3, 6, 9, 15, 18] {
            if unit * times >= most {
                return unit * times;
            }
        }
        unit *= 10;
    }
}

/// Steps from the left to the right.
fn outline(values: &[u64], top: u64) -> String {
    let mut path = String::new();
    let count = values.len() as u64;
    for (nth, value) in (0_u64..).zip(values) {
        let x = nth * WIDTH / count;
        let y = HEIGHT - value.min(&top) * HEIGHT / top;
        let move_or_line = if nth == 0 { "M0 " } else { "V" };
        // A text takes whatever is written to it.
        let _ = write!(path, "{move_or_line}{y}");
        let _ = write!(
            path,
            "H{}",
            if nth + 1 == count {
                WIDTH
            } else {
                x + WIDTH / count
            }
        );
    }
    path
}

/// The same, as something to be filled.
fn closed(outline: &str) -> String {
    if outline.is_empty() {
        return String::new();
    }
    format!("{outline}V{HEIGHT}H0z")
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn a_scale_has_room_for_the_most_and_whole_parts() {
        for (most, expected) in [(0, 3), (3, 3), (4, 6), (17, 18), (19, 30), (176, 180)] {
            assert_eq!(top(most), expected, "{most}");
            assert_eq!(top(most) % 3, 0);
        }
    }

    #[test]
    fn stretches_are_steps() {
        let start = DateTime::from_timestamp(0, 0).unwrap();
        let buckets: Vec<_> = [(6, 3, 0), (0, 0, 0)]
            .into_iter()
            .zip(0..)
            .map(|((started, scanned, linked), nth)| FunnelBucket {
                from: start + TimeDelta::minutes(30 * nth),
                started,
                scanned,
                linked,
            })
            .collect();
        let chart = FunnelChart::of(&buckets, start);
        assert_eq!(chart.scale, [6, 4, 2, 0]);
        assert_eq!(chart.started, "M0 0H240V120H480");
        assert_eq!(chart.scanned, "M0 60H240V120H480V120H0z");
        assert_eq!((chart.least, chart.most), (0, 6));
        assert_eq!(FunnelChart::of(&[], start).started, "");
    }
}
