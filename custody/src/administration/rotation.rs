//! Making a new version the active one.

use std::time::Duration;

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Actor, AuditReason};
use sesame_domain::keys::{KeyState, KeyVersion, NewKey, Provider};
use sesame_domain::ports::StoreError;
use sesame_domain::time::Age;

use super::{AdministrationError, KeyAdministration};
use crate::error::SealError;

impl KeyAdministration {
    /// Makes a version at the provider of the settings, and makes it active:
    /// from now on and on all nodes, it seals what is sealed. When another node
    /// does the same at the same moment, one of the two versions is the active
    /// one, and that is the one returned; a key that the other made in a key
    /// file stays there, unused.
    ///
    /// # Errors
    /// When the provider does not make a key, or the database does not answer.
    pub async fn rotate(&self, actor: Actor) -> Result<KeyVersion, AdministrationError> {
        let former = self.seals.register.active().await?;
        self.rotate_after(former, actor).await
    }

    /// The same if the active version is at least this old, or it is not known
    /// how old it is.
    ///
    /// # Errors
    /// As [`Self::rotate`].
    pub async fn rotate_if_older(
        &self,
        max_age: Duration,
        actor: Actor,
    ) -> Result<Option<KeyVersion>, AdministrationError> {
        let former = self.seals.register.active().await?;
        let max_age = TimeDelta::from_std(max_age).unwrap_or(TimeDelta::MAX);
        let age = former
            .as_ref()
            .map(|it| Age::of(it.created_at, self.clock.now()));
        // One that is dated ahead may be of any age.
        if age.and_then(Age::past).is_some_and(|age| age < max_age) {
            return Ok(None);
        }
        self.rotate_after(former, actor).await.map(Some)
    }

    async fn rotate_after(
        &self,
        active: Option<KeyVersion>,
        actor: Actor,
    ) -> Result<KeyVersion, AdministrationError> {
        let after = active.as_ref().map(|it| it.id.clone());
        let former = match active {
            Some(active) => active,
            None => self.newest().await?,
        };
        let chosen = &self.seals.providers.chosen;
        let provider = self.seals.providers.of(chosen);
        let provider = provider.ok_or_else(|| SealError::NotHeld(chosen.as_str().to_owned()))?;
        if *chosen == Provider::File {
            // It is to carry the new key to other nodes.
            self.seals.holder(&former).await?;
        }
        let made = provider.make().await;
        let made = made.map_err(AdministrationError::Provider)?;
        let handover = self.seals.hand_over(&former, chosen, &made.id).await?;
        let reason = AuditReason::Rotated {
            made: made.id.clone(),
            provider: chosen.clone(),
            after: former.id.clone(),
        };
        let audit = self.entry(Action::KeyRotated, &made.id, actor, reason);
        let key = NewKey {
            id: made.id,
            provider: provider.provider(),
            reference: made.reference,
            created_at: self.clock.now(),
            handover,
        };
        let register = &self.seals.register;
        match register.activate(key, after.as_deref(), Some(audit)).await {
            Ok(version) => {
                tracing::info!(
                    key = version.id,
                    number = version.number,
                    "a new key is active"
                );
                Ok(version)
            }
            Err(StoreError::Fenced(_)) => Ok(self.seals.active().await?),
            Err(error) => Err(error.into()),
        }
    }
}

impl KeyAdministration {
    /// The newest version that opens anything, where none is active.
    async fn newest(&self) -> Result<KeyVersion, AdministrationError> {
        let versions = self.seals.register.all().await?;
        let open = versions
            .into_iter()
            .filter(|it| it.state != KeyState::Retired);
        let newest = open.max_by_key(|it| it.number);
        Ok(newest.ok_or(SealError::NoVersion)?)
    }
}
