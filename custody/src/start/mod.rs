//! From settings to keys that can be used.

mod check;
mod instance_secret;
mod proof;
mod registration;

pub use instance_secret::TOKENS;

use std::sync::Arc;

use secrecy::ExposeSecret;
use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::random::Entropy;
use sesame_domain::reason::Reason;

use crate::counts::Counts;
use crate::error::CustodyError;
use crate::file::{FileProvider, OldDocument};
use crate::kms::KmsSettings;
use crate::provider::KeyProvider;
use crate::providers::Providers;
use crate::seals::Seals;
use crate::secret::SecretProvider;
use crate::settings::{CustodyPorts, CustodySettings};
use crate::token_keys::TokenSecret;

/// See [`crate::Custody::open`].
pub(crate) async fn start(
    settings: CustodySettings,
    ports: CustodyPorts,
    first_start: bool,
) -> Result<(Seals, TokenSecret), CustodyError> {
    let seals = Seals {
        providers: providers(settings, &ports).await?,
        counts: Counts::new(Arc::clone(&ports.register)),
        register: Arc::clone(&ports.register),
        entropy: Arc::clone(&ports.entropy),
    };
    let versions = seals.register.all().await?;
    let old = load_file(&seals, &versions, first_start).await?;
    match &old {
        Some(old) => registration::of_old_file(&seals, old).await?,
        None if versions.is_empty() => registration::first(&seals, &ports, first_start).await?,
        None => {}
    }
    proof::of_keys(&seals).await?;
    check::all_keys(&seals).await?;
    let from_file = old.as_ref().map(|old| &*old.token_secret);
    let tokens = instance_secret::tokens(&seals, ports.secrets.as_ref(), from_file).await?;
    let file = &seals.providers.file;
    if file.has_unproven() {
        // The secret that was stored or opened just now speaks for its key.
        proof::of_keys(&seals).await?;
    }
    if !file.by_age().is_empty() {
        change_over(file, old.is_some()).await;
    }
    Ok((seals, tokens))
}

async fn providers(
    settings: CustodySettings,
    ports: &CustodyPorts,
) -> Result<Providers, CustodyError> {
    let CustodySettings {
        provider: chosen,
        key_file,
        secret,
        former_secrets,
        kms,
    } = settings;
    let (clock, entropy) = (&ports.clock, &ports.entropy);
    if let Some(secret) = &secret {
        let (len, needed) = (
            secret.expose_secret().len(),
            CustodySettings::SHORTEST_SECRET,
        );
        if len < needed {
            return Err(CustodyError::SecretTooShort { len, needed });
        }
    } else if chosen == Provider::Secret {
        return Err(CustodyError::SecretMissing(Vec::new()));
    }
    let kms: Option<Arc<dyn KeyProvider>> = match kms {
        Some(kms) => Some(connect_kms(kms, entropy).await?),
        None if chosen == Provider::AwsKms => return Err(CustodyError::KmsMissing(Vec::new())),
        None => None,
    };
    let has_secrets = secret.is_some() || !former_secrets.is_empty();
    let secret = has_secrets.then(|| {
        SecretProvider::new(
            secret,
            former_secrets,
            Arc::clone(clock),
            Arc::clone(entropy),
        )
    });
    Ok(Providers {
        chosen,
        file: FileProvider::new(key_file, Arc::clone(clock), Arc::clone(entropy)),
        secret,
        kms,
    })
}

#[cfg(feature = "kms")]
async fn connect_kms(
    kms: KmsSettings,
    entropy: &Arc<dyn Entropy>,
) -> Result<Arc<dyn KeyProvider>, CustodyError> {
    let connected = crate::kms::KmsProvider::connect(kms, Arc::clone(entropy)).await;
    Ok(Arc::new(connected?))
}

#[cfg(not(feature = "kms"))]
#[expect(clippy::unused_async, reason = "with the feature it connects")]
async fn connect_kms(
    _: KmsSettings,
    _: &Arc<dyn Entropy>,
) -> Result<Arc<dyn KeyProvider>, CustodyError> {
    Err(CustodyError::KmsLeftOut)
}

/// Reads the key file if it matters: a file that lies about is not looked at
/// when keys were always elsewhere.
async fn load_file(
    seals: &Seals,
    versions: &[KeyVersion],
    first_start: bool,
) -> Result<Option<OldDocument>, CustodyError> {
    let is_needed = seals.providers.chosen == Provider::File
        || versions.iter().any(|it| it.provider == Provider::File)
        || (versions.is_empty() && !first_start);
    if !is_needed {
        return Ok(None);
    }
    Ok(seals.providers.file.load().await?)
}

/// What an old file had is registered, and keys that were proven get their
/// check values. If the file cannot be replaced, it serves all the same, and
/// the next start tries again.
async fn change_over(file: &FileProvider, is_old: bool) {
    let path = file.path().display();
    match file.change_over().await {
        Ok(()) if is_old => tracing::info!(%path, "the key file was changed over to format 3"),
        Ok(()) => {}
        Err(error) if is_old => tracing::warn!(
            %path,
            error = %Reason::of(&error),
            "the key file is still in format 1, and holds the secret behind tokens: it cannot be replaced"
        ),
        Err(error) => tracing::warn!(
            %path,
            error = %Reason::of(&error),
            "the key file serves as it is, and cannot be changed"
        ),
    }
}
