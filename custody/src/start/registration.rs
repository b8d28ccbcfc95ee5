//! Versions that become known: the very first one, or keys that were in a file
//! before versions were registered.

use sesame_domain::audit::{Action, Actor, AuditEntry};
use sesame_domain::ids::Owner;
use sesame_domain::keys::{KeyState, KeyVersion, NewKey, Provider};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use crate::error::CustodyError;
use crate::file::OldDocument;
use crate::names::version_uuid;
use crate::seals::Seals;
use crate::settings::CustodyPorts;

/// No version is registered yet. Several nodes may be here at once; what one
/// of them registers counts for all.
pub(super) async fn first(
    seals: &Seals,
    ports: &CustodyPorts,
    first_start: bool,
) -> Result<(), CustodyError> {
    let file = &seals.providers.file;
    if file.by_age().is_empty() {
        if !first_start {
            return Err(CustodyError::NoKeys(file.path().to_owned()));
        }
        if seals.providers.chosen != Provider::File {
            return make_first(seals, ports).await;
        }
        file.newest_or_fresh().await?;
    }
    // A database that is new, or was lost, beside a file that is not: all of
    // its keys may have sealed something.
    register(seals, ports, file.by_age()).await
}

/// The keys of a file from before versions were registered: its active one is
/// the active one.
pub(super) async fn of_old_file(
    seals: &Seals,
    ports: &CustodyPorts,
    old: &OldDocument,
) -> Result<(), CustodyError> {
    let mut keys = seals.providers.file.by_age();
    keys.sort_by_key(|(id, created_at)| (*id == old.active, *created_at));
    let versions = seals.register.all().await?;
    let is_ours = |version: &KeyVersion| keys.iter().any(|(id, _)| *id == version.id);
    if versions.iter().all(is_ours) {
        return register(seals, ports, keys).await;
    }
    // Other nodes have moved on since. Keys that they never registered sealed
    // nothing that is in this database.
    for (id, _) in &keys {
        if !versions.iter().any(|version| version.id == *id) {
            tracing::warn!(
                key = id,
                "the key file has a key that no version is known for"
            );
        }
    }
    Ok(())
}

async fn make_first(seals: &Seals, ports: &CustodyPorts) -> Result<(), CustodyError> {
    let chosen = seals.providers.chosen;
    let Some(provider) = seals.providers.of(chosen) else {
        return Ok(());
    };
    let made = provider.make().await?;
    let key = NewKey {
        id: made.id,
        provider: chosen,
        reference: made.reference,
        created_at: ports.clock.now(),
        handover: None,
    };
    match seals.register.activate(key, None, None).await {
        Ok(version) => tracing::info!(key = version.id, "the first key was made"),
        // Another node was faster: its version counts.
        Err(StoreError::Fenced) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Registers keys of the file that are not, in this order. It can be
/// interrupted after any of them, and run by several nodes at once.
async fn register(
    seals: &Seals,
    ports: &CustodyPorts,
    keys: Vec<(String, Timestamp)>,
) -> Result<(), CustodyError> {
    for (id, created_at) in keys {
        // Whoever was faster than this node has registered one of these keys.
        while !is_registered(seals, ports, &id, created_at).await? {}
    }
    Ok(())
}

async fn is_registered(
    seals: &Seals,
    ports: &CustodyPorts,
    id: &str,
    created_at: Timestamp,
) -> Result<bool, CustodyError> {
    let versions = seals.register.all().await?;
    if versions.iter().any(|version| version.id == id) {
        return Ok(true);
    }
    let active = versions.iter().find(|it| it.state == KeyState::Active);
    let audit = active.map(|_| {
        let (now, actor) = (ports.clock.now(), Actor::system("start"));
        let (owner, subject) = (Owner::instance(), version_uuid(id));
        let reason = format!("{id} was in the key file");
        AuditEntry::new(now, owner, subject, actor, Action::KeyRotated, reason).from("start")
    });
    let key = NewKey {
        id: id.to_owned(),
        provider: Provider::File,
        reference: None,
        created_at,
        handover: None,
    };
    let after = active.map(|it| it.id.as_str());
    match seals.register.activate(key, after, audit).await {
        Ok(version) => {
            tracing::info!(
                key = version.id,
                number = version.number,
                "a key was registered"
            );
            Ok(true)
        }
        Err(StoreError::Fenced) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
