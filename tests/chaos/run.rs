//! A run: people come, faults strike, and in the end all must be well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::Mutex;
use tokio::task::LocalSet;

use crate::cluster::Cluster;
use crate::person::{Outcome, play};
use crate::plan::{PersonPlan, Plan};
use crate::report;
use crate::strikes::Strikes;
use crate::verdict::{Verdict, judge};

/// After how many people is told how far a run is.
const TELL_EVERY: u64 = 50;

/// How much there is of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// How many people come at least.
    pub(crate) people: u64,
    /// How many faults strike at least; people come until then.
    pub(crate) faults: u32,
    /// After how long no one comes any more, even so.
    pub(crate) at_most: Duration,
    /// How many people are there at once.
    pub(crate) at_once: usize,
    /// Whether everyone's story is told, not only that of whom something happened to.
    pub(crate) stories: bool,
}

/// Runs a plan.
pub(crate) async fn run(plan: Plan, size: Size) {
    LocalSet::new()
        .run_until(Box::pin(run_here(plan, size)))
        .await;
}

async fn run_here(mut plan: Plan, size: Size) {
    println!(
        "SESAME_TEST_SEED={} replays this run: {plan:?}, {size:?}",
        plan.seed
    );
    let cluster = Arc::new(Cluster::start(plan.stores).await.unwrap());
    plan.disk = cluster.disk.is_some();
    let strikes = Arc::new(Strikes::over(&cluster));
    let people = tokio::select! {
        people = everyone(&cluster, &strikes, plan, size) => people.unwrap(),
        () = strikes.supervise() => unreachable!("it goes on"),
    };
    tokio::select! {
        () = strikes.are_over() => {}
        () = strikes.supervise() => {}
    }
    let over = cluster.chronicle.elapsed();
    let looking = Instant::now();
    let mut verdict = Verdict::default();
    if let Err(error) = judge(&cluster, &people, &mut verdict).await {
        verdict
            .wrong
            .push(format!("not all was looked at: {error:#}"));
    }
    let tally = std::mem::take(&mut *strikes.tally());
    verdict.wrong.extend(tally.failures.iter().cloned());
    for (_, outcome) in &people {
        for failure in &outcome.failures {
            verdict.persons.insert(outcome.number);
            let text = format!("person {}: {failure}", outcome.number);
            verdict.wrong.push(text);
        }
    }

    println!("{}", report::hits(&tally));
    println!("{}", report::endings(&people));
    println!("{}", report::adoptions(&tally));
    println!(
        "{} people, {:.0} s and {:.0} s of looking; {}",
        people.len(),
        over.as_secs_f64(),
        looking.elapsed().as_secs_f64(),
        verdict.figures.join("; ")
    );
    if size.stories {
        verdict
            .persons
            .extend(people.iter().map(|(plan, _)| plan.number));
    }
    let mut stories: Vec<_> = verdict.persons.iter().copied().collect();
    stories.sort_unstable();
    for person in stories {
        println!("{}", cluster.chronicle.story(person));
    }
    for moment in &verdict.moments {
        println!("{}", cluster.chronicle.around(*moment));
    }
    if verdict.wrong.is_empty() {
        return;
    }
    let logs = cluster.keep_logs();
    panic!(
        "seed {}, logs in {}:\n{}",
        plan.seed,
        logs.display(),
        verdict.wrong.join("\n")
    );
}

/// People come one after another, so many at once.
async fn everyone(
    cluster: &Arc<Cluster>,
    strikes: &Arc<Strikes>,
    plan: Plan,
    size: Size,
) -> Result<Vec<(PersonPlan, Outcome)>> {
    let next = AtomicU64::new(0);
    let outcomes = Mutex::new(Vec::new());
    let one_after_another = async || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let enough = number >= size.people && strikes.count() >= size.faults;
            // Faults that find nothing to strike must end, too.
            let too_many = number >= size.people.max(3 * u64::from(size.faults));
            let too_late = cluster.chronicle.elapsed() > size.at_most;
            if enough || too_many || too_late {
                return anyhow::Ok(());
            }
            let person = plan.person(number);
            if number > 0 && number.is_multiple_of(TELL_EVERY) {
                let so_far = cluster.chronicle.elapsed().as_secs();
                println!("{so_far} s: {number} people, {} faults", strikes.count());
            }
            let outcome = play(cluster, strikes, &person).await?;
            outcomes.lock().await.push((person, outcome));
        }
    };
    let all = (0..size.at_once).map(|_| one_after_another());
    futures::future::try_join_all(all).await?;
    let mut people = outcomes.into_inner();
    people.sort_by_key(|(person, _)| person.number);
    Ok(people)
}
