//! What the bot says by itself.

mod plan;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;
use futures::stream;
use metrics::counter;
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::panic::caught;
use sesame_domain::ports::{StoreError, Topic, WakeUps};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use sesame_words::{BotWords, Language};
use teloxide::types::ChatId;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use crate::context::BotContext;
use crate::keyboard;
use crate::telegram::ApiFault;
use crate::texts;

use plan::Plan;

/// How many notices are taken at a time.
const BATCH: u32 = 10;
/// How long no one else takes what is being sent: longer than a whole batch
/// of calls that all run into their limit of ten seconds.
const HOLD: TimeDelta = TimeDelta::seconds(120);
/// How long it takes at most to send one and to note that.
const LONGEST_CALL: TimeDelta = TimeDelta::seconds(15);
/// How often to look without being woken: wake-ups may be lost, and what was
/// put off comes due without one.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A notice that was taken out of the outbox: no one else deals with it for a while.
struct Held {
    notice: Notice,
    /// Until when.
    until: Timestamp,
    /// What became of it, once that is known: it is not sent again because that could
    /// not be noted.
    sent: Option<Result<(), ApiFault>>,
}

/// Sends what waits in the outbox.
pub(crate) struct NoticeSender {
    context: Arc<BotContext>,
}

impl NoticeSender {
    /// A sender over this context.
    pub(crate) fn new(context: Arc<BotContext>) -> Self {
        Self { context }
    }

    /// Sends until it is stopped; a message under way is still finished.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut wake_ups = self.wake_ups().await;
        let mut held = VecDeque::new();
        while !stop.is_cancelled() {
            if let Err(error) = self.drain(&mut held, &stop).await {
                warn!(error = %Reason::of(&error), "the outbox cannot be read or written; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                woken = wake_ups.next() => if woken.is_none() {
                    wake_ups = self.wake_ups().await;
                }
            }
        }
    }

    async fn wake_ups(&self) -> WakeUps {
        match self.context.ports.signals.subscribe(Topic::Outbox).await {
            Ok(wake_ups) => wake_ups,
            Err(error) => {
                warn!(error = %Reason::of(&error), "no wake-ups for the outbox; looking by the clock only");
                stream::pending().boxed()
            }
        }
    }

    /// Deals with what is due; what is held when the storage fails is dealt with the
    /// next time.
    async fn drain(
        &self,
        held: &mut VecDeque<Held>,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let ports = &self.context.ports;
        loop {
            self.deal_with_all(held, stop).await?;
            if stop.is_cancelled() {
                return Ok(());
            }
            let now = ports.clock.now();
            let until = now + HOLD;
            let batch = ports.outbox.take(&self.context.tenant, now, until, BATCH);
            let batch = batch.await?;
            let last = batch.len() < BATCH as usize;
            held.extend(batch.into_iter().map(|notice| Held {
                notice,
                until,
                sent: None,
            }));
            if last {
                return self.deal_with_all(held, stop).await;
            }
        }
    }

    /// Those that are left when it is stopped are due again when their hold ends.
    async fn deal_with_all(
        &self,
        held: &mut VecDeque<Held>,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        while let Some(next) = held.front_mut() {
            if stop.is_cancelled() {
                return Ok(());
            }
            // Others may take it from then on, and have it taken while a call is made.
            if self.context.ports.clock.now() + LONGEST_CALL < next.until {
                self.deal_with(next).await?;
            }
            held.pop_front();
        }
        Ok(())
    }

    /// Deals with a notice. One that it falls over comes back later, and must
    /// not keep the others waiting.
    async fn deal_with(&self, held: &mut Held) -> Result<(), StoreError> {
        if let Ok(done) = caught(self.attempt(held)).await {
            return done;
        }
        let notice = &held.notice;
        error!(notice.id = %notice.id, "a notice was not sent: its sender panicked");
        let fault = ApiFault::Refused("panicked".to_owned());
        self.conclude(notice, Err(fault)).await
    }

    async fn attempt(&self, held: &mut Held) -> Result<(), StoreError> {
        let notice = &held.notice;
        let sent = if let Some(sent) = &held.sent {
            sent.clone()
        } else {
            let Some(words) = self.addressee(notice).await? else {
                self.context.ports.outbox.done(notice.id).await?;
                count(notice, "blocked");
                return Ok(());
            };
            let sent = self.send(notice, words).await;
            held.sent.insert(sent).clone()
        };
        self.conclude(&held.notice, sent).await
    }

    /// Does what follows from an attempt.
    async fn conclude(
        &self,
        notice: &Notice,
        sent: Result<(), ApiFault>,
    ) -> Result<(), StoreError> {
        let ports = &self.context.ports;
        let plan = Plan::after(sent, notice, ports.clock.now(), &*ports.entropy);
        let label = plan.label();
        match plan {
            Plan::Sent => ports.outbox.done(notice.id).await?,
            Plan::Unreachable => {
                let now = ports.clock.now();
                ports.people.blocked(&notice.owner, now).await?;
                ports.outbox.done(notice.id).await?;
            }
            Plan::Later { at, fault } => {
                debug!(notice.id = %notice.id, %fault, "a notice is put off");
                ports.outbox.later(notice.id, at).await?;
            }
            Plan::Drop { fault } => {
                warn!(notice.id = %notice.id, %fault, "a notice was dropped: too old by now");
                ports.outbox.done(notice.id).await?;
            }
        }
        count(notice, label);
        Ok(())
    }

    /// The words for the person; `None`: they blocked the bot.
    async fn addressee(&self, notice: &Notice) -> Result<Option<BotWords>, StoreError> {
        let person = self.context.ports.people.find(&notice.owner).await?;
        let Some(person) = person else {
            return Ok(Some(Language::ENGLISH.bot()));
        };
        let words = Language::of(person.language.as_deref()).bot();
        Ok(person.blocked_at.is_none().then_some(words))
    }

    async fn send(&self, notice: &Notice, words: BotWords) -> Result<(), ApiFault> {
        let context = &self.context;
        let html = texts::notice(words, &notice.kind, context.ports.clock.now());
        let keyboard = match &notice.kind {
            NoticeKind::Confirm { id, .. } => Some(keyboard::confirm(words, *id)),
            kind => texts::notice_button(words, kind).and_then(|label| match kind {
                // The newest copy stands first there; which chat it is of is told by no
                // notice.
                NoticeKind::ExportReady { .. } | NoticeKind::RenewalStopped { .. } => {
                    keyboard::open_page(&context.app, "copies", label)
                }
                _ => keyboard::open_app(&context.app, label),
            }),
        };
        let chat = ChatId(notice.owner.person.0);
        if notice.kind == NoticeKind::UnlinkedInApp
            && let Some(shown) = context.take_shown(&notice.owner).await
        {
            // Where the account was shown, that it is gone is said; if that cannot be
            // changed any more, it is said anew.
            let edited = context.telegram.edit(chat, shown, &html, keyboard.clone());
            match edited.await {
                Ok(()) => return Ok(()),
                Err(fault) => debug!(%fault, "a message cannot be changed; saying it anew"),
            }
        }
        let sent = context.telegram.send_once(chat, &html, keyboard).await?;
        if matches!(notice.kind, NoticeKind::Linked { .. }) {
            context.shown_in(&notice.owner, sent).await;
        }
        Ok(())
    }
}

fn count(notice: &Notice, outcome: &'static str) {
    counter!(
        "sesame_bot_notices_total",
        "tenant" => notice.owner.tenant.to_string(), "outcome" => outcome
    )
    .increment(1);
}
