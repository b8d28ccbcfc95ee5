//! Whether the keys of all versions are here, before anything needs them.

use sesame_domain::keys::{KeyState, KeyVersion, Provider};

use crate::error::{CustodyError, SealError};
use crate::seals::Seals;

/// Finds the key of every version that may open something.
///
/// # Errors
/// When keys are missing that something is sealed under, or will be.
pub(super) async fn all_keys(seals: &Seals) -> Result<(), CustodyError> {
    let mut missing = Vec::new();
    for version in seals.register.all().await? {
        if version.state != KeyState::Retired && !seals.holds(&version).await? {
            missing.push(version);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let in_use = seals.register.in_use().await?;
    let is_needed = |version: &KeyVersion| {
        let is_in_use = || in_use.iter().any(|it| it.key_id == version.id);
        match version.provider {
            // What a newer program sealed waits for that program, and is no
            // reason to open nothing else. Without a key that seals, nothing
            // can be done.
            Provider::Other(_) => version.state == KeyState::Active,
            Provider::File | Provider::Secret | Provider::AwsKms => {
                version.state == KeyState::Active || is_in_use()
            }
        }
    };
    let (needed, idle): (Vec<_>, Vec<_>) = missing.into_iter().partition(is_needed);
    for version in idle {
        match &version.provider {
            Provider::Other(provider) => tracing::warn!(
                key = version.id,
                provider,
                "a version of the key is held by a provider that this program does not know: what is sealed under it does not open here"
            ),
            Provider::File | Provider::Secret | Provider::AwsKms => tracing::warn!(
                key = version.id,
                "the key of a version that nothing is sealed under is missing"
            ),
        }
    }
    let Some(first) = needed.first() else {
        return Ok(());
    };
    let all = seals.register.all().await?;
    Err(foreign(seals, &first.provider, &needed, &all)
        .unwrap_or_else(|| explanation(seals, &first.provider, &needed)))
}

/// A key file that knows no version of this database belongs to another one.
fn foreign(
    seals: &Seals,
    provider: &Provider,
    missing: &[KeyVersion],
    all: &[KeyVersion],
) -> Option<CustodyError> {
    let file = &seals.providers.file;
    let mut found: Vec<_> = file.by_age().into_iter().map(|(id, _)| id).collect();
    found.extend(file.damaged());
    let is_foreign = |id: &String| all.iter().all(|version| version.id != *id);
    (*provider == Provider::File && !found.is_empty() && found.iter().all(is_foreign)).then(|| {
        CustodyError::OtherDatabase {
            path: file.path().to_owned(),
            found,
            versions: missing.iter().map(|it| it.id.clone()).collect(),
        }
    })
}

fn explanation(seals: &Seals, provider: &Provider, missing: &[KeyVersion]) -> CustodyError {
    let there = missing.iter().filter(|it| it.provider == *provider);
    let versions = there.map(|it| it.id.clone()).collect();
    match provider {
        Provider::File => CustodyError::KeysMissing {
            path: seals.providers.file.path().to_owned(),
            exists: seals.providers.file.exists(),
            versions,
        },
        Provider::Secret if seals.providers.secret.is_some() => CustodyError::WrongSecret(versions),
        Provider::Secret => CustodyError::SecretMissing(versions),
        Provider::AwsKms => CustodyError::KmsMissing(versions),
        Provider::Other(name) => CustodyError::ProviderUnknown {
            provider: name.clone(),
            versions,
        },
    }
}

impl Seals {
    /// Whether this version can be used here. AWS KMS is not asked.
    pub(crate) async fn holds(&self, version: &KeyVersion) -> Result<bool, CustodyError> {
        match self.take_over(version).await {
            Ok(()) => {}
            Err(SealError::Register(error)) => return Err(error.into()),
            Err(SealError::Provider(error)) => return Err(error.into()),
            Err(_) => return Ok(false),
        }
        Ok(match version.provider {
            Provider::File => true,
            Provider::Secret => {
                let secret = self.providers.secret.as_ref();
                secret.is_some_and(|it| it.holds(version))
            }
            Provider::AwsKms => self.providers.kms.is_some(),
            Provider::Other(_) => false,
        })
    }
}
