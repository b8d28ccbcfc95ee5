//! Looking whether the sessions of linked accounts are alive, though no one
//! asks: a device that was ended on the phone says nothing by itself.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use futures::StreamExt as _;
use futures::stream::{FuturesUnordered, Stream};
use sesame_domain::account::{Account, Health};
use sesame_domain::check_pace::CheckPace;
use sesame_domain::ids::{AccountId, Owner};
use sesame_domain::ports::{
    AccountChecks, AccountsChecked, MaintenanceError, OnDone, ServiceError, StoreError,
};
use sesame_domain::reason::Reason;
use sesame_domain::time::Timestamp;
use tokio::time::Instant;

use crate::metrics;
use crate::pool::{Checked, Pool, check_in_passing};

/// How many accounts are read at once.
const PAGE: u32 = 200;
/// How many are looked at at the same time when someone asks for all of them.
const TOGETHER: usize = 8;

/// Looks whether the sessions of linked accounts are alive.
#[derive(Clone)]
pub struct Validation(Arc<Pool>);

impl Validation {
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        Self(pool)
    }

    /// The accounts whose turn it is in a window that begins now.
    async fn due(&self, pace: CheckPace) -> Result<Vec<Account>, StoreError> {
        let accounts = &self.0.node.ports.accounts;
        let (tenant, now) = (&self.0.node.settings.tenant, self.0.node.now());
        let all = accounts.count_living(tenant).await?;
        // What was tried in vain is still the first in the row.
        let again = pace.window() * 3;
        let tried = self.0.tries.tidy(again, now);
        let limit = u32::try_from(pace.most(all) + tried).unwrap_or(u32::MAX);
        let mut due = accounts.due_for_check(tenant, now, now, limit).await?;
        due.retain(|account| !self.0.tries.was_tried(account.session, again, now));
        // Those that a clock dated ahead which was wrong come first.
        due.sort_by_key(|account| account.checked_at.min(now));
        let checked: Vec<Timestamp> = due.iter().map(|account| account.checked_at).collect();
        due.truncate(pace.share(all, &checked, now));
        Ok(due)
    }

    /// Looks at an account, unless it was linked anew or looked at meanwhile.
    async fn look(&self, seen: Account) -> Look {
        match self.look_again(&seen).await {
            Ok(look) => look,
            Err(error) => {
                // The gate, or what failed, has said more.
                tracing::debug!(error = %Reason::of(&error), session.id = %seen.session, "an account could not be checked");
                Look::Unclear
            }
        }
    }

    async fn look_again(&self, seen: &Account) -> Result<Look, ServiceError> {
        let node = &self.0.node;
        let stored = node.ports.accounts.find(&seen.owner, seen.id).await?;
        let Some(account) = stored.filter(|account| account.session == seen.session) else {
            return Ok(Look::Gone);
        };
        if account.checked_at != seen.checked_at {
            return Ok(Look::Known(account.health));
        }
        self.0
            .tries
            .begin(account.session, TimeDelta::zero(), node.now());
        Ok(match check_in_passing(&self.0, &account).await? {
            Checked::Known(account) => Look::Known(account.health),
            Checked::Elsewhere => Look::Elsewhere,
        })
    }

    /// Every account of the tenant that is not dead, page by page.
    fn living(&self) -> impl Stream<Item = Result<Account, StoreError>> + '_ {
        let pages = futures::stream::unfold(Some(None), async |after| {
            let accounts = &self.0.node.ports.accounts;
            let page = accounts.page(after?, PAGE).await;
            let next = page.as_ref().ok().and_then(|page| page.last());
            let next = next.map(|last| Some(last.id));
            let rows: Vec<_> = match page {
                Ok(page) => page.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            Some((futures::stream::iter(rows), next))
        });
        let tenant = &self.0.node.settings.tenant;
        pages.flatten().filter(move |account| {
            let is_wanted = |account: &Account| {
                let is_dead = matches!(account.health, Health::Dead { .. });
                account.owner.tenant == *tenant && !is_dead
            };
            std::future::ready(account.as_ref().map_or(true, is_wanted))
        })
    }
}

impl std::fmt::Debug for Validation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Validation").finish_non_exhaustive()
    }
}

/// What came of a look.
enum Look {
    Known(Health),
    Elsewhere,
    Unclear,
    /// It is not linked any more.
    Gone,
}

fn count(sum: &mut AccountsChecked, look: &Look) {
    match look {
        Look::Known(Health::Alive) => sum.alive += 1,
        Look::Known(Health::Frozen { .. }) => sum.frozen += 1,
        Look::Known(Health::Dead { .. }) => sum.dead += 1,
        Look::Elsewhere => sum.elsewhere += 1,
        Look::Unclear => sum.unclear += 1,
        Look::Gone => {}
    }
}

#[async_trait]
impl AccountChecks for Validation {
    async fn check_due(
        &self,
        pace: CheckPace,
        on_done: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        let due = self
            .due(pace)
            .await
            .map_err(|error| MaintenanceError::of(&error))?;
        let now = self.0.node.now();
        let overdue = due.first().map(|account| now - account.checked_at);
        metrics::oldest_check(&self.0.node.settings.tenant, overdue.unwrap_or_default());
        let total = due.len() as u64;
        let gap = pace.spread().to_std().unwrap_or_default();
        let gap = gap / u32::try_from(due.len()).unwrap_or(u32::MAX).max(1);
        let begun = Instant::now();
        let stop = &self.0.node.stop;
        let mut waiting = (0_u32..).zip(due);
        let mut next = waiting.next();
        let mut under_way = FuturesUnordered::new();
        let mut sum = AccountsChecked::default();
        while next.is_some() || !under_way.is_empty() {
            let at = next.as_ref().map(|(nth, _)| begun + gap * *nth);
            tokio::select! {
                () = stop.cancelled() => {
                    return Err(MaintenanceError::new("the node stops"));
                }
                Some(look) = under_way.next() => {
                    count(&mut sum, &look);
                    on_done(sum.total(), Some(total));
                }
                () = sleep_until(at) => {
                    if let Some((_, account)) = next.take() {
                        under_way.push(self.look(account));
                    }
                    next = waiting.next();
                }
            }
        }
        Ok(sum)
    }

    async fn check_now(
        &self,
        which: Option<AccountId>,
        on_done: OnDone<'_>,
    ) -> Result<AccountsChecked, MaintenanceError> {
        let mut sum = AccountsChecked::default();
        let is_wanted = |account: &Account| which.is_none_or(|id| account.id == id);
        let wanted = self
            .living()
            .filter(|account| std::future::ready(account.as_ref().map_or(true, is_wanted)));
        let looks = wanted.map(async |account| Ok::<_, StoreError>(self.look(account?).await));
        let mut looks = std::pin::pin!(looks.buffer_unordered(TOGETHER));
        while let Some(look) = looks.next().await {
            let look = look.map_err(|error| MaintenanceError::of(&error))?;
            count(&mut sum, &look);
            on_done(sum.total(), None);
        }
        if which.is_some() && sum.total() == 0 {
            return Err(none_alive());
        }
        Ok(sum)
    }

    async fn check_of(
        &self,
        owner: &Owner,
        id: AccountId,
    ) -> Result<AccountsChecked, MaintenanceError> {
        let found = self.0.node.ports.accounts.find(owner, id).await;
        let found = found.map_err(|error| MaintenanceError::of(&error))?;
        let alive = found.filter(|it| !matches!(it.health, Health::Dead { .. }));
        let account = alive.ok_or_else(none_alive)?;
        Ok(self.check_one(&account).await)
    }

    async fn check_one(&self, account: &Account) -> AccountsChecked {
        let mut sum = AccountsChecked::default();
        count(&mut sum, &self.look(account.clone()).await);
        sum
    }
}

fn none_alive() -> MaintenanceError {
    MaintenanceError::new("no such account is linked and alive")
}

/// Waits until then; for ever, if there is no then.
async fn sleep_until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
