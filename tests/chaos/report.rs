//! What a run prints.

use std::collections::BTreeMap;
use std::time::Duration;

use comfy_table::Table;

use crate::fault::Fault;
use crate::person::Outcome;
use crate::phase::Phase;
use crate::plan::{Aim, PersonPlan};
use crate::strikes::Tally;

/// How often each fault struck in each phase; a phase that was never hit is
/// told below it.
pub(crate) fn hits(tally: &Tally) -> String {
    let mut table = Table::new();
    let names = Phase::ALL.map(Phase::name);
    table.set_header(["fault"].into_iter().chain(names).chain(["all"]));
    let mut faults: Vec<_> = tally.hits.keys().map(|(fault, _)| *fault).collect();
    faults.dedup();
    let hit = |fault: Fault, phase| tally.hits.get(&(fault, phase)).copied().unwrap_or(0);
    let shown = |count: u32| match count {
        0 => "·".to_owned(),
        count => count.to_string(),
    };
    for fault in &faults {
        let counts = Phase::ALL.map(|phase| hit(*fault, phase));
        let mut row = vec![fault.to_string()];
        row.extend(counts.map(shown));
        row.push(counts.iter().sum::<u32>().to_string());
        table.add_row(row);
    }
    let of_phase = |phase| faults.iter().map(|fault| hit(*fault, phase)).sum::<u32>();
    let mut row = vec!["all".to_owned()];
    row.extend(Phase::ALL.map(|phase| of_phase(phase).to_string()));
    row.push(tally.hits.values().sum::<u32>().to_string());
    table.add_row(row);
    let never: Vec<_> = Phase::ALL
        .into_iter()
        .filter(|phase| of_phase(*phase) == 0)
        .map(Phase::name)
        .collect();
    let never = match &never[..] {
        [] => "every state was hit".to_owned(),
        never => format!("never hit: {}", never.join(", ")),
    };
    let missed: Vec<_> = tally
        .missed
        .iter()
        .map(|((phase, why), count)| format!("{phase} {why:?} {count}"))
        .collect();
    let faults: u32 = tally.hits.values().sum();
    let met = f64::from(u32::try_from(tally.met).unwrap_or(0)) / f64::from(faults.max(1));
    format!(
        "{table}\n{never}; missed: {}; {met:.1} attempts were under way when a fault struck",
        missed.join(", ")
    )
}

/// How attempts ended, by what the person had in mind.
pub(crate) fn endings(people: &[(PersonPlan, Outcome)]) -> String {
    let mut counts = BTreeMap::<(String, &str), Vec<Duration>>::new();
    for ended in people.iter().flat_map(|(_, outcome)| &outcome.attempts) {
        let aim = match ended.aim {
            Aim::Cancel(_) => "cancel".to_owned(),
            aim => format!("{aim:?}"),
        };
        let took = counts.entry((aim, &ended.how)).or_default();
        took.push(ended.took);
    }
    let mut table = Table::new();
    table.set_header(["aim", "ended", "attempts", "median", "longest"]);
    for ((aim, how), took) in counts {
        let (median, longest) = spread(took.clone());
        table.add_row([aim, how.to_owned(), took.len().to_string(), median, longest]);
    }
    table.to_string()
}

/// How long it took until another process had an attempt.
pub(crate) fn adoptions(tally: &Tally) -> String {
    let mut table = Table::new();
    table.set_header(["after", "adoptions", "median", "longest"]);
    for (fault, took) in &tally.adoptions {
        let (median, longest) = spread(took.clone());
        table.add_row([fault.to_string(), took.len().to_string(), median, longest]);
    }
    table.to_string()
}

fn spread(mut took: Vec<Duration>) -> (String, String) {
    took.sort();
    let median = took.get(took.len() / 2).copied().unwrap_or_default();
    let longest = took.last().copied().unwrap_or_default();
    let shown = |it: Duration| format!("{:.1} s", it.as_secs_f64());
    (shown(median), shown(longest))
}
