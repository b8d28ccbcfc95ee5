//! Nodes that are replaced while people link accounts.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::ids::LoginId;
use sesame_domain::login::Policy;
use sesame_domain::login_budget::LoginBudget;
use sesame_domain::ports::{AccountService, LoginService};
use sesame_sandbox::world::Person;
use sesame_sessions::SessionsSettings;
use tokio::sync::watch;

use crate::Counts;
use crate::attempt;
use crate::fixture::{Fixture, Node};
use crate::left;
use crate::listeners::CountedListeners;

/// How many nodes there are.
const NODES: usize = 2;
/// After how many attempts one of them is replaced.
const REPLACE_EVERY: u64 = 40;
/// How long a code can be scanned: clean-ups wait for that.
const TOKEN_LIFE: Duration = Duration::from_secs(5);
/// How long a login lives; a code is shown for ten seconds less.
const LOGIN_LIFE: TimeDelta = TimeDelta::seconds(25);

/// Someone who links accounts.
pub(crate) struct Guest {
    pub(crate) number: usize,
    pub(crate) plain: Person,
    pub(crate) with_password: Person,
    /// Someone else, who scans what they should not.
    pub(crate) stranger: Person,
}

/// A node's services.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) logins: Arc<dyn LoginService>,
    pub(crate) accounts: Arc<dyn AccountService>,
}

/// Nodes, and people.
pub(crate) struct Cluster {
    pub(crate) fixture: Fixture,
    pub(crate) seed: u64,
    /// How many listen for wake-ups.
    pub(crate) listeners: Arc<AtomicUsize>,
    /// Logins that were begun.
    pub(crate) begun: Mutex<Vec<LoginId>>,
    people: Vec<Guest>,
    nodes: Mutex<VecDeque<Node>>,
    turn: AtomicUsize,
    done: watch::Sender<u64>,
}

/// What everyone knows the passwords to be.
pub(crate) const PASSWORD: &str = "correct horse";

impl Cluster {
    /// So many people, and no node yet.
    pub(crate) async fn new(seed: u64, people: usize) -> Self {
        let fixture = Fixture::with_token_life(TOKEN_LIFE).await;
        let guest = |number: usize| {
            let home = if number.is_multiple_of(3) { 2 } else { 1 };
            let with_password = fixture.person(home);
            fixture.set_password(&with_password, PASSWORD);
            Guest {
                number,
                plain: fixture.person(home),
                with_password,
                stranger: fixture.person(3 - home),
            }
        };
        Self {
            people: (0..people).map(guest).collect(),
            fixture,
            seed,
            listeners: Arc::default(),
            begun: Mutex::default(),
            nodes: Mutex::default(),
            turn: AtomicUsize::new(0),
            done: watch::Sender::default(),
        }
    }

    /// Makes the attempts with these numbers on nodes of their own; how they
    /// ended. Then nothing is left of them.
    pub(crate) async fn round(&self, numbers: Range<u64>) -> Counts {
        for _ in 0..NODES {
            self.add_node();
        }
        let next = AtomicU64::new(numbers.start);
        let ends = Mutex::new(Counts::new());
        let all = self.people.iter().map(async |guest| {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= numbers.end {
                    return;
                }
                let end = Box::pin(attempt::make(self, guest, number)).await;
                *lock(&ends).entry(end).or_default() += 1;
                self.done.send_modify(|done| *done += 1);
            }
        });
        tokio::select! {
            _ = futures::future::join_all(all) => {}
            () = self.replace_nodes() => unreachable!("it goes on"),
        }
        left::nothing_is_under_way(self).await;
        let listeners = self.listeners.load(Ordering::Relaxed);
        assert!(listeners >= NODES, "each node listens to what leaves");
        while let Some(node) = self.oldest_node() {
            node.sessions.shutdown().await;
        }
        left::nothing_is_left(self).await;
        ends.into_inner().unwrap()
    }

    /// The services of one node or another.
    pub(crate) fn services(&self) -> Services {
        let nodes = lock(&self.nodes);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let node = &nodes[turn % nodes.len()];
        Services {
            logins: Arc::clone(&node.logins),
            accounts: Arc::clone(&node.accounts),
        }
    }

    fn add_node(&self) {
        let node = self.fixture.node_as(self.settings(), |ports| {
            let counted = CountedListeners::over(ports.signals.clone(), &self.listeners);
            ports.signals = Arc::new(counted);
        });
        lock(&self.nodes).push_back(node);
    }

    fn settings(&self) -> SessionsSettings {
        let mut settings = self.fixture.settings();
        settings.policy = Policy::new(LOGIN_LIFE);
        settings.budget = LoginBudget {
            logins: u32::MAX,
            scans: u32::MAX,
        };
        settings
    }

    fn oldest_node(&self) -> Option<Node> {
        lock(&self.nodes).pop_front()
    }

    /// Replaces one node after the other: one stops, the next one dies.
    async fn replace_nodes(&self) {
        let mut done = self.done.subscribe();
        for replaced in 1_u64.. {
            let enough = *done.borrow() + REPLACE_EVERY;
            // It never ends while this is there.
            let _ = done.wait_for(|done| *done >= enough).await;
            self.add_node();
            let Some(node) = self.oldest_node() else {
                continue;
            };
            if replaced.is_multiple_of(2) {
                drop(node);
            } else {
                node.sessions.shutdown().await;
            }
        }
    }
}

/// What is behind a lock.
pub(crate) fn lock<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
