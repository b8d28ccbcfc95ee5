//! Updates that are fetched.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use sesame_domain::backoff::Backoff;
use sesame_domain::panic::caught;
use sesame_domain::time::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::failure::UpdateFailure;
use super::health::UpdateHealth;
use super::heartbeat::Heartbeat;
use super::raw::update_id;
use super::registration::Registration;
use super::source::{UPDATES, UpdateSource};
use crate::context::BotContext;
use crate::dispatcher::{Dispatcher, Incoming};
use crate::telegram::{ApiFault, HOLD};
use crate::turn::Turn;

/// The waits after failures.
const WAITS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
/// The wait after a conflict, which asking more seldom does not settle.
const AFTER_CONFLICT: Duration = Duration::from_secs(2);
/// For so long after a conflict another one shows that there is someone else.
/// One alone is what a restart leaves behind.
const SUSPICIOUS: TimeDelta = TimeDelta::minutes(1);

/// Up to where updates were taken in: it outlasts who fetches them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offset(Arc<AtomicI32>);

impl Offset {
    fn get(&self) -> i32 {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, offset: i32) {
        self.0.store(offset, Ordering::Relaxed);
    }
}

/// Fetches updates.
pub(crate) struct Polling {
    context: Arc<BotContext>,
    dispatcher: Dispatcher,
    health: UpdateHealth,
    heartbeat: Heartbeat,
    turn: Turn,
    registration: Registration,
    offset: Offset,
    failed: u32,
    conflict_at: Option<Timestamp>,
}

impl Polling {
    /// Asks the Bot API for updates from there on, when it is this node's turn.
    pub(crate) fn new(
        context: Arc<BotContext>,
        turn: Turn,
        dispatcher: Dispatcher,
        health: UpdateHealth,
        heartbeat: Heartbeat,
        offset: Offset,
    ) -> Self {
        Self {
            context,
            dispatcher,
            health,
            heartbeat,
            turn,
            registration: Registration::new(UpdateSource::Polling),
            offset,
            failed: 0,
            conflict_at: None,
        }
    }

    /// Fetches until it is stopped.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        loop {
            self.heartbeat.beat(self.context.ports.clock.now());
            if !self.turn.is_ours() {
                // Whoever has it gets the updates.
                self.health.works();
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return,
                    () = self.turn.wait() => continue,
                }
            }
            let telegram = self.context.telegram.clone();
            // After a failure it is good to know soon that it is over.
            let hold = if self.failed == 0 {
                HOLD
            } else {
                Duration::ZERO
            };
            let asked = telegram.fetch(self.offset.get(), hold, UPDATES.to_vec());
            let answer = tokio::select! {
                biased;
                () = stop.cancelled() => return self.hand_over().await,
                answer = self.turn.while_ours(asked) => answer,
            };
            let wait = match answer {
                // What is on its way goes to whose turn it is.
                None => continue,
                Some(Ok(raw)) => {
                    self.take_in(&raw).await;
                    continue;
                }
                Some(Err(fault)) => self.fail(fault).await,
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return self.turn.give_back().await,
                _ = self.turn.while_ours(tokio::time::sleep(wait)) => {}
            }
        }
    }

    async fn take_in(&mut self, raw: &[Value]) {
        self.failed = 0;
        let now = self.context.ports.clock.now();
        if self.conflict_at.is_none_or(|at| is_past(at, now)) {
            self.health.works();
        }
        for update in raw {
            // One that the library falls over must not come again and again.
            let read = caught(async { Incoming::read(update) }).await;
            if let Some(incoming) = read.ok().flatten()
                && self.dispatcher.put_patiently(incoming).await.is_err()
            {
                // Stopped: Telegram keeps this one and those after it.
                return;
            }
            if let Some(next) = update_id(update).and_then(|id| i32::try_from(id + 1).ok()) {
                self.offset.set(next);
            }
        }
    }

    /// Another node may go on from here.
    async fn hand_over(&mut self) {
        if self.turn.is_ours() {
            self.confirm().await;
        }
        self.turn.give_back().await;
    }

    /// Telegram need not send again what was taken in.
    async fn confirm(&self) {
        let offset = self.offset.get();
        if offset == 0 {
            return;
        }
        let telegram = &self.context.telegram;
        let last = telegram.fetch(offset, Duration::ZERO, UPDATES.to_vec());
        if let Err(fault) = last.await {
            warn!(%fault, "what was answered last may be answered again after the start");
        }
    }

    /// What a failure means, and how long to wait after it.
    async fn fail(&mut self, fault: ApiFault) -> Duration {
        let wait = match &fault {
            ApiFault::RetryAfter(asked) => *asked,
            ApiFault::Conflict => AFTER_CONFLICT,
            _ => WAITS.wait(self.failed),
        };
        self.failed = self.failed.saturating_add(1);
        match fault {
            ApiFault::Conflict => self.dispute().await,
            fault => {
                warn!(error = %fault, wait_ms = wait.as_millis(), "updates could not be fetched");
                self.health.fails(fault.into());
            }
        }
        wait
    }

    /// Someone else gets the updates: through a webhook, or by asking too.
    async fn dispute(&mut self) {
        let now = self.context.ports.clock.now();
        let telegram = &self.context.telegram;
        if self
            .registration
            .look(telegram, &self.health, now)
            .await
            .is_none()
        {
            return;
        }
        match self.conflict_at.replace(now) {
            Some(at) if !is_past(at, now) => self.health.fails(UpdateFailure::OtherPoller),
            Some(_) | None => {
                warn!("another program polled with BOT_TOKEN just now; trying again");
            }
        }
    }
}

fn is_past(conflict: Timestamp, now: Timestamp) -> bool {
    (now - conflict).abs() >= SUSPICIOUS
}
