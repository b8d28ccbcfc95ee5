//! What is left of a login at Telegram is logged out.

use chrono::TimeDelta;
use sesame_domain::login::{Retry, State};
use sesame_domain::ports::{HalfSession, Saved};
use sesame_domain::reason::Reason;
use sesame_domain::time::is_over;

use crate::connection::Caller;
use crate::gate::TelegramError;
use crate::log_out::{Found, log_out};
use crate::node::Node;

use super::driver::{Driver, Stopped};
use super::ways::Way;

/// The distance between two tries: as long as has passed since the end,
/// within these bounds.
const RETRY_MIN: TimeDelta = TimeDelta::seconds(5);
const RETRY_MAX: TimeDelta = TimeDelta::minutes(10);
/// The longest that a clean-up is put off otherwise: until no one can scan.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// After that long, whatever is left at Telegram has lapsed by itself.
const GIVE_UP: TimeDelta = TimeDelta::days(7);

impl Driver {
    /// Waits until the clean-up is due, and does it.
    pub(super) async fn clean_up(&mut self) -> Result<(), Stopped> {
        self.running = None;
        self.wanted = None;
        self.answer = None;
        self.cancel_code().await?;
        let Some(due) = self.login.cleanup_at else {
            self.disconnect().await;
            return Ok(());
        };
        let now = self.node.now();
        // Set by a clock that was ahead, it would wait for as long.
        let is_over = is_over(due, LONGEST_WAIT, now);
        if let Some(wait) = (due - now).to_std().ok().filter(|_| !is_over) {
            self.disconnect().await;
            self.unless_stopped(tokio::time::sleep(wait)).await?;
        }
        let done = match self.caller() {
            Some(caller) => {
                let node = std::sync::Arc::clone(&self.node);
                let way = Way::of(self.login.method);
                self.unless_stopped(async move { log_out_everywhere(&node, &caller, &way).await })
                    .await?
            }
            // There never was a session, or there is no reading it.
            None => Ok(Found::NoOne),
        };
        self.disconnect().await;
        match done {
            Ok(found) => self.cleaned_up(found).await,
            Err(error) => self.clean_up_later(&error).await,
        }
    }

    /// Lets Telegram forget a code that is not waited for any longer.
    async fn cancel_code(&mut self) -> Result<(), Stopped> {
        let Some(code) = self.unused_code.take() else {
            return Ok(());
        };
        let Some(caller) = self.caller() else {
            return Ok(());
        };
        let cancelled = self.asker(caller).cancel_code(code);
        self.unless_stopped(cancelled).await??;
        Ok(())
    }

    async fn cleaned_up(&mut self, found: Found) -> Result<(), Stopped> {
        self.login.cleanup_at = None;
        self.login.retry = None;
        if found == Found::Someone {
            // Perhaps the code was scanned only after the end: a sign-in all the same.
            self.login.scanned_at.get_or_insert(self.node.now());
        }
        self.save_cleanup(HalfSession::Erase).await
    }

    async fn clean_up_later(&mut self, error: &TelegramError) -> Result<(), Stopped> {
        let now = self.node.now();
        let passed = match &self.login.state {
            State::Ended { at, .. } => now - *at,
            _ => TimeDelta::zero(),
        };
        if passed > GIVE_UP {
            tracing::error!(error = %Reason::of(error), login.id = %self.login.id, "a clean-up was given up");
            return self.cleaned_up(Found::NoOne).await;
        }
        tracing::warn!(error = %Reason::of(error), login.id = %self.login.id, "a clean-up is tried again later");
        let again = now + passed.clamp(RETRY_MIN, RETRY_MAX);
        // A flood is not asked again before its end.
        let until = error.until().map(|until| until.min(now + LONGEST_WAIT));
        let retry_at = until.map_or(again, |until| again.max(until));
        let count = self.login.retry.map_or(0, |retry| retry.count) + 1;
        self.login.retry = Some(Retry {
            count,
            retry_at,
            dc: None,
        });
        self.login.cleanup_at = Some(retry_at);
        self.save_cleanup(HalfSession::Keep).await
    }

    async fn save_cleanup(&mut self, session: HalfSession) -> Result<(), Stopped> {
        let saved = Saved {
            login: &self.login,
            fence: self.fence,
            session,
            identified: None,
            notices: Vec::new(),
            audit: Vec::new(),
        };
        Ok(self.node.ports.logins.save(saved).await?)
    }

    /// Does something unless the node stops.
    async fn unless_stopped<F: Future>(&mut self, work: F) -> Result<F::Output, Stopped> {
        let stop = self.node.stop.clone();
        let output = stop.run_until_cancelled(work).await;
        output.ok_or(Stopped::Parked)
    }
}

/// Logs out wherever a key was agreed: a login that was moving may have been
/// signed in at either end. Whether someone was.
async fn log_out_everywhere(
    node: &Node,
    caller: &Caller,
    way: &Way,
) -> Result<Found, TelegramError> {
    let mut someone = Found::NoOne;
    for dc in caller.session().keyed_dcs() {
        let is_home = dc == caller.home();
        let mut found = log_out(node, caller, dc).await?;
        if is_home && found == Found::NoOne {
            found = way.claim_and_log_out(node, caller).await?;
        }
        if found != Found::NoOne {
            someone = Found::Someone;
        }
    }
    Ok(someone)
}
