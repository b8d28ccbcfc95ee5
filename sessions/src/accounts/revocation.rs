//! Unlinking accounts by order of those who look after Sesame.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::audit::Action;
use sesame_domain::ids::{AccountId, Owner};
use sesame_domain::notice::NoticeKind;
use sesame_domain::order::Order;
use sesame_domain::ports::{AccountRevocation, ServiceError};

use super::unlinking::unlink;
use crate::node::Node;

/// Unlinks accounts by order of those who look after Sesame.
pub(crate) struct Revocation(Arc<Node>);

impl Revocation {
    /// Accounts of the tenant of this node.
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Self(node)
    }
}

#[async_trait]
impl AccountRevocation for Revocation {
    async fn revoke(
        &self,
        owner: &Owner,
        id: AccountId,
        order: &Order,
    ) -> Result<bool, ServiceError> {
        let mut audit = order.entry(owner.clone(), id.as_uuid(), Action::AccountUnlinked);
        // Words that no reason of Sesame's own begins with.
        audit.reason = format!("revoked: {}", order.reason).into();
        let told = Some(NoticeKind::Unlinked);
        Ok(unlink(&self.0, owner, id, audit, told).await?)
    }
}
