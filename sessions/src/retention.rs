//! Ending the sessions that the policy does not keep any longer.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::NoticeId;
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{
    ExpiredSessions, MaintenanceError, SessionRetention, StoreError, Topic,
};
use sesame_domain::retention::{Expiry, RetentionPolicy};

use crate::node::Node;

/// How many accounts are read in one go.
const PAGE: u32 = 500;

/// Says and ends what [`crate::SessionsSettings::retention`] does not keep.
#[derive(Clone)]
pub struct Retention(Arc<Node>);

/// How many sessions were ended, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// They were not used for too long.
    pub unused: u64,
    /// They were too old.
    pub too_old: u64,
    /// They had been dead for too long.
    pub dead: u64,
}

impl Ended {
    /// All of them.
    pub fn total(self) -> u64 {
        self.unused + self.too_old + self.dead
    }

    fn count(&mut self, expiry: Expiry) {
        match expiry {
            Expiry::Unused => self.unused += 1,
            Expiry::TooOld => self.too_old += 1,
            Expiry::Dead => self.dead += 1,
        }
    }
}

impl Retention {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self(node)
    }

    /// The policy.
    pub fn policy(&self) -> RetentionPolicy {
        self.0.settings.retention
    }

    /// What [`Retention::apply`] would end now of the tenant's accounts; it
    /// changes nothing.
    ///
    /// # Errors
    /// When the accounts cannot be read.
    pub async fn foresee(&self) -> Result<Vec<(Account, Expiry)>, StoreError> {
        let node = &self.0;
        let mut expired = Vec::new();
        let mut after = None;
        loop {
            let page = node.ports.accounts.page(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(expired);
            };
            after = Some(last.id);
            let now = node.now();
            let policy = self.policy();
            expired.extend(page.into_iter().filter_map(|account| {
                // How long another tenant keeps its own, its nodes know.
                let is_ours = account.owner.tenant == node.settings.tenant;
                let expiry = policy.expiry(&account, now).filter(|_| is_ours)?;
                Some((account, expiry))
            }));
        }
    }

    /// Unlinks what the policy does not keep; the owners are told, and the
    /// sessions are logged out and erased like all that are unlinked.
    ///
    /// # Errors
    /// When storage fails; what was unlinked until then stays so.
    pub async fn apply(&self, actor: Actor) -> Result<Ended, StoreError> {
        let mut ended = Ended::default();
        let done = self.unlink_all(&actor, &mut ended).await;
        if ended.total() > 0 {
            self.0.publish(Topic::Outbox).await;
            self.0.publish(Topic::Leaving).await;
        }
        done.map(|()| ended)
    }

    async fn unlink_all(&self, actor: &Actor, ended: &mut Ended) -> Result<(), StoreError> {
        for (account, _) in self.foresee().await? {
            if let Some(expiry) = self.unlink(&account, actor).await? {
                ended.count(expiry);
            }
        }
        Ok(())
    }

    /// Unlinks an account, unless it was used or linked again meanwhile.
    async fn unlink(&self, seen: &Account, actor: &Actor) -> Result<Option<Expiry>, StoreError> {
        let node = &self.0;
        let accounts = &node.ports.accounts;
        let Some(account) = accounts.find(&seen.owner, seen.id).await? else {
            return Ok(None);
        };
        let now = node.now();
        let Some(expiry) = self.policy().expiry(&account, now) else {
            return Ok(None);
        };
        let notice = Notice {
            id: NoticeId::generate(node.ports.entropy.as_ref(), now),
            owner: account.owner.clone(),
            kind: NoticeKind::expired(expiry),
            created_at: now,
            attempts: 0,
        };
        let audit = self.entry(&account, expiry, actor.clone());
        let gone = accounts
            .unlink(&account.owner, account.id, audit, Some(notice))
            .await?;
        Ok(gone.then_some(expiry))
    }

    fn entry(&self, account: &Account, expiry: Expiry, actor: Actor) -> AuditEntry {
        self.0.audit_entry(
            &account.owner,
            account.id.as_uuid(),
            actor,
            Action::AccountUnlinked,
            reason(self.policy(), expiry),
        )
    }
}

/// As the job that does it asks for it.
#[async_trait]
impl SessionRetention for Retention {
    async fn end_expired(&self, actor: Actor) -> Result<ExpiredSessions, MaintenanceError> {
        let ended = self.apply(actor).await;
        let ended = ended.map_err(|error| MaintenanceError::of(&error))?;
        Ok(ExpiredSessions {
            unused: ended.unused,
            too_old: ended.too_old,
            dead: ended.dead,
        })
    }
}

/// Why, for the audit.
fn reason(policy: RetentionPolicy, expiry: Expiry) -> AuditReason {
    let limit = match expiry {
        Expiry::Unused => policy.unused,
        Expiry::TooOld => policy.max_age,
        Expiry::Dead => policy.dead,
    };
    AuditReason::Expired {
        expiry,
        limit: limit.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_reason_names_the_limit() {
        let policy = RetentionPolicy {
            unused: Some(TimeDelta::days(90)),
            max_age: Some(TimeDelta::hours(5)),
            dead: Some(TimeDelta::zero()),
        };
        assert_eq!(reason(policy, Expiry::Unused), "unused for 90 days");
        assert_eq!(reason(policy, Expiry::TooOld), "linked for 5 hours");
        assert_eq!(reason(policy, Expiry::Dead), "dead for 0 seconds");
    }
}
