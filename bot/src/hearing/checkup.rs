//! Looks now and then whether Telegram still pushes updates to us.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::Hearing;
use super::claim::Claim;
use super::delivery::{Deliveries, LastUpdate, knocks_with_another_secret};
use crate::context::BotContext;
use crate::way::Way;

/// How often Telegram is asked.
const EVERY: TimeDelta = TimeDelta::seconds(30);
/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(1);

/// Looks now and then whether Telegram still pushes updates to us. A bot that
/// asks for updates hears of it at once, and needs no checkup.
pub(crate) struct Checkup {
    context: Arc<BotContext>,
    claim: Claim,
    deliveries: Deliveries,
    hearing: Hearing,
}

impl Checkup {
    /// Looks after this way; `last_update` says when one came in.
    pub(crate) fn new(
        context: Arc<BotContext>,
        way: Way,
        hearing: Hearing,
        last_update: LastUpdate,
    ) -> Self {
        Self {
            context,
            claim: Claim::new(way),
            deliveries: Deliveries::new(last_update),
            hearing,
        }
    }

    /// Looks until it is stopped.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let clock = Arc::clone(&self.context.ports.clock);
        let mut looked_at = clock.now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(TICK) => {}
            }
            // A clock that was set back must not keep it from looking.
            if (clock.now() - looked_at).abs() >= EVERY {
                looked_at = clock.now();
                self.look().await;
            }
        }
    }

    async fn look(&mut self) {
        let telegram = &self.context.telegram;
        let now = self.context.ports.clock.now();
        let Some(info) = self.claim.look(telegram, &self.hearing, now).await else {
            return;
        };
        match self.deliveries.judge(info.clone(), now) {
            None => self.hearing.found(),
            Some(why) => {
                let claim = &mut self.claim;
                let mended = knocks_with_another_secret(&why)
                    && claim.take_back(&info, telegram, &self.hearing, now).await;
                if !mended {
                    self.hearing.lost(why);
                }
            }
        }
    }
}
