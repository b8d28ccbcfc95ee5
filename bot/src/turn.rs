//! Polling in turn: Telegram lets one poll at a time with a token.

use std::sync::Arc;
use std::time::Duration;

use sesame_domain::heartbeat::Heartbeat;
use sesame_domain::held_lease::{HeldLease, Renewal};
use sesame_domain::ids::NodeId;
use sesame_domain::ports::{LeaseKey, Leases};
use sesame_domain::reason::Reason;
use sesame_domain::time::{Clock, MonotonicTime};
use tokio::time::Instant;
use tracing::{debug, info};

/// A holder that died lets the next one wait for so long.
const TTL: Duration = Heartbeat::TTL;
/// How often the turn is asked for, and kept.
const EVERY: Duration = Heartbeat::EVERY;
/// For so long after it was asked in vain, no one else can have been given it.
const OUT_OF_REACH: Duration = Duration::from_secs(2);

/// The turn to poll with a token: one node has it.
pub(crate) struct Turn {
    leases: Arc<dyn Leases>,
    clock: Arc<dyn Clock>,
    node: NodeId,
    key: LeaseKey,
    held: Option<Held>,
}

struct Held {
    lease: HeldLease,
    next_beat: Instant,
    /// When it was last asked in vain whether it is still ours. Then no one can
    /// be given it either: who polls goes on, so that the bot answers while
    /// Redis is away.
    in_vain: Option<MonotonicTime>,
}

impl Turn {
    /// The turn of this bot ([`LeaseKey::polling`]), which another node may have.
    pub(crate) fn new(
        leases: Arc<dyn Leases>,
        clock: Arc<dyn Clock>,
        node: NodeId,
        key: LeaseKey,
    ) -> Self {
        Self {
            leases,
            clock,
            node,
            key,
            held: None,
        }
    }

    /// Whether it is this node's.
    pub(crate) fn is_ours(&self) -> bool {
        let now = self.clock.monotonic();
        self.held.as_ref().is_some_and(|held| {
            let out_of_reach = |asked: MonotonicTime| now < asked + OUT_OF_REACH;
            held.lease.is_sure() || held.in_vain.is_some_and(out_of_reach)
        })
    }

    /// Asks for it once; waits a moment if another node has it.
    pub(crate) async fn wait(&mut self) {
        self.give_back().await;
        let key = self.key.clone();
        match HeldLease::take(&self.leases, &self.clock, key, &self.node, TTL).await {
            Ok(Some(lease)) => {
                info!("this node polls");
                self.held = Some(Held {
                    lease,
                    next_beat: Instant::now() + EVERY,
                    in_vain: None,
                });
                return;
            }
            Ok(None) => {}
            Err(error) => {
                debug!(error = %Reason::of(&error), "whose turn it is to poll cannot be told");
            }
        }
        tokio::time::sleep(EVERY).await;
    }

    /// Does something as long as it is this node's turn; `None`: it is not any
    /// more, and what was done is dropped.
    pub(crate) async fn while_ours<F: Future>(&mut self, work: F) -> Option<F::Output> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                () = self.keep() => {}
                done = &mut work => if self.is_ours() {
                    return Some(done);
                },
            }
            if !self.is_ours() {
                info!("another node polls");
                return None;
            }
        }
    }

    /// Keeps it when that is due; ends early when it is lost. One that Redis
    /// forgot is restored: no one else can have been given it so soon.
    async fn keep(&mut self) {
        let Some(held) = &self.held else { return };
        // Paused for as long, it may be another's: that is not waited for.
        if !self.is_ours() {
            return;
        }
        tokio::time::sleep_until(held.next_beat).await;
        let is_ours = self.is_ours();
        let Some(held) = &mut self.held else { return };
        let renewed = held.lease.renew_knowing(is_ours).await;
        held.next_beat = Instant::now() + EVERY;
        match renewed {
            Ok(Renewal::Kept | Renewal::Restored) => held.in_vain = None,
            Ok(Renewal::Lost) => self.held = None,
            Err(error) => {
                debug!(error = %Reason::of(&error), "whose turn it is to poll cannot be told");
                held.in_vain = Some(self.clock.monotonic());
            }
        }
    }

    /// Another node may poll at once.
    pub(crate) async fn give_back(&mut self) {
        let Some(held) = self.held.take() else { return };
        if let Err(error) = held.lease.release().await {
            debug!(error = %Reason::of(&error), "a turn lapses by itself");
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use sesame_domain::random::SystemEntropy;
    use sesame_domain::time::ManualClock;
    use sesame_test_doubles::TestLeases;

    use super::*;

    fn token(token: &str) -> LeaseKey {
        LeaseKey::polling(&token.into())
    }

    fn bot() -> LeaseKey {
        token("7:a")
    }

    struct Nodes {
        leases: TestLeases,
        clock: Arc<ManualClock>,
    }

    impl Nodes {
        fn new() -> Self {
            Self {
                leases: TestLeases::default(),
                clock: Arc::new(ManualClock::new(DateTime::UNIX_EPOCH)),
            }
        }

        fn turn(&self, bot: LeaseKey) -> Turn {
            let leases = Arc::new(self.leases.clone());
            let node = NodeId::generate(&SystemEntropy);
            Turn::new(leases, self.clock.clone(), node, bot)
        }
    }

    #[tokio::test]
    async fn one_node_polls_at_a_time_for_each_bot() {
        let nodes = Nodes::new();
        let (mut one, mut two, mut other) = (
            nodes.turn(bot()),
            nodes.turn(bot()),
            nodes.turn(token("7:b")),
        );
        one.wait().await;
        two.wait().await;
        other.wait().await;
        assert!(one.is_ours() && !two.is_ours() && other.is_ours());
        one.give_back().await;
        two.wait().await;
        assert!(!one.is_ours() && two.is_ours());
    }

    #[tokio::test]
    async fn a_node_that_was_paused_asks_before_it_goes_on() {
        let nodes = Nodes::new();
        let (mut one, mut two) = (nodes.turn(bot()), nodes.turn(bot()));
        one.wait().await;
        nodes.clock.advance(TimeDelta::seconds(20));
        nodes.leases.lapse(&bot());
        two.wait().await;
        // An answer that is there is not looked at.
        assert_eq!(one.while_ours(async { "an answer" }).await, None);
        one.wait().await;
        assert!(!one.is_ours() && two.is_ours());
    }

    #[tokio::test]
    async fn a_turn_that_is_lost_ends_what_is_under_way() {
        let nodes = Nodes::new();
        let (mut one, mut two) = (nodes.turn(bot()), nodes.turn(bot()));
        one.wait().await;
        nodes.leases.lapse(&bot());
        two.wait().await;
        assert_eq!(one.while_ours(std::future::pending::<()>()).await, None);
        assert!(two.is_ours());
    }

    #[tokio::test]
    async fn a_turn_that_was_forgotten_goes_on() {
        let nodes = Nodes::new();
        let (mut one, mut two) = (nodes.turn(bot()), nodes.turn(bot()));
        one.wait().await;
        nodes.leases.lapse(&bot());
        while nodes.leases.renewals() < 1 {
            assert_eq!(one.while_ours(tokio::task::yield_now()).await, Some(()));
        }
        two.wait().await;
        assert!(one.is_ours() && !two.is_ours());
    }

    #[tokio::test]
    async fn who_polls_goes_on_while_no_one_can_be_asked() {
        let nodes = Nodes::new();
        let (mut one, mut two) = (nodes.turn(bot()), nodes.turn(bot()));
        one.wait().await;
        nodes.leases.go_away();
        let (leases, clock) = (nodes.leases.clone(), nodes.clock.clone());
        let asked = async move {
            leases.asked_in_vain(1).await;
            clock.advance(TimeDelta::seconds(1));
        };
        assert_eq!(one.while_ours(asked).await, Some(()));
        assert!(one.is_ours());
        two.wait().await;
        assert!(!two.is_ours());
        // Frozen meanwhile, it does not go on without having asked again.
        nodes.clock.advance(TimeDelta::seconds(20));
        assert!(!one.is_ours());
    }

    #[tokio::test]
    async fn a_turn_is_kept_for_as_long_as_it_is_used() {
        let nodes = Nodes::new();
        let mut one = nodes.turn(bot());
        one.wait().await;
        let leases = nodes.leases.clone();
        // Each answer comes sooner than the turn is to be kept.
        while leases.renewals() < 2 {
            assert_eq!(one.while_ours(tokio::task::yield_now()).await, Some(()));
        }
    }
}
