//! Faults that are under way, and what they struck.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sesame_domain::ids::LoginId;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::chronicle::About;
use crate::cluster::Cluster;
use crate::fault::{Fault, Part};
use crate::inflict::inflict;
use crate::phase::Phase;
use crate::plan::{NODES, Strike};

/// How often the database is asked where an attempt stands.
const LOOK: Duration = Duration::from_millis(25);
/// The same for what is over soon.
const LOOK_CLOSELY: Duration = Duration::from_millis(4);
/// How long an attempt may be without another driver before that is told.
const ADOPTION_LIMIT: Duration = Duration::from_secs(60);

/// Where only one fault is at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Node(usize),
    DatabaseLine(usize),
    RedisLine(usize),
    Dc(i32),
    Database,
    Redis,
    /// What one person is answered.
    Answers(u64),
}

/// Whom a fault is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    /// The person, by number.
    pub(crate) person: u64,
    pub(crate) login: Option<LoginId>,
    /// The node that is struck if none drives the login.
    pub(crate) node: usize,
    pub(crate) home_dc: i32,
}

/// Why a fault did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Missed {
    /// The attempt was never seen in that phase.
    NeverThere,
    /// Another fault was there.
    Busy,
}

/// What was struck.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) hits: BTreeMap<(Fault, Phase), u32>,
    pub(crate) missed: BTreeMap<(Phase, Missed), u32>,
    /// How many attempts were under way, added up over all faults.
    pub(crate) met: usize,
    /// How long it took until another process had the attempt.
    pub(crate) adoptions: BTreeMap<Fault, Vec<Duration>>,
    /// What should not have happened.
    pub(crate) failures: Vec<String>,
}

/// Faults that are under way, and what they struck.
pub(crate) struct Strikes {
    cluster: Arc<Cluster>,
    places: StdMutex<HashMap<Place, Arc<Mutex<()>>>>,
    under_way: Mutex<JoinSet<()>>,
    tally: Arc<StdMutex<Tally>>,
}

impl Strikes {
    /// None yet.
    pub(crate) fn over(cluster: &Arc<Cluster>) -> Self {
        Self {
            cluster: Arc::clone(cluster),
            places: StdMutex::default(),
            under_way: Mutex::default(),
            tally: Arc::default(),
        }
    }

    /// Waits for an attempt to come so far, and strikes it.
    pub(crate) async fn wait_and_strike(&self, strike: Strike, mark: Mark) {
        match self.await_phase(strike, mark).await {
            Some(phase) => self.strike(strike, phase, mark).await,
            None => self.miss(strike, Missed::NeverThere, mark),
        }
    }

    async fn await_phase(&self, strike: Strike, mark: Mark) -> Option<Phase> {
        let id = mark.login?;
        loop {
            let look = match self.cluster.login(id).await {
                Some(login) => match Phase::of(&login)? {
                    phase if phase == strike.phase => break,
                    Phase::CleanUp => return None,
                    Phase::Verifying => LOOK_CLOSELY,
                    _ => LOOK,
                },
                None => LOOK,
            };
            sleep(look).await;
        }
        if strike.after.is_zero() {
            return Some(strike.phase);
        }
        sleep(strike.after).await;
        Phase::of(&self.cluster.login(id).await?)
    }

    /// Strikes now, in whichever phase that is.
    pub(crate) async fn strike(&self, strike: Strike, phase: Phase, mark: Mark) {
        let drivers = self.cluster.drivers().await.unwrap_or_default();
        let name = mark.login.and_then(|id| drivers.get(&id)?.as_ref());
        let by_name = |name: &String| self.cluster.processes.named(name);
        let node = name.and_then(by_name).unwrap_or(mark.node);
        let dc = if phase >= Phase::Migrating {
            mark.home_dc
        } else {
            1
        };
        let Some(guard) = self.seize(strike.fault, mark, node, dc) else {
            return self.miss(strike, Missed::Busy, mark);
        };
        let text = format!(
            "struck in {phase}: {}, node {node}, DC {dc}, {:.1} s",
            strike.fault,
            strike.lasts.as_secs_f64()
        );
        let chronicle = &self.cluster.chronicle;
        chronicle.note(About::Person(mark.person), text);
        let text = format!("{} on node {node}, DC {dc}", strike.fault);
        chronicle.note(About::Everyone, text);
        {
            let mut tally = self.tally();
            *tally.hits.entry((strike.fault, phase)).or_default() += 1;
            tally.met += drivers.len();
        }

        let cluster = Arc::clone(&self.cluster);
        let name = strike.fault;
        self.spawn(async move {
            let _guard = guard;
            let inflicted = inflict(&cluster, strike, phase, node, dc).await;
            let text = format!("{name} on node {node}, DC {dc}: over");
            cluster.chronicle.note(About::Everyone, text);
            inflicted.with_context(|| name.to_string())
        })
        .await;
        let is_gone = matches!(
            strike.fault,
            Fault::NodeKilled | Fault::NodeStopped | Fault::NodeFrozenLong
        );
        if is_gone {
            let theirs = drivers.into_iter().filter_map(|(id, name)| {
                let name = name?;
                (self.cluster.processes.named(&name) == Some(node)).then_some((id, name))
            });
            self.await_adoptions(strike.fault, theirs.collect()).await;
        }
    }

    /// Measures how long it takes until other processes have the attempts whose
    /// driver is gone.
    async fn await_adoptions(&self, fault: Fault, mut left: HashMap<LoginId, String>) {
        let (cluster, tally) = (Arc::clone(&self.cluster), Arc::clone(&self.tally));
        let began = Instant::now();
        self.spawn(async move {
            while !left.is_empty() {
                ensure!(
                    began.elapsed() < ADOPTION_LIMIT,
                    "no one else has {left:?} after {ADOPTION_LIMIT:?}"
                );
                sleep(LOOK).await;
                let Some(drivers) = cluster.drivers().await else {
                    continue;
                };
                left.retain(|id, before| match drivers.get(id) {
                    Some(Some(name)) if name != before => {
                        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                        tally
                            .adoptions
                            .entry(fault)
                            .or_default()
                            .push(began.elapsed());
                        false
                    }
                    Some(_) => true,
                    // Whoever ended it had it.
                    None => false,
                });
            }
            Ok(())
        })
        .await;
    }

    /// Waits until every fault is over.
    pub(crate) async fn are_over(&self) {
        let mut under_way = self.under_way.lock().await;
        while under_way.join_next().await.is_some() {}
    }

    /// What was struck so far.
    pub(crate) fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many faults there were.
    pub(crate) fn count(&self) -> u32 {
        self.tally().hits.values().sum()
    }

    /// Starts nodes that ended by themselves, as whoever supervises a service
    /// would, for as long as this is polled.
    pub(crate) async fn supervise(&self) {
        loop {
            for node in &self.cluster.nodes {
                let place = self.place(Place::Node(node.number));
                let Ok(_guard) = place.try_lock() else {
                    continue;
                };
                if let Some(status) = node.fell_over().await {
                    let text = format!("node {} ended by itself: {status}", node.number);
                    self.cluster.chronicle.note(About::Everyone, &text);
                    self.tally().failures.push(text);
                    if let Err(error) = node.start(&self.cluster.chronicle).await {
                        self.tally().failures.push(format!("{error:#}"));
                    }
                }
            }
            sleep(Duration::from_millis(300)).await;
        }
    }

    fn miss(&self, strike: Strike, why: Missed, mark: Mark) {
        let text = format!("missed in {}: {}, {why:?}", strike.phase, strike.fault);
        let about = About::Person(mark.person);
        self.cluster.chronicle.note(about, text);
        *self.tally().missed.entry((strike.phase, why)).or_default() += 1;
    }

    async fn spawn(&self, what: impl Future<Output = Result<()>> + 'static) {
        let tally = Arc::clone(&self.tally);
        let mut under_way = self.under_way.lock().await;
        while under_way.try_join_next().is_some() {}
        under_way.spawn_local(async move {
            if let Err(error) = what.await {
                let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                tally.failures.push(format!("{error:#}"));
            }
        });
    }

    /// Keeps other faults away from where this one strikes; `None`: one is
    /// there.
    fn seize(
        &self,
        fault: Fault,
        mark: Mark,
        node: usize,
        dc: i32,
    ) -> Option<Vec<OwnedMutexGuard<()>>> {
        let places = match fault.row().part {
            Part::Node => vec![Place::Node(node)],
            Part::Nodes => (0..NODES).map(Place::Node).collect(),
            Part::DatabaseLine => vec![Place::DatabaseLine(node)],
            Part::RedisLine => vec![Place::RedisLine(node)],
            Part::Database => vec![Place::Database],
            Part::Redis => vec![Place::Redis],
            Part::DataCentre => vec![Place::Dc(dc)],
            Part::Telegram => vec![Place::Answers(mark.person)],
        };
        let places = places.into_iter();
        let seized = places.map(|place| self.place(place).try_lock_owned().ok());
        seized.collect()
    }

    fn place(&self, place: Place) -> Arc<Mutex<()>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry(place).or_default())
    }
}
