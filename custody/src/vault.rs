//! The vault: sealing and opening, with the audit taking note first.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sesame_domain::audit::{Access, Action, AuditEntry, AuditReason};
use sesame_domain::ports::{AuditLog, Vault, VaultError};
use sesame_domain::reason::Reason;
use sesame_domain::sealed::{Binding, Purpose, Sealed};
use sesame_domain::time::Clock;
use zeroize::Zeroizing;

use crate::alarm;
use crate::error::SealError;
use crate::seals::Seals;

/// A [`Vault`] whose audit names where it is.
pub(crate) struct AuditedVault {
    pub(crate) seals: Arc<Seals>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) origin: String,
}

impl AuditedVault {
    fn entry(
        &self,
        action: Action,
        binding: &Binding,
        access: &Access,
        reason: AuditReason,
    ) -> AuditEntry {
        let (owner, subject) = (binding.owner.clone(), binding.subject);
        let actor = access.actor.clone();
        AuditEntry::new(self.clock.now(), owner, subject, actor, action, reason)
            .from(self.origin.clone())
    }

    async fn record(
        &self,
        action: Option<Action>,
        binding: &Binding,
        access: &Access,
    ) -> Result<(), VaultError> {
        let Some(action) = action else {
            return Ok(());
        };
        let entry = self.entry(action, binding, access, access.reason.clone().into());
        self.audit.append(entry).await.map_err(VaultError::Audit)
    }

    /// What did not open stays shut, whether that can be recorded or not.
    async fn record_failure(&self, binding: &Binding, access: &Access, error: &SealError) {
        if error.is_alarm() {
            alarm::raise(binding, error);
        }
        let Some(action) = failed_action(binding.purpose, error) else {
            return;
        };
        let reason = AuditReason::Shut {
            purpose: access.reason.clone(),
            fault: alarm::fault(error),
        };
        let entry = self.entry(action, binding, access, reason);
        let entry = match error {
            SealError::Retired(_) => entry.refused(),
            _ => entry.failed(),
        };
        if let Err(error) = self.audit.append(entry).await {
            tracing::error!(
                subject = %binding.subject,
                error = %Reason::of(&error),
                "a failed opening could not be recorded"
            );
        }
    }
}

#[async_trait]
impl Vault for AuditedVault {
    async fn seal(
        &self,
        binding: &Binding,
        plaintext: &[u8],
        access: &Access,
    ) -> Result<Sealed, VaultError> {
        let sealed = self.seals.seal(binding, plaintext).await?;
        let sealing = is_session(binding.purpose).then_some(Action::SessionSealed);
        self.record(sealing, binding, access).await?;
        Ok(sealed)
    }

    async fn open(
        &self,
        binding: &Binding,
        sealed: &Sealed,
        access: &Access,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match self.seals.open(binding, sealed).await {
            Ok(plaintext) => {
                // On failure the plaintext is dropped, and with that overwritten.
                self.record(opening(binding.purpose), binding, access)
                    .await?;
                Ok(plaintext)
            }
            Err(error) => {
                self.record_failure(binding, access, &error).await;
                Err(error.into())
            }
        }
    }
}

/// What the audit calls a failure to open; `None`: it is not recorded. A
/// provider or a register that is out of reach says nothing about the session,
/// and whoever wanted it tries again and again.
fn failed_action(purpose: Purpose, error: &SealError) -> Option<Action> {
    match error {
        error if error.is_alarm() => (!is_passing(purpose)).then_some(Action::SealBroken),
        SealError::Retired(_) | SealError::NotHeld(_) => opening(purpose),
        _ => None,
    }
}

/// What the audit calls opening it; `None`: it is not recorded.
fn opening(purpose: Purpose) -> Option<Action> {
    match purpose {
        Purpose::Export => Some(Action::ExportOpened),
        other => is_session(other).then_some(Action::SessionOpened),
    }
}

/// Whether sealing it must be recorded.
fn is_session(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Session | Purpose::LoginSession => true,
        // A cache, written again and again; it opens no account.
        Purpose::Peers
        | Purpose::QrToken
        | Purpose::PasswordHint
        | Purpose::CodeSent
        | Purpose::CodeShown
        | Purpose::InstanceSecret
        | Purpose::Backup
        | Purpose::KeyHandover
        // That it begins is recorded by whoever keeps the key.
        | Purpose::Export => false,
    }
}

/// Whether it lives for as long as a login at most.
fn is_passing(purpose: Purpose) -> bool {
    matches!(
        purpose,
        Purpose::QrToken | Purpose::PasswordHint | Purpose::CodeSent | Purpose::CodeShown
    )
}

impl fmt::Debug for AuditedVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditedVault")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}
