//! Unlinking an account, whoever wants it.

use sesame_domain::audit::AuditEntry;
use sesame_domain::ids::{AccountId, NoticeId, Owner};
use sesame_domain::notice::{Notice, NoticeKind};
use sesame_domain::ports::{StoreError, Topic};

use crate::node::Node;

/// Unlinks an account, has its owner told of it in the chat, and others see to what
/// follows; `false`: it is not linked any more.
pub(super) async fn unlink(
    node: &Node,
    owner: &Owner,
    id: AccountId,
    audit: AuditEntry,
    told: Option<NoticeKind>,
) -> Result<bool, StoreError> {
    let now = node.now();
    let notice = told.map(|kind| Notice {
        id: NoticeId::generate(node.ports.entropy.as_ref(), now),
        owner: owner.clone(),
        kind,
        created_at: now,
        attempts: 0,
    });
    if !node.ports.accounts.unlink(owner, id, audit, notice).await? {
        return Ok(false);
    }
    node.publish(Topic::Outbox).await;
    node.publish(Topic::Account(owner.person)).await;
    // Every node listens: the one that has the session open closes it.
    node.publish(Topic::Leaving).await;
    Ok(true)
}
