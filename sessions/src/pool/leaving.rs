//! Sessions that are no longer used are logged out at Telegram, then made
//! unreadable for ever, then erased.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use sesame_domain::account::DeathCause;
use sesame_domain::audit::{AccessPurpose, Action, Actor, AuditEntry, AuditReason};
use sesame_domain::backoff::Backoff;
use sesame_domain::held_lease::Hold;
use sesame_domain::ids::SessionId;
use sesame_domain::ports::{LeaseKey, LeavingSession, StoreError, StoredSession, Topic};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::gate::TelegramError;
use crate::lease::KeptLease;
use crate::log_out::{Found, log_out};
use crate::node::Node;
use crate::others::OtherNodes;
use crate::repeat::{WakeUps, prompted_by};
use crate::session::UserSession;
use crate::subject::Subject;

use super::live::PoolError;
use super::open::unseal;
use super::sessions::Pool;

/// How many sessions are looked at in one go.
const AT_ONCE: u32 = 1_000;
/// How many are seen off at the same time; some of them may be waiting out a
/// flood.
const TOGETHER: usize = 32;
/// The waits between attempts; about an hour and a half at last.
const RETRY: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(5 << 10));

/// Logs out and erases sessions that are no longer used, until the node stops.
pub(crate) async fn log_out_leaving(pool: Arc<Pool>) {
    let node = &pool.node;
    let wake_ups = prompted_by(node, Topic::Leaving).await;
    let mut leaving = Leaving::of(&pool, wake_ups);
    while !node.stop.is_cancelled() {
        leaving.look().await;
        leaving.work_until_woken().await;
    }
    // Each gives its lease back.
    while leaving.under_way.next().await.is_some() {}
}

/// The sessions that leave: those that wait for their turn, and those that are
/// being seen off. One that takes long, as in a flood, holds up no other.
struct Leaving<'a> {
    pool: &'a Pool,
    wake_ups: WakeUps,
    waiting: VecDeque<LeavingSession>,
    begun: HashSet<SessionId>,
    under_way: FuturesUnordered<BoxFuture<'a, SessionId>>,
}

impl<'a> Leaving<'a> {
    fn of(pool: &'a Pool, wake_ups: WakeUps) -> Self {
        Self {
            pool,
            wake_ups,
            waiting: VecDeque::new(),
            begun: HashSet::new(),
            under_way: FuturesUnordered::new(),
        }
    }

    /// Looks which ones are due.
    async fn look(&mut self) {
        let due = due(&self.pool.node, &self.begun);
        let (due, ended) = beside(&mut self.under_way, due).await;
        for id in ended {
            self.begun.remove(&id);
        }
        match due {
            Ok(due) => self.waiting = due,
            Err(error) => {
                tracing::warn!(error = %Reason::of(&error), "leaving sessions were not found");
            }
        }
    }

    /// Sees them off until it is time to look again.
    async fn work_until_woken(&mut self) {
        let node = &self.pool.node;
        let look_at = Instant::now() + node.settings.sweep_every;
        loop {
            while self.under_way.len() < TOGETHER
                && let Some(session) = self.waiting.pop_front()
            {
                self.begun.insert(session.id);
                let span = subject(&session).span();
                let seeing_off = see_off_or_say(self.pool, session);
                self.under_way.push(seeing_off.instrument(span).boxed());
            }
            tokio::select! {
                () = node.stop.cancelled() => return,
                Some(id) = self.under_way.next() => {
                    self.begun.remove(&id);
                }
                Some(()) = self.wake_ups.next() => return,
                () = tokio::time::sleep_until(look_at) => return,
            }
        }
    }
}

/// What was asked for, and which ended meanwhile. Those that are being seen off go on:
/// one that was left alone in the middle of a query would keep the connection that
/// is waited for here.
async fn beside<T>(
    under_way: &mut FuturesUnordered<BoxFuture<'_, SessionId>>,
    asked: impl Future<Output = T>,
) -> (T, Vec<SessionId>) {
    let mut ended = Vec::new();
    let mut asked = std::pin::pin!(asked);
    loop {
        tokio::select! {
            answer = &mut asked => return (answer, ended),
            Some(id) = under_way.next() => ended.push(id),
        }
    }
}

/// Those that are due, without those that this node or another one is at.
async fn due(
    node: &Node,
    begun: &HashSet<SessionId>,
) -> Result<VecDeque<LeavingSession>, StoreError> {
    let mut others = OtherNodes::of(node);
    let mut due = VecDeque::new();
    let (accounts, tenant) = (&node.ports.accounts, &node.settings.tenant);
    for session in accounts.leaving(tenant, node.now(), AT_ONCE).await? {
        if !begun.contains(&session.id) && !others.keep(session.node.as_ref()).await? {
            due.push_back(session);
        }
    }
    Ok(due)
}

async fn see_off_or_say(pool: &Pool, session: LeavingSession) -> SessionId {
    if let Err(error) = see_off(pool, &session).await {
        tracing::warn!(error = %Reason::of(&error), session.id = %session.id, "a session was not seen off");
    }
    session.id
}

async fn see_off(pool: &Pool, leaving: &LeavingSession) -> Result<(), StoreError> {
    let node = pool.node.as_ref();
    pool.close(leaving.id).await;
    let lease = KeptLease::take(node, LeaseKey::Session(leaving.id)).await?;
    // Another node has it, and hears of this too.
    let Some(mut lease) = lease else {
        return Ok(());
    };
    let done = match node
        .ports
        .accounts
        .claim_session(leaving.id, node.id())
        .await
    {
        Ok(stored) => see_off_claimed(node, &mut lease, leaving, &stored).await,
        // Another node was faster.
        Err(StoreError::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    };
    lease.release().await;
    done
}

async fn see_off_claimed(
    node: &Node,
    lease: &mut KeptLease,
    leaving: &LeavingSession,
    stored: &StoredSession,
) -> Result<(), StoreError> {
    let hold = lease.hold().clone();
    let seeing_off = see_off_leased(node, &hold, leaving, stored);
    let done = lease.keep_until_stop(node, Box::pin(seeing_off)).await;
    if matches!(done, Ok(Ok(()))) {
        return Ok(());
    }
    // It stays in the list for whoever can.
    node.ports.accounts.release_session(stored.claim()).await?;
    done.unwrap_or(Ok(()))
}

async fn see_off_leased(
    node: &Node,
    hold: &Hold,
    leaving: &LeavingSession,
    stored: &StoredSession,
) -> Result<(), StoreError> {
    if stored.sealed.wrapped_key.is_empty() {
        // Its data key is destroyed: only the row is left.
        return erase(node, leaving, AuditReason::KeyDestroyed).await;
    }
    match unseal(node, stored, &AccessPurpose::LogOut).await {
        Ok(session) => leave(node, hold, leaving, stored, session).await,
        Err(PoolError::Dead(cause)) => end(node, leaving, AuditReason::Died(cause)).await,
        Err(PoolError::Store(error)) => Err(error),
        Err(error) => {
            tracing::warn!(error = %Reason::of(&error), session.id = %leaving.id, "a session cannot be opened now");
            later(node, leaving, stored, "it does not open", None).await
        }
    }
}

async fn leave(
    node: &Node,
    hold: &Hold,
    leaving: &LeavingSession,
    stored: &StoredSession,
    session: UserSession,
) -> Result<(), StoreError> {
    let connection = node.connect(subject(leaving), Arc::new(session), hold);
    let caller = connection.caller().clone();
    let found = log_out(node, &caller, caller.home()).await;
    connection.close().await;
    match found {
        Ok(Found::Someone) => end(node, leaving, AuditReason::LoggedOut).await,
        Ok(Found::NoOne) => end(node, leaving, AuditReason::Died(DeathCause::Revoked)).await,
        Ok(Found::Shut(why)) => end(node, leaving, not_logged_out(why)).await,
        Err(error) => {
            warn(leaving, &error);
            later(node, leaving, stored, error.outcome(), error.until()).await
        }
    }
}

fn subject(leaving: &LeavingSession) -> Subject {
    Subject::Session {
        id: leaving.id,
        account: None,
        owner: leaving.owner.clone(),
    }
}

fn warn(leaving: &LeavingSession, error: &TelegramError) {
    tracing::warn!(error = %Reason::of(error), session.id = %leaving.id, "a session could not be logged out yet");
}

/// Tries again later, unless it was tried for long enough; not before `until`,
/// if it is known that this would be of no use.
async fn later(
    node: &Node,
    leaving: &LeavingSession,
    stored: &StoredSession,
    why: &str,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    if tried_for(leaving.attempts) >= node.settings.leave_give_up {
        tracing::warn!(session.id = %leaving.id, why, "logging a session out was given up");
        return end(node, leaving, not_logged_out(why)).await;
    }
    let at = node.now() + pause_after(leaving.attempts);
    let at = until.map_or(at, |until| at.max(until));
    let accounts = &node.ports.accounts;
    accounts.leave_later(stored.claim(), at).await
}

fn not_logged_out(why: &str) -> AuditReason {
    AuditReason::NotLoggedOut(why.to_owned())
}

/// The pause after so many failures before.
fn pause_after(attempts: u32) -> TimeDelta {
    TimeDelta::from_std(RETRY.wait(attempts)).unwrap_or(TimeDelta::MAX)
}

/// For how long it was tried: the sum of the pauses. Time in which no node
/// ran does not count: a long stop must not end sessions unasked.
fn tried_for(attempts: u32) -> TimeDelta {
    TimeDelta::from_std(RETRY.waited(attempts)).unwrap_or(TimeDelta::MAX)
}

/// First the data key, so that no copy of the row opens any more.
async fn end(node: &Node, leaving: &LeavingSession, reason: AuditReason) -> Result<(), StoreError> {
    let audit = entry(node, leaving, Action::DataKeyDestroyed, reason.clone());
    let accounts = &node.ports.accounts;
    accounts.destroy_data_key(leaving.id, audit).await?;
    erase(node, leaving, reason).await
}

async fn erase(
    node: &Node,
    leaving: &LeavingSession,
    reason: AuditReason,
) -> Result<(), StoreError> {
    let audit = entry(node, leaving, Action::SessionEnded, reason);
    node.ports.accounts.erase_session(leaving.id, audit).await
}

fn entry(node: &Node, leaving: &LeavingSession, action: Action, reason: AuditReason) -> AuditEntry {
    let actor = Actor::system("sessions");
    node.audit_entry(&leaving.owner, leaving.id.as_uuid(), actor, action, reason)
}

#[cfg(test)]
mod tests {
    use tokio::sync::{Mutex, oneshot};
    use uuid::Uuid;

    use super::*;

    /// Whoever is being seen off may have the only connection just when the next ones
    /// are looked for.
    #[tokio::test]
    async fn whoever_is_seen_off_goes_on_while_others_are_looked_for() {
        let connection = Mutex::new(());
        let (taken, is_taken) = oneshot::channel();
        let id = SessionId::from(Uuid::from_u128(7));
        let mut under_way = FuturesUnordered::new();
        let query = async {
            let _connection = connection.lock().await;
            taken.send(()).unwrap();
            tokio::task::yield_now().await;
            id
        };
        under_way.push(query.boxed());
        // It is in the middle of its query when it is left alone.
        let is_left_alone = tokio::select! {
            biased;
            taken = is_taken => taken.is_ok(),
            _ = under_way.next() => false,
        };
        assert!(is_left_alone);
        let looking = async {
            let _connection = connection.lock().await;
            3
        };
        let looked = beside(&mut under_way, looking);
        let looked = tokio::time::timeout(Duration::from_secs(5), looked).await;
        assert_eq!(looked.unwrap(), (3, vec![id]));
    }

    #[tokio::test]
    async fn where_no_one_is_seen_off_it_is_only_asked() {
        let mut under_way = FuturesUnordered::new();
        assert_eq!(beside(&mut under_way, async { 3 }).await, (3, Vec::new()));
    }

    #[test]
    fn a_week_of_tries_is_some_hundred_tries() {
        let week = TimeDelta::days(7);
        let tries = (0..1_000).find(|&attempts| tried_for(attempts) >= week);
        assert!(
            tries.is_some_and(|tries| (100..200).contains(&tries)),
            "{tries:?}"
        );
    }
}
