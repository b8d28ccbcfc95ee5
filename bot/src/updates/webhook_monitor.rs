//! Looks now and then whether Telegram still pushes updates to us.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::deliveries::{Deliveries, LastUpdate, has_another_secret};
use super::health::UpdateHealth;
use super::registration::Registration;
use super::source::UpdateSource;
use crate::context::BotContext;

/// How often Telegram is asked.
const EVERY: TimeDelta = TimeDelta::seconds(30);
/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(1);

/// Looks now and then whether Telegram still pushes updates to us. A bot that
/// polls notices it at once, and needs no monitor.
pub(crate) struct WebhookMonitor {
    context: Arc<BotContext>,
    registration: Registration,
    deliveries: Deliveries,
    health: UpdateHealth,
}

impl WebhookMonitor {
    /// Looks after this source; `last_update` says when one came in.
    pub(crate) fn new(
        context: Arc<BotContext>,
        source: UpdateSource,
        health: UpdateHealth,
        last_update: LastUpdate,
    ) -> Self {
        Self {
            context,
            registration: Registration::new(source),
            deliveries: Deliveries::new(last_update),
            health,
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
        let Some(info) = self.registration.look(telegram, &self.health, now).await else {
            return;
        };
        match self.deliveries.judge(info.clone(), now) {
            None => self.health.works(),
            Some(why) => {
                let registration = &mut self.registration;
                let restored = has_another_secret(&why)
                    && registration
                        .restore(&info, telegram, &self.health, now)
                        .await;
                if !restored {
                    self.health.fails(why);
                }
            }
        }
    }
}
