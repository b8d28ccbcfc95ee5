//! How the versions are.

use chrono::TimeDelta;
use sesame_domain::keys::{KeyState, KeyUse, KeyVersion, Provider, WARN_ENCRYPTIONS};
use sesame_domain::plural::counted;
use sesame_domain::reason::Reason;
use sesame_domain::time::Age;

use super::{AdministrationError, KeyAdministration};
use crate::error::CustodyError;

/// How the versions are.
#[derive(Clone, Debug)]
pub struct KeyStatus {
    /// Who makes new versions.
    pub provider: Provider,
    /// All versions, oldest first.
    pub versions: Vec<VersionStatus>,
    /// The lowest number that opens anything.
    pub minimum: i64,
    /// How old the active version is; nothing without one.
    pub age: Age,
    /// How many data keys the active version wraps.
    pub wrapped: u64,
    /// How many data keys are to be wrapped anew.
    pub to_rewrap: u64,
    /// What someone should look after.
    pub warnings: Vec<KeyWarning>,
}

impl KeyStatus {
    /// The version that seals new secrets.
    pub fn active(&self) -> Option<&KeyVersion> {
        let mut versions = self.versions.iter().map(|it| &it.version);
        versions.find(|version| version.state == KeyState::Active)
    }
}

/// How one version is.
#[derive(Clone, Debug)]
pub struct VersionStatus {
    /// The version.
    pub version: KeyVersion,
    /// What it wraps.
    pub uses: KeyUse,
    /// Whether its key can be used on this node. AWS KMS is not asked.
    pub is_held: bool,
}

/// What someone should look after.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyWarning {
    /// Nothing can be sealed.
    #[error("no version of the key is active: nothing can be sealed (`sesame keys rotate`)")]
    NoneActive,
    /// The active version was used very often.
    #[error(
        "key {id} was used {}: make a new one (`sesame keys rotate`)",
        counted(*.encryptions, "time")
    )]
    ManyEncryptions {
        /// The version.
        id: String,
        /// How often.
        encryptions: u64,
    },
    /// The key of a version is not on this node.
    #[error("key {0} is not on this node: what it sealed does not open here")]
    NotHeld(String),
    /// The active version is held by another provider than the settings name.
    #[error(
        "key {id} is held by {}, but {} is set: move on with `sesame keys rotate` and `sesame keys rewrap`",
        .active.as_str(),
        .chosen.as_str()
    )]
    OtherProvider {
        /// The active version.
        id: String,
        /// Who holds it.
        active: Provider,
        /// Who is set.
        chosen: Provider,
    },
}

impl KeyAdministration {
    /// How the versions are, and how far wrapping anew has come.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn status(&self) -> Result<KeyStatus, AdministrationError> {
        let active = self.seals.register.active().await?;
        let uses = self.seals.register.in_use().await?;
        let mut versions = Vec::new();
        for version in self.seals.register.all().await? {
            let uses = uses.iter().find(|it| it.key_id == version.id);
            versions.push(VersionStatus {
                uses: uses.cloned().unwrap_or_else(|| unused(&version.id)),
                is_held: self.is_held(&version).await?,
                version,
            });
        }
        let is_active = |it: &VersionStatus| it.version.state == KeyState::Active;
        let wrapped = |by_active: bool| {
            let there = versions.iter();
            let there = there.filter(|it| is_active(it) == by_active);
            there.map(|it| it.uses.wrapped()).sum()
        };
        Ok(KeyStatus {
            provider: self.seals.providers.chosen.clone(),
            minimum: self.seals.register.minimum().await?,
            age: active
                .as_ref()
                .map_or(Age::Past(TimeDelta::zero()), |active| {
                    Age::of(active.created_at, self.clock.now())
                }),
            wrapped: wrapped(true),
            to_rewrap: wrapped(false),
            warnings: self.warnings(active.as_ref(), &versions),
            versions,
        })
    }

    async fn is_held(&self, version: &KeyVersion) -> Result<bool, AdministrationError> {
        match self.seals.holds(version).await {
            Ok(is_held) => Ok(is_held),
            Err(CustodyError::Register(error)) => Err(error.into()),
            // A key file that cannot be read, say: its keys are not here.
            Err(error) => {
                tracing::warn!(key = version.id, error = %Reason::of(&error), "a key cannot be reached");
                Ok(false)
            }
        }
    }

    fn warnings(&self, active: Option<&KeyVersion>, versions: &[VersionStatus]) -> Vec<KeyWarning> {
        let missing = versions
            .iter()
            .filter(|it| !it.is_held && it.version.state != KeyState::Retired)
            .map(|it| KeyWarning::NotHeld(it.version.id.clone()));
        let chosen = &self.seals.providers.chosen;
        let Some(active) = active else {
            return [KeyWarning::NoneActive]
                .into_iter()
                .chain(missing)
                .collect();
        };
        let often = (active.encryptions >= WARN_ENCRYPTIONS).then(|| KeyWarning::ManyEncryptions {
            id: active.id.clone(),
            encryptions: active.encryptions,
        });
        let elsewhere = (active.provider != *chosen).then(|| KeyWarning::OtherProvider {
            id: active.id.clone(),
            active: active.provider.clone(),
            chosen: chosen.clone(),
        });
        often.into_iter().chain(missing).chain(elsewhere).collect()
    }
}

fn unused(id: &str) -> KeyUse {
    KeyUse {
        key_id: id.to_owned(),
        sessions: 0,
        passing: 0,
        secrets: 0,
        peers: 0,
        exports: 0,
    }
}
