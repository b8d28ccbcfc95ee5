//! The keys.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_checks::{BoxError, KeyFileSeen, KeyStore, Keys, KeysSeen, Unusable};
use sesame_custody::KeyWarning;
use sesame_domain::keys::Provider;

use super::unusable;
use crate::config::Custody as Settings;
use crate::failure::Failure;
use crate::node::Core;

/// The keys that these settings name.
pub(super) fn of(core: &Core, settings: &Settings) -> Keys {
    Keys {
        store: Arc::new(Store(core.clone())),
        vault: Arc::clone(&core.vault),
        entropy: Arc::clone(&core.entropy),
        provider: settings.key_provider.clone(),
        max_age: settings.max_age(),
    }
}

struct Store(Core);

#[async_trait]
impl KeyStore for Store {
    async fn status(&self) -> Result<KeysSeen, BoxError> {
        let status = self.0.administration().status().await?;
        let versions = status.versions.iter();
        let mut in_file = versions.filter(|it| it.version.provider == Provider::File);
        Ok(KeysSeen {
            provider: status.provider.clone(),
            active: status.active().map(|key| key.id.clone()),
            age: status.age,
            to_rewrap: status.to_rewrap,
            warnings: status
                .warnings
                .iter()
                .filter(|warning| **warning != KeyWarning::NoneActive)
                .map(ToString::to_string)
                .collect(),
            newest_in_file: in_file.next_back().map(|it| it.version.id.clone()),
            sessions: status.versions.iter().map(|it| it.uses.sessions).sum(),
        })
    }

    async fn file(&self) -> Option<Result<KeyFileSeen, Unusable>> {
        let custody = &self.0.custody;
        if !custody.uses_key_file() {
            return None;
        }
        let condition = custody.key_file_condition().await;
        let condition = condition.map_err(|error| unusable(&Failure::from(error)));
        Some(condition.map(|it| KeyFileSeen {
            damaged: it.damaged,
            missing: it.missing,
            unproven: it.unproven,
            drafts: it.drafts,
        }))
    }

    async fn file_is_changeable(&self) -> Result<(), Unusable> {
        let checked = self.0.custody.check_key_file_changeable().await;
        checked.map_err(|error| unusable(&Failure::from(error)))
    }

    fn memory_is_locked(&self) -> bool {
        self.0.custody.memory_is_locked()
    }
}
