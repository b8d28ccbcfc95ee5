//! The service where people see and unlink their accounts.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::account::Account;
use sesame_domain::audit::{Action, Actor};
use sesame_domain::ids::{AccountId, NoticeId, Owner};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{AccountService, Receipt, ServiceError, Topic};

use crate::node::Node;

use super::erasing::erase;
use super::{check, used};

/// The service for accounts.
pub(crate) struct Service(pub(crate) Arc<Node>);

#[async_trait]
impl AccountService for Service {
    async fn list(&self, owner: &Owner) -> Result<Vec<Account>, ServiceError> {
        Ok(self.0.ports.accounts.of(owner).await?)
    }

    async fn check(&self, owner: &Owner, id: AccountId) -> Result<Account, ServiceError> {
        let account = self.0.ports.accounts.find(owner, id).await?;
        let account = account.ok_or(ServiceError::NotFound)?;
        // The owner looks at it: that is a use.
        used(&self.0, owner).await;
        check(&self.0, &account).await
    }

    async fn unlink(&self, owner: &Owner, id: AccountId, actor: Actor) -> Result<(), ServiceError> {
        let node = &self.0;
        let now = node.now();
        let action = Action::AccountUnlinked;
        // Who unlinks their own account sees it where they did it.
        let notice = (actor != Actor::Owner).then(|| Notice {
            id: NoticeId::generate(node.ports.entropy.as_ref(), now),
            owner: owner.clone(),
            kind: NoticeKind::Unlinked,
            created_at: now,
            attempts: 0,
        });
        let audit = node.audit_entry(owner, id.as_uuid(), actor, action, "unlinked");
        let accounts = &node.ports.accounts;
        if !accounts.unlink(owner, id, audit, notice).await? {
            return Err(ServiceError::NotFound);
        }
        node.publish(Topic::Outbox).await;
        // Every node listens: the one that has the session open closes it.
        node.publish(Topic::Leaving).await;
        Ok(())
    }

    async fn erase(&self, owner: &Owner, actor: Actor) -> Result<Receipt, ServiceError> {
        erase(&self.0, owner, actor).await
    }
}
