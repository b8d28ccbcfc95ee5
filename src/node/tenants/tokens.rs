//! Tokens of bots, sealed among the instance's secrets.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::{InstanceSecrets as _, StoreError, Vault, VaultError};
use sesame_domain::random::Entropy;
use sesame_domain::sealed::Binding;
use sesame_domain::tenant::{SealedToken, TokenName};
use sesame_store::Database;
use uuid::Uuid;

use crate::node::core::Core;

/// Why a token is not at hand.
#[derive(Debug, thiserror::Error)]
pub(super) enum TokenError {
    /// It is not where its tenant says.
    #[error("the token of its bot is not there")]
    Missing,
    /// It is sealed, and stays so.
    #[error("the token of its bot does not open")]
    Sealed(#[from] VaultError),
    /// It is no text.
    #[error("the token of its bot is damaged")]
    Damaged,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Seals and opens tokens of bots.
#[derive(Clone)]
pub(super) struct Tokens {
    database: Database,
    vault: Arc<dyn Vault>,
    entropy: Arc<dyn Entropy>,
}

impl Tokens {
    pub(super) fn of(core: &Core) -> Self {
        Self {
            database: core.database.clone(),
            vault: Arc::clone(&core.vault),
            entropy: Arc::clone(&core.entropy),
        }
    }

    /// Seals one under a name of its own.
    pub(super) async fn seal(
        &self,
        tenant: &TenantId,
        token: &SecretString,
        by: Actor,
    ) -> Result<SealedToken, VaultError> {
        let mut random = [0; 16];
        self.entropy.fill(&mut random);
        let name = TokenName::fresh(tenant, Uuid::from_bytes(random));
        let binding = Binding::secret(name.as_str());
        let access = Access {
            actor: by,
            reason: AccessPurpose::Changed,
        };
        let bytes = token.expose_secret().as_bytes();
        let sealed = self.vault.seal(&binding, bytes, &access).await?;
        Ok(SealedToken { name, sealed })
    }

    /// Opens the one with this name.
    pub(super) async fn open(&self, name: &TokenName) -> Result<SecretString, TokenError> {
        let sealed = self.database.secrets().find(name.as_str()).await?;
        let sealed = sealed.ok_or(TokenError::Missing)?;
        let access = Access {
            actor: Actor::system("tenants"),
            reason: AccessPurpose::UnderWay,
        };
        let binding = Binding::secret(name.as_str());
        let bytes = self.vault.open(&binding, &sealed, &access).await?;
        let token = std::str::from_utf8(&bytes).map_err(|_| TokenError::Damaged)?;
        Ok(SecretString::from(token))
    }
}
