//! Which versions open anything.

use chrono::TimeDelta;
use sesame_domain::audit::{Action, Actor, AuditReason};
use sesame_domain::keys::{KeyState, KeyUse, KeyVersion, Provider};
use sesame_domain::ports::StoreError;
use sesame_domain::time::lies_ahead;

use super::{AdministrationError, KeyAdministration};
use crate::error::CustodyError;
use crate::provider::ProviderError;

/// How long after a rotation something that was sealed before may still be on
/// its way to the database.
const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(1);

impl KeyAdministration {
    /// Retires the version with this name or number and all before it: they
    /// open nothing any more. Their keys stay where they are, but nodes that
    /// do not have the key of the next version yet cannot fetch it any longer.
    /// Returns the versions that were retired now.
    ///
    /// # Errors
    /// When one of them is active or in use, or was superseded just now.
    pub async fn retire(
        &self,
        name: &str,
        actor: Actor,
    ) -> Result<Vec<KeyVersion>, AdministrationError> {
        let versions = self.seals.register.all().await?;
        let last = named(&versions, name)?;
        let next = self.may_retire(&versions, last)?;
        refuse_in_use(&versions, last, self.seals.register.in_use().await?)?;
        self.refuse_unkept(&versions, last).await?;
        let reason = AuditReason::AndBefore(last.id.clone());
        let audit = self.entry(Action::KeyRetired, &last.id, actor, reason);
        match self.seals.register.set_minimum(next.number, audit).await {
            Ok(()) => {}
            // Something was sealed under it since: say what.
            Err(error @ StoreError::Inconsistent(_)) => {
                refuse_in_use(&versions, last, self.seals.register.in_use().await?)?;
                return Err(error.into());
            }
            Err(error) => return Err(error.into()),
        }
        let retired = versions
            .iter()
            .filter(|it| it.state == KeyState::Accepted && it.number <= last.number);
        Ok(in_state(retired, KeyState::Retired))
    }

    /// Which versions could be retired, each with what stands in the way of
    /// that now, if something does: the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn retirable(&self) -> Result<Vec<Retirable>, AdministrationError> {
        let versions = self.seals.register.all().await?;
        let uses = self.seals.register.in_use().await?;
        let mut retirable = Vec::new();
        let open = |it: &&KeyVersion| it.state == KeyState::Accepted;
        for last in versions.iter().rev().filter(open) {
            let obstacle = match self.obstacle(&versions, last, uses.clone()).await {
                Ok(()) => None,
                Err(error @ AdministrationError::Store(_)) => return Err(error),
                Err(obstacle) => Some(obstacle),
            };
            retirable.push(Retirable {
                id: last.id.clone(),
                obstacle,
            });
        }
        Ok(retirable)
    }

    async fn obstacle(
        &self,
        versions: &[KeyVersion],
        last: &KeyVersion,
        uses: Vec<KeyUse>,
    ) -> Result<(), AdministrationError> {
        self.may_retire(versions, last)?;
        refuse_in_use(versions, last, uses)?;
        self.refuse_unkept(versions, last).await
    }

    /// Brings back the version with this name or number and all after it:
    /// they open what they sealed again. Returns those that are back.
    ///
    /// # Errors
    /// When it is not retired.
    pub async fn reinstate(
        &self,
        name: &str,
        actor: Actor,
    ) -> Result<Vec<KeyVersion>, AdministrationError> {
        let versions = self.seals.register.all().await?;
        let first = named(&versions, name)?;
        if first.state != KeyState::Retired {
            return Err(AdministrationError::NotRetired(first.id.clone()));
        }
        for version in versions.iter().filter(|it| it.number >= first.number) {
            let is_held = version.state != KeyState::Retired
                || self.seals.holds(version).await.map_err(unusable)?;
            if !is_held {
                return Err(AdministrationError::NotHere(version.id.clone()));
            }
        }
        let reason = AuditReason::AndAfter(first.id.clone());
        let audit = self.entry(Action::KeyReinstated, &first.id, actor, reason);
        let register = &self.seals.register;
        register.set_minimum(first.number, audit).await?;
        let back = versions
            .iter()
            .filter(|it| it.state == KeyState::Retired && it.number >= first.number);
        Ok(in_state(back, KeyState::Accepted))
    }

    /// The version after the last that is to be retired, if that may be.
    fn may_retire<'a>(
        &self,
        versions: &'a [KeyVersion],
        last: &KeyVersion,
    ) -> Result<&'a KeyVersion, AdministrationError> {
        let id = || last.id.clone();
        if last.state == KeyState::Retired {
            return Err(AdministrationError::AlreadyRetired(id()));
        }
        let later = versions.iter().filter(|it| it.number > last.number);
        let next = later
            .min_by_key(|it| it.number)
            .filter(|_| last.state != KeyState::Active)
            .ok_or_else(|| AdministrationError::Active(id()))?;
        let now = self.clock.now();
        let wait = next.created_at + ON_ITS_WAY - now;
        // One that is dated ahead would be waited for until then.
        if wait > TimeDelta::zero() && !lies_ahead(next.created_at, now) {
            return Err(AdministrationError::TooEarly {
                id: id(),
                seconds: wait.num_seconds() + 1,
            });
        }
        Ok(next)
    }

    /// With the version goes what it seals: the keys of later versions on their
    /// way to nodes. They must have arrived in this node's file.
    async fn refuse_unkept(
        &self,
        versions: &[KeyVersion],
        last: &KeyVersion,
    ) -> Result<(), AdministrationError> {
        let later = versions.iter().filter(|it| it.number > last.number);
        let in_file: Vec<_> = later.filter(|it| it.provider == Provider::File).collect();
        if in_file.is_empty() {
            return Ok(());
        }
        let there = self.seals.providers.file.on_the_disk().await;
        let there = there.map_err(|error| AdministrationError::Provider(error.into()))?;
        let is_kept = |it: &&&KeyVersion| there.get(&it.id).is_some_and(|key| key.fits(it));
        let unkept = in_file.iter().filter(|it| !is_kept(it));
        let unkept: Vec<_> = unkept.map(|it| it.id.clone()).collect();
        if unkept.is_empty() {
            Ok(())
        } else {
            Err(AdministrationError::NotInFile(unkept))
        }
    }
}

/// A version that could be retired, and all before it with it.
#[derive(Debug)]
pub struct Retirable {
    /// Its name.
    pub id: String,
    /// What stands in the way now.
    pub obstacle: Option<AdministrationError>,
}

fn refuse_in_use(
    versions: &[KeyVersion],
    last: &KeyVersion,
    mut uses: Vec<KeyUse>,
) -> Result<(), AdministrationError> {
    uses.retain(|it| {
        let version = versions.iter().find(|version| version.id == it.key_id);
        version.is_some_and(|version| version.number <= last.number)
    });
    if uses.is_empty() {
        Ok(())
    } else {
        Err(AdministrationError::InUse(uses))
    }
}

fn unusable(error: CustodyError) -> AdministrationError {
    match error {
        CustodyError::Register(error) => AdministrationError::Store(error),
        CustodyError::Provider(error) => AdministrationError::Provider(error),
        other => AdministrationError::Provider(ProviderError::Unavailable(Box::new(other))),
    }
}

fn named<'a>(
    versions: &'a [KeyVersion],
    name: &str,
) -> Result<&'a KeyVersion, AdministrationError> {
    let number: Option<i64> = name.parse().ok();
    versions
        .iter()
        .find(|it| it.id == name || Some(it.number) == number)
        .ok_or_else(|| AdministrationError::NoSuchKey(name.to_owned()))
}

fn in_state<'a>(
    versions: impl Iterator<Item = &'a KeyVersion>,
    state: KeyState,
) -> Vec<KeyVersion> {
    versions
        .map(|it| KeyVersion {
            state,
            ..it.clone()
        })
        .collect()
}
