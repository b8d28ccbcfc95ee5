//! Erasing everything about a person.

use std::sync::Arc;

use sesame_domain::audit::{Action, Actor, AuditEntry, AuditReason};
use sesame_domain::ids::Owner;
use sesame_domain::ports::{Erasure, Intent, Receipt, ServiceError, StoreError, Topic};
use uuid::Uuid;

use crate::login::{self, Drivers};
use crate::node::Node;
use crate::repeat::{prompted_by, repeat};

/// How many erasures are looked at in one go.
const AT_ONCE: u32 = 100;

/// Erases what can be erased at once; the rest follows as soon as its sessions
/// are logged out.
pub(super) async fn erase(
    drivers: &Arc<Drivers>,
    owner: &Owner,
    actor: Actor,
) -> Result<Receipt, ServiceError> {
    let node = drivers.node.as_ref();
    // First of all, so that it does not link an account meanwhile.
    let running = node.ports.logins.running(owner).await?;
    if let Some(login) = &running {
        cancel(drivers, owner, login.id).await?;
    }
    let erasure = Erasure {
        id: new_id(node),
        owner: owner.clone(),
        asked_at: node.now(),
        done_at: None,
    };
    let audit = entry(node, &erasure, actor.clone(), AuditReason::AskedFor);
    let erased = node.ports.erasures.begin(&erasure, audit).await?;
    let mut logins = erased.logins;
    if let Some(login) = &running {
        // If it was over and cleaned up by then, it counts as erased already.
        let is_left = node.ports.logins.find(login.id).await?.is_some();
        logins += u64::from(is_left);
    }
    if let Some(id) = erased.running {
        // The one from before that has not ended yet, or one begun since.
        cancel(drivers, owner, id).await?;
        logins += u64::from(running.is_none_or(|login| login.id != id));
    }
    let late = unlink_late(node, owner, &actor).await?;
    node.publish(Topic::Leaving).await;
    node.publish(Topic::Account(owner.person)).await;
    let settings = &node.settings;
    Ok(Receipt {
        id: erasure.id,
        at: erasure.asked_at,
        accounts: u64::from(erased.account.is_some()) + late,
        logins,
        audit_until: settings.audit_kept.map(|kept| erasure.asked_at + kept),
        backups_until: settings.backups_kept.map(|kept| erasure.asked_at + kept),
    })
}

async fn cancel(
    drivers: &Arc<Drivers>,
    owner: &Owner,
    id: sesame_domain::ids::LoginId,
) -> Result<(), ServiceError> {
    match login::end(drivers, owner, id, Intent::Cancel).await {
        // It was erased meanwhile.
        Err(ServiceError::NotFound | ServiceError::Store(StoreError::NotFound(_))) => Ok(()),
        other => other.map(drop),
    }
}

/// A login may have linked an account while the person was being erased.
async fn unlink_late(node: &Node, owner: &Owner, actor: &Actor) -> Result<u64, ServiceError> {
    let accounts = &node.ports.accounts;
    let Some(account) = accounts.of(owner).await? else {
        return Ok(0);
    };
    let audit = node.audit_entry(
        owner,
        account.id.as_uuid(),
        actor.clone(),
        Action::AccountUnlinked,
        AuditReason::Erasure,
    );
    let unlinked = accounts.unlink(owner, account.id, audit, None).await?;
    Ok(u64::from(unlinked))
}

/// Finishes erasures whose sessions are gone by now, until the node stops.
pub(crate) async fn finish_erasures(node: Arc<Node>) {
    let every = node.settings.sweep_every;
    let wake_ups = prompted_by(&node, Topic::Leaving).await;
    let failed = "erasures were not finished";
    repeat(&node, every, wake_ups, || finish(&node), failed).await;
}

async fn finish(node: &Node) -> Result<(), StoreError> {
    let erasures = &node.ports.erasures;
    for erasure in erasures.finishable(AT_ONCE).await? {
        let actor = Actor::system("erasure");
        let audit = entry(node, &erasure, actor, AuditReason::Finished);
        match erasures.finish(erasure.id, audit).await {
            Ok(true) => tracing::info!(erasure.id = %erasure.id, "an erasure is finished"),
            // Not yet; or another node was faster.
            Ok(false) | Err(StoreError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn entry(node: &Node, erasure: &Erasure, actor: Actor, reason: AuditReason) -> AuditEntry {
    let action = Action::PersonErased;
    node.audit_entry(&erasure.owner, erasure.id, actor, action, reason)
}

fn new_id(node: &Node) -> Uuid {
    let mut random = [0; 16];
    node.ports.entropy.fill(&mut random);
    uuid::Builder::from_random_bytes(random).into_uuid()
}
