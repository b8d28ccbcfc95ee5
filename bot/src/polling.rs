//! Updates that are fetched.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use serde_json::Value;
use sesame_domain::backoff::Backoff;
use sesame_domain::time::Timestamp;
use teloxide::stop::{StopFlag, StopToken, mk_stop_token};
use teloxide::types::Update;
use teloxide::update_listeners::{AsUpdateStream, UpdateListener};
use tracing::warn;

use crate::context::BotContext;
use crate::hearing::{Claim, Deafness, Hearing};
use crate::reading::{self, Reader};
use crate::telegram::{ApiFault, HOLD};
use crate::way::{UPDATES, Way};

/// The waits after failures.
const WAITS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
/// The wait after a conflict, which asking more seldom does not settle.
const AFTER_CONFLICT: Duration = Duration::from_secs(2);
/// For so long after a conflict another one shows that there is someone else.
/// One alone is what a restart leaves behind.
const SUSPICIOUS: TimeDelta = TimeDelta::minutes(1);

/// Updates that are fetched.
pub(crate) struct Fetched {
    fetching: Fetching,
    stop: StopToken,
    stopped: StopFlag,
}

struct Fetching {
    context: Arc<BotContext>,
    reader: Reader,
    hearing: Hearing,
    claim: Claim,
    offset: i32,
    ready: VecDeque<Update>,
    failed: u32,
    conflict_at: Option<Timestamp>,
}

impl Fetched {
    /// Asks the Bot API for updates.
    pub(crate) fn new(context: Arc<BotContext>, reader: Reader, hearing: Hearing) -> Self {
        let (stop, stopped) = mk_stop_token();
        let fetching = Fetching {
            context,
            reader,
            hearing,
            claim: Claim::new(Way::Fetched),
            offset: 0,
            ready: VecDeque::new(),
            failed: 0,
            conflict_at: None,
        };
        Self {
            fetching,
            stop,
            stopped,
        }
    }
}

impl<'a> AsUpdateStream<'a> for Fetched {
    type StreamErr = Infallible;
    type Stream = BoxStream<'a, Result<Update, Infallible>>;

    fn as_stream(&'a mut self) -> Self::Stream {
        let stopped = self.stopped.clone();
        let fetching = &mut self.fetching;
        stream::unfold((fetching, stopped), |(fetching, stopped)| async move {
            let update = fetching.next(stopped.clone()).await?;
            Some((Ok(update), (fetching, stopped)))
        })
        .boxed()
    }
}

impl UpdateListener for Fetched {
    type Err = Infallible;

    fn stop_token(&mut self) -> StopToken {
        self.stop.clone()
    }
}

impl Fetching {
    /// The next update; `None`: it was told to stop.
    async fn next(&mut self, mut stopped: StopFlag) -> Option<Update> {
        loop {
            if let Some(update) = self.ready.pop_front() {
                return Some(update);
            }
            let telegram = self.context.telegram.clone();
            // After a failure it is good to know soon that it is over.
            let hold = if self.failed == 0 {
                HOLD
            } else {
                Duration::ZERO
            };
            let asked = telegram.fetch(self.offset, hold, UPDATES.to_vec());
            let answer = tokio::select! {
                biased;
                () = &mut stopped => None,
                answer = asked => Some(answer),
            };
            let wait = match answer {
                None => {
                    self.confirm().await;
                    return None;
                }
                Some(Ok(raw)) => {
                    self.take_in(&raw);
                    continue;
                }
                Some(Err(fault)) => self.fail(fault).await,
            };
            tokio::select! {
                biased;
                () = &mut stopped => return None,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn take_in(&mut self, raw: &[Value]) {
        self.failed = 0;
        let now = self.context.ports.clock.now();
        if self.conflict_at.is_none_or(|at| is_past(at, now)) {
            self.hearing.found();
        }
        for update in raw {
            if let Some(next) = reading::id(update).and_then(|id| i32::try_from(id + 1).ok()) {
                self.offset = next;
            }
            self.ready.extend(self.reader.read(update));
        }
    }

    /// Telegram need not send again what was taken in.
    async fn confirm(&self) {
        if self.offset == 0 {
            return;
        }
        let telegram = &self.context.telegram;
        let last = telegram.fetch(self.offset, Duration::ZERO, UPDATES.to_vec());
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
                self.hearing.lost(fault.into());
            }
        }
        wait
    }

    /// Someone else gets the updates: through a webhook, or by asking too.
    async fn dispute(&mut self) {
        let now = self.context.ports.clock.now();
        let telegram = &self.context.telegram;
        if self
            .claim
            .look(telegram, &self.hearing, now)
            .await
            .is_none()
        {
            return;
        }
        match self.conflict_at.replace(now) {
            Some(at) if !is_past(at, now) => self.hearing.lost(Deafness::OtherPoller),
            Some(_) | None => {
                warn!("another program polled with BOT_TOKEN just now; trying again");
            }
        }
    }
}

fn is_past(conflict: Timestamp, now: Timestamp) -> bool {
    (now - conflict).abs() >= SUSPICIOUS
}
