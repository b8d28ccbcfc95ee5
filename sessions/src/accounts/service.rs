//! The service by which people see and unlink their accounts.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor, AuditReason};
use sesame_domain::ids::{AccountId, Owner};
use sesame_domain::notice::NoticeKind;
use sesame_domain::ports::{AccountService, Receipt, ServiceError};

use crate::login::Drivers;
use crate::node::Node;
use crate::pool::{Pool, check};

use super::erasing::erase;
use super::unlinking::unlink;

/// The service for accounts.
pub(crate) struct Service {
    drivers: Arc<Drivers>,
    pool: Arc<Pool>,
}

impl Service {
    /// Accounts whose sessions are in this pool, of people whose logins have
    /// these drivers.
    pub(crate) fn new(drivers: Arc<Drivers>, pool: Arc<Pool>) -> Self {
        Self { drivers, pool }
    }

    fn node(&self) -> &Node {
        &self.pool.node
    }

    async fn unlink_telling(
        &self,
        owner: &Owner,
        id: AccountId,
        actor: Actor,
        told: Option<NoticeKind>,
    ) -> Result<(), ServiceError> {
        let (action, reason) = (Action::AccountUnlinked, AuditReason::Unlinked);
        let node = self.node();
        let audit = node.audit_entry(owner, id.as_uuid(), actor, action, reason);
        if unlink(node, owner, id, audit, told).await? {
            Ok(())
        } else {
            Err(ServiceError::NotFound)
        }
    }
}

#[async_trait]
impl AccountService for Service {
    async fn linked(&self, owner: &Owner) -> Result<Option<Account>, ServiceError> {
        Ok(self.node().ports.accounts.of(owner).await?)
    }

    async fn check(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError> {
        let account = self.node().ports.accounts.find(owner, id).await?;
        let account = account.ok_or(ServiceError::NotFound)?;
        let node = self.node();
        // The owner looks at it: that is a use.
        self.pool.used(owner).await;
        let (action, reason) = (Action::AccountChecked, AuditReason::AskedFor);
        let audit = node.audit_entry(owner, id.as_uuid(), Actor::Owner, action, reason);
        node.ports.audit.append(audit).await?;
        check(&self.pool, &account).await
    }

    async fn look(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError> {
        let account = self.node().ports.accounts.find(owner, id).await?;
        check(&self.pool, &account.ok_or(ServiceError::NotFound)?).await
    }

    async fn unlink(&self, owner: &Owner, id: AccountId, actor: Actor) -> Result<(), ServiceError> {
        // Who unlinks their own account in the chat sees it there.
        let told = (actor != Actor::Owner).then_some(NoticeKind::Unlinked);
        self.unlink_telling(owner, id, actor, told).await
    }

    async fn unlink_in_app(&self, owner: &Owner, id: AccountId) -> Result<(), ServiceError> {
        let told = Some(NoticeKind::UnlinkedInApp);
        self.unlink_telling(owner, id, Actor::Owner, told).await
    }

    async fn erase(&self, owner: &Owner, actor: Actor) -> Result<Receipt, ServiceError> {
        erase(&self.drivers, owner, actor).await
    }
}
