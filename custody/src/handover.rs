//! Keys of a file on their way to other nodes: sealed under the version before
//! them, in the register.

use std::collections::BTreeMap;

use sesame_domain::keys::{KeyVersion, Provider};
use sesame_domain::reason::Reason;
use sesame_domain::sealed::{Binding, Purpose, Sealed};

use crate::cipher::SecretKey;
use crate::error::SealError;
use crate::file::CheckValue;
use crate::names::version_uuid;
use crate::provider::ProviderError;
use crate::seals::{Seals, open_with};

impl Seals {
    /// The key of a version that is about to be registered, for nodes that
    /// only have the one before it; `None`: this kind of key is everywhere.
    pub(crate) async fn hand_over(
        &self,
        former: &KeyVersion,
        provider: &Provider,
        id: &str,
    ) -> Result<Option<Vec<u8>>, SealError> {
        if *provider != Provider::File {
            return Ok(None);
        }
        let key = self.providers.file.key(id).await;
        let key = key.map_err(ProviderError::from)?;
        let key = key.ok_or_else(|| SealError::NotHeld(id.to_owned()))?;
        let sealed = self
            .seal_under(former, &binding(id), key.key.as_bytes())
            .await?;
        sealed.pack().map(Some).map_err(|_| SealError::Format)
    }

    /// Sees to it that a version of the key file can be used on this node.
    pub(crate) async fn take_over(&self, version: &KeyVersion) -> Result<(), SealError> {
        if self.is_here(version).await? {
            return Ok(());
        }
        // From this version back to one whose key is here, and then forward.
        let all = self.register.all().await.map_err(SealError::Register)?;
        let all: BTreeMap<_, _> = all.into_iter().map(|it| (it.id.clone(), it)).collect();
        let mut missing = Vec::new();
        let mut wanted = version;
        let mut steps = loop {
            let step = Step::to(wanted, &all);
            let step = step.ok_or_else(|| SealError::NotHeld(version.id.clone()))?;
            let former = step.former;
            missing.push(step);
            if self.is_here(former).await? {
                break missing;
            }
            wanted = former;
        };
        while let Some(step) = steps.pop() {
            self.take(&step).await.map_err(|error| match error {
                SealError::Tampered | SealError::Format => {
                    tracing::error!(
                        key = step.version.id,
                        "a key's hand-over does not open: it was changed"
                    );
                    SealError::NotHeld(version.id.clone())
                }
                other => other,
            })?;
        }
        Ok(())
    }

    async fn is_here(&self, version: &KeyVersion) -> Result<bool, SealError> {
        match &version.provider {
            Provider::File => {
                let key = self.providers.file.key_of(version).await;
                Ok(key.map_err(ProviderError::from)?.is_some())
            }
            other => Ok(self.providers.of(other).is_some()),
        }
    }

    /// The key of a version as its hand-over has it, if that opens here.
    pub(crate) async fn handed_over(
        &self,
        version: &KeyVersion,
        all: &[KeyVersion],
    ) -> Option<SecretKey> {
        let all = all.iter().map(|it| (it.id.clone(), it.clone())).collect();
        self.open_step(&Step::to(version, &all)?).await.ok()
    }

    async fn open_step(&self, step: &Step<'_>) -> Result<SecretKey, SealError> {
        let id = &step.version.id;
        let provider = self.providers.of(&step.former.provider);
        let provider = provider.ok_or_else(|| SealError::NotHeld(id.clone()))?;
        let key = open_with(provider, step.former, &binding(id), &step.sealed).await?;
        SecretKey::from_bytes(&key).ok_or(SealError::Format)
    }

    async fn take(&self, step: &Step<'_>) -> Result<(), SealError> {
        let KeyVersion { id, created_at, .. } = step.version;
        let key = self.open_step(step).await?;
        let noted = step.version.reference.as_ref();
        let check = CheckValue::of(id, &key).in_register();
        if noted.is_some_and(|noted| *noted != check) {
            return Err(SealError::Tampered);
        }
        match self.providers.file.take_over(id, *created_at, key).await {
            Ok(()) => tracing::info!(
                key = id,
                "a key that another node made was added to the key file"
            ),
            Err(error) => tracing::warn!(
                key = id,
                error = %Reason::of(&error),
                "a key that another node made is used, but could not be added to the key file"
            ),
        }
        Ok(())
    }
}

/// One version's key, to be had with the one before.
struct Step<'a> {
    version: &'a KeyVersion,
    former: &'a KeyVersion,
    sealed: Sealed,
}

impl<'a> Step<'a> {
    fn to(version: &'a KeyVersion, all: &'a BTreeMap<String, KeyVersion>) -> Option<Self> {
        let sealed = Sealed::unpack(version.handover.as_deref()?).ok()?;
        let former = all.get(&sealed.key_id)?;
        // Numbers only go down, so that a forged one leads round no circle.
        (former.number < version.number).then_some(Self {
            version,
            former,
            sealed,
        })
    }
}

/// To what a hand-over is bound.
pub(crate) fn binding(id: &str) -> Binding {
    Binding::instance(Purpose::KeyHandover, version_uuid(id))
}
