//! The secret behind the tokens that the web hands out.

use sesame_domain::ports::{InstanceSecrets, VaultError};
use sesame_domain::sealed::{Binding, Sealed};

use crate::cipher::SecretKey;
use crate::error::{CustodyError, SealError};
use crate::seals::Seals;
use crate::token_keys::TokenSecret;

/// Its name among the secrets of the instance; never changed.
pub const TOKENS: &str = "tokens";

/// The secret: the one that is stored, else the one of an old key file, else a
/// fresh one.
pub(super) async fn tokens(
    seals: &Seals,
    secrets: &dyn InstanceSecrets,
    from_file: Option<&SecretKey>,
) -> Result<TokenSecret, CustodyError> {
    let stored = match secrets.find(TOKENS).await? {
        Some(stored) => stored,
        None => store(seals, secrets, from_file).await?,
    };
    let binding = Binding::secret(TOKENS);
    let bytes = seals.open(&binding, &stored).await.map_err(unusable)?;
    let secret = SecretKey::from_bytes(&bytes).ok_or_else(|| unusable(SealError::Format))?;
    if from_file.is_some_and(|it| it.as_bytes() != secret.as_bytes()) {
        tracing::warn!(
            "the key file's secret behind tokens is not the one that all nodes use: tokens that it made are void"
        );
    }
    Ok(TokenSecret::new(secret))
}

/// Stores a secret, unless another node is faster: then that one's counts.
async fn store(
    seals: &Seals,
    secrets: &dyn InstanceSecrets,
    from_file: Option<&SecretKey>,
) -> Result<Sealed, CustodyError> {
    let fresh;
    let secret = if let Some(secret) = from_file {
        secret
    } else {
        fresh = SecretKey::generate(seals.entropy.as_ref());
        &fresh
    };
    let binding = Binding::secret(TOKENS);
    let sealed = seals
        .seal(&binding, secret.as_bytes())
        .await
        .map_err(unusable)?;
    Ok(secrets.put(TOKENS, &sealed).await?)
}

fn unusable(error: SealError) -> CustodyError {
    match error {
        SealError::Register(error) => error.into(),
        SealError::Provider(error) => error.into(),
        other => CustodyError::InstanceSecret {
            name: TOKENS,
            source: VaultError::from(other),
        },
    }
}
