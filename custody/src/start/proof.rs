//! Whether the keys of the file are the ones that their versions were made
//! with. Where no check value is noted yet, what is sealed under a version
//! says so; only then a check value is given, so that a damaged key never gets
//! one.

use sesame_domain::keys::{KeyState, KeyVersion, Provider};
use sesame_domain::sealed::Sealed;

use crate::envelope;
use crate::error::CustodyError;
use crate::file::FileKey;
use crate::handover;
use crate::seals::Seals;

/// How many data keys are tried: one that someone changed does not speak
/// against the key.
const SAMPLES: u32 = 8;

enum Verdict {
    Whole,
    Damaged,
    /// Nothing is sealed under it.
    Unknown,
}

/// Tests all keys of the file. What is found whole is noted in the register.
///
/// # Errors
/// When a key is damaged that something is sealed under, or will be.
pub(super) async fn of_keys(seals: &Seals) -> Result<(), CustodyError> {
    let file = &seals.providers.file;
    let versions = seals.register.all().await?;
    for version in versions.iter().filter(|it| it.provider == Provider::File) {
        let id = &version.id;
        let Some(key) = file.known(id) else {
            continue;
        };
        match verdict(seals, version, &key, &versions).await? {
            Verdict::Whole => {
                file.prove(id);
                if version.reference.is_none() {
                    let check = key.check.in_register();
                    seals.register.note_check(id, &check).await?;
                }
            }
            Verdict::Damaged => file.distrust(id),
            Verdict::Unknown => {}
        }
    }
    refuse_damaged(seals, &versions).await
}

async fn refuse_damaged(seals: &Seals, versions: &[KeyVersion]) -> Result<(), CustodyError> {
    let file = &seals.providers.file;
    let damaged = file.damaged();
    if damaged.is_empty() {
        return Ok(());
    }
    let in_use = seals.register.in_use().await?;
    let is_needed = |id: &String| {
        let mut active = versions.iter().filter(|it| it.state == KeyState::Active);
        active.any(|it| it.id == *id) || in_use.iter().any(|it| it.key_id == *id)
    };
    let (needed, idle): (Vec<_>, Vec<_>) = damaged.into_iter().partition(is_needed);
    for key in idle {
        tracing::error!(
            key,
            path = %file.path().display(),
            "a key of the file is damaged; nothing in the database is sealed under it, but backups may be: put a whole copy of the file back"
        );
    }
    if needed.is_empty() {
        return Ok(());
    }
    Err(CustodyError::KeysDamaged {
        path: file.path().to_owned(),
        versions: needed,
    })
}

async fn verdict(
    seals: &Seals,
    version: &KeyVersion,
    key: &FileKey,
    versions: &[KeyVersion],
) -> Result<Verdict, CustodyError> {
    if version.reference.is_some() {
        return Ok(if key.fits(version) {
            Verdict::Whole
        } else {
            Verdict::Damaged
        });
    }
    if key.is_proven {
        return Ok(Verdict::Whole);
    }
    let mut is_tried = false;
    for wrapped in seals.register.wrapped_by(&version.id, SAMPLES).await? {
        is_tried = true;
        let binding = &wrapped.binding;
        if envelope::unwrap(version, &key.key, binding, &wrapped.wrapped_key).is_ok() {
            return Ok(Verdict::Whole);
        }
    }
    for (id, sealed) in handed_over_by(version, versions) {
        is_tried = true;
        let binding = handover::binding(id);
        if envelope::unwrap(version, &key.key, &binding, &sealed.wrapped_key).is_ok() {
            return Ok(Verdict::Whole);
        }
    }
    if is_tried {
        return Ok(Verdict::Damaged);
    }
    Ok(match seals.handed_over(version, versions).await {
        Some(handed) if handed.as_bytes() == key.key.as_bytes() => Verdict::Whole,
        Some(_) => Verdict::Damaged,
        None => Verdict::Unknown,
    })
}

/// Hand-overs that are sealed under this version.
fn handed_over_by<'a>(
    version: &'a KeyVersion,
    versions: &'a [KeyVersion],
) -> impl Iterator<Item = (&'a str, Sealed)> {
    versions.iter().filter_map(|later| {
        let sealed = Sealed::unpack(later.handover.as_deref()?).ok()?;
        (sealed.key_id == version.id).then_some((later.id.as_str(), sealed))
    })
}
