//! Versions that become known: the very first one, or keys that were in a file
//! before versions were registered.

use sesame_domain::keys::{KeyState, KeyVersion, NewKey, Provider};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Timestamp;

use crate::error::CustodyError;
use crate::file::OldDocument;
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
    if !file.damaged().is_empty() {
        return Err(CustodyError::KeysDamaged {
            path: file.path().to_owned(),
            versions: file.damaged(),
        });
    }
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
    register(seals, file.by_age()).await
}

/// The keys of a file from before versions were registered: its active one is
/// the active one.
pub(super) async fn of_old_file(seals: &Seals, old: &OldDocument) -> Result<(), CustodyError> {
    let mut keys = seals.providers.file.by_age();
    keys.sort_by_key(|(id, created_at)| (*id == old.active, *created_at));
    register(seals, keys).await
}

async fn make_first(seals: &Seals, ports: &CustodyPorts) -> Result<(), CustodyError> {
    let chosen = &seals.providers.chosen;
    let Some(provider) = seals.providers.of(chosen) else {
        return Ok(());
    };
    let made = provider.make().await?;
    let key = NewKey {
        id: made.id,
        provider: chosen.clone(),
        reference: made.reference,
        created_at: ports.clock.now(),
        handover: None,
    };
    match seals.register.activate(key, None, None).await {
        Ok(version) => tracing::info!(key = version.id, "the first key was made"),
        // Another node was faster: its version counts.
        Err(StoreError::Fenced(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Registers keys of the file that are not, in this order, as long as only
/// these are: it can be interrupted after any of them, and run by several
/// nodes at once. When others are registered, nodes with other files were
/// faster, or have moved on since, and keys that they never registered sealed
/// nothing that is in this database.
async fn register(seals: &Seals, keys: Vec<(String, Timestamp)>) -> Result<(), CustodyError> {
    let versions = loop {
        let versions = seals.register.all().await?;
        let is_ours = |version: &KeyVersion| keys.iter().any(|(id, _)| *id == version.id);
        let next = keys.iter().find(|(id, _)| !is_among(&versions, id));
        match next {
            Some((id, created_at)) if versions.iter().all(is_ours) => {
                activate(seals, &versions, id, *created_at).await?;
            }
            _ => break versions,
        }
    };
    for (id, _) in keys.iter().filter(|(id, _)| !is_among(&versions, id)) {
        tracing::warn!(
            key = id,
            "the key file has a key that no version is known for"
        );
    }
    Ok(())
}

fn is_among(versions: &[KeyVersion], id: &str) -> bool {
    versions.iter().any(|version| version.id == id)
}

/// Registers one key, unless another node has registered one since. No audit
/// can be written yet: the secret that links it is sealed under these keys.
async fn activate(
    seals: &Seals,
    versions: &[KeyVersion],
    id: &str,
    created_at: Timestamp,
) -> Result<(), CustodyError> {
    let active = versions.iter().find(|it| it.state == KeyState::Active);
    let key = NewKey {
        id: id.to_owned(),
        provider: Provider::File,
        reference: seals.providers.file.proven_check(id),
        created_at,
        handover: None,
    };
    let after = active.map(|it| it.id.as_str());
    match seals.register.activate(key, after, None).await {
        Ok(version) => {
            tracing::info!(
                key = version.id,
                number = version.number,
                "a key was registered"
            );
            Ok(())
        }
        Err(StoreError::Fenced(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
